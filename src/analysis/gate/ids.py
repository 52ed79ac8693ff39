"""What an id is: one pattern for the names of plans, domains, clauses, indicators, targets, departments, areas, rounds.

Ids become parts of file names, addresses and joined keys. What is none is refused where it comes in, whoever sends it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from analysis.exceptions import Fault, Text, UsageError, Where
from analysis.places import is_reserved

LONGEST = 64  # signs of an id: some of them are joined into one file name
_JOINTS = "._-"
# letters and marks by category that show nothing: fillers, joiners, selectors
_UNSEEN = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)
_WIDE = range(0xFF00, 0xFFF0)  # full-width and half-width forms look like other letters
ALLOWED = Text(
    f"由字母（含汉字）、数字、“.”、“_”、“-”组成，以字母或数字开头，不以“.”结尾，不含空格和“..”，至多 {LONGEST} 字，"
    "不是系统保留名（如 CON、NUL、COM1）",
    f"letters (also Chinese), digits, '.', '_' and '-', beginning with a letter or digit, without '.' at the end, "
    f"blanks and '..', at most {LONGEST} signs, no name the system keeps for itself (such as CON, NUL, COM1)",
)


@dataclass(frozen=True)
class IdFault(Fault):
    """An id that is no name, or a second writing of one: never passed over, also not in files checked before."""


@lru_cache(maxsize=1 << 16)  # the same few ids fill the rows of a table
def is_name(text: str) -> bool:
    """Return whether `text` may be an id.

    Letters and digits of any script and `.`, `_`, `-`; a letter or digit first, no dot last, no two dots together, at
    most 64 signs, in Unicode's composed form (NFC), no device name of Windows.

    References
    ----------
    Unicode Standard Annex 15 (NFC) and 31 (identifiers); Microsoft, Naming Files, Paths, and Namespaces.
    """
    if not 0 < len(text) <= LONGEST or ".." in text or text[-1] == "." or text[0] in _JOINTS:
        return False
    if not text.isascii() and unicodedata.normalize("NFC", text) != text:
        return False
    before = ""
    for sign in text:
        kind = unicodedata.category(sign)
        marks = kind in ("Mn", "Mc") and before[:1] in ("L", "M")  # vowel signs belong to the letter before them
        if sign in _UNSEEN or ord(sign) in _WIDE or not (kind[0] == "L" or kind == "Nd" or sign in _JOINTS or marks):
            return False
        before = kind
    return not is_reserved(text)


def is_code(text: str) -> bool:
    """Return whether `text` may be a code of a breakdown: an id, or one behind a `_` such as that of a total."""
    return is_name(text.removeprefix("_"))


def no_name(text: str, where: Where) -> IdFault:
    """Return the fault of an id that is no name."""
    said = shown_id(text)
    return IdFault(
        Text(f"编号“{said}”", f"the id '{said}'"),
        where,
        ALLOWED,
        Text("请改写编号，并同时改写引用它的各处。", "Write another id, also where it is referred to."),
    )


def shown_id(text: str) -> str:
    """Return an id as it may be printed: cut to 80 signs, what cannot be seen shown by a sign that can."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:80]) + "…" * (len(text) > 80)


def same_but_for_case(ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each id that differs from an earlier one by upper and lower case alone, with that earlier one."""
    first: dict[str, str] = {}
    for one in dict.fromkeys(ids):
        other = first.setdefault(one.casefold(), one)
        if other != one:
            yield one, other


def doubled(text: str, other: str, where: Where) -> IdFault:
    """Return the fault of an id that differs from another by upper and lower case alone."""
    return IdFault(
        Text(
            f"编号“{shown_id(text)}”与“{shown_id(other)}”只有大小写不同",
            f"the ids '{shown_id(text)}' and '{shown_id(other)}' differ by upper and lower case alone",
        ),
        where,
        Text("同一表中的编号不计大小写也各不相同", "ids that differ also without regard to case: file names do not"),
        Text("请统一写法，或另取编号。", "Write it one way, or choose another id."),
    )


def named(text: str, option: str) -> str:
    """Return a name given on the command line.

    Raises
    ------
    UsageError
        It is no name.
    """
    if not is_name(text):
        raise UsageError((no_name(text, Where(item=option)),))
    return text
