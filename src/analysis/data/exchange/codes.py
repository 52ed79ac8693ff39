"""One spelling of ids as SDMX codes, for the structure, the data that go out and the data that come in.

SDMX codes are made of A-Z a-z 0-9 _ @ $ - alone. A full stop is written `-` (`health.imr` is `health-imr`); every other
character a code may not hold, and `-` `@` `$` themselves, as its code point in hexadecimal between two `$` (`-` is
`$2D$`). A full stop at the start is written that way too, so that no code begins like a formula.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_PLAIN = re.compile(r"[A-Za-z0-9_]")
_CODE = re.compile(r"[A-Za-z0-9_@$-]+")
_ESCAPE = re.compile(r"\$([0-9A-F]{1,6})\$")
_PART = re.compile(rf"{_ESCAPE.pattern}|-")


def encode(id: str) -> str:
    """Return the SDMX code of an id: another code for every other id."""
    return "".join(_one(char, i == 0) for i, char in enumerate(id))


def decode(code: str) -> str:
    """Return the id that a code of `encode` stands for; what cannot be a code is taken as the id itself."""
    return _PART.sub(_character, code) if _CODE.fullmatch(code) else code


def id_of(code: str, ours: bool, known: Collection[str] = (), dotted: bool = False) -> str:
    """Return the id a code in a file stands for.

    Parameters
    ----------
    code : str
    ours : bool
        The file names this workbench's structure, so that every code is one of `encode`.
    known : collection of str
        Ids that are known here. In files of others such an id stands for itself, and `-` is a full stop only where that
        leads to one of them; everything else stays as it was sent.
    dotted : bool
        Whether `-` is a full stop where nothing is known (indicators).
    """
    if not ours and code in known:
        return code
    found = decode(code)
    sure = ours or found in known or _ESCAPE.search(code) is not None or (dotted and not known)
    return found if sure else code


def _one(char: str, first: bool) -> str:
    if _PLAIN.fullmatch(char):
        return char
    return "-" if char == "." and not first else f"${ord(char):X}$"


def _character(part: re.Match[str]) -> str:
    if part[0] == "-":
        return "."
    point = int(part[1], 16)
    return chr(point) if point <= 0x10FFFF else part[0]
