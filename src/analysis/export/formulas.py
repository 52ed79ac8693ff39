"""Formulas: LaTeX as MathML, which pages show and Word's form is made of, and from there as typst's form."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import Any

MATHML = "{http://www.w3.org/1998/Math/MathML}"
_ACCENTS = {"^": "hat", "ˆ": "hat", "¯": "macron", "‾": "macron", "~": "tilde", "˜": "tilde", "→": "arrow", "˙": "dot"}
_LIMITS = frozenset(("lim", "max", "min", "sup", "inf", "limsup", "liminf", "argmax", "argmin"))
_KNOWN = (
    "math mrow mi mn mo mtext ms mspace mfrac msqrt mroot "
    "msub msup msubsup munder mover munderover mmultiscripts none mprescripts mtable mtr "
    "mtd mlabeledtr mstyle mpadded mphantom menclose merror semantics annotation"
)
_ELEMENTS = frozenset(_KNOWN.split())
_WORDS = re.compile(r"(\\(?:text\w*|mbox)\{)([^{}]*)\}")
_ESCAPED = frozenset("()[]{},;")
FENCES = {"(": ")", "[": "]", "{": "}"}
_ENVIRONMENT = re.compile(r"\\begin\{(equation|displaymath)\*?\}(.*)\\end\{\1\*?\}", re.S)


@lru_cache(maxsize=512)
def mathml(latex: str, display: bool = False) -> str | None:
    r"""Return a formula as MathML, or None where it cannot be read: an open brace, a command nobody knows.

    Parameters
    ----------
    latex : str
    display : bool
        Whether it stands on a line of its own.
    """
    from latex2mathml.converter import convert

    if found := _ENVIRONMENT.fullmatch(latex.strip()):
        latex = found[2]
    latex = re.sub(r"\\(begin|end)\{(align|gather|multline)\}", r"\\\1{\2*}", latex)  # no numbers at their side
    latex = _WORDS.sub(lambda found: f"{found[1]}{escape(found[2], quote=False)}}}", latex)
    try:
        text = str(convert(latex.strip(), display="block" if display else "inline"))
    except Exception:  # the converter raises many kinds, some of Python's own
        return None
    return text if not re.search(r">\\[A-Za-z]", text) and _only_mathml(text) else None


def _only_mathml(text: str) -> bool:
    """Return whether a text is XML of MathML's elements alone: the converter passes on what stands in its words."""
    from lxml import etree

    try:
        root = etree.fromstring(text.encode())
    except etree.XMLSyntaxError:
        return False
    elements = all(str(one.tag).removeprefix(MATHML) in _ELEMENTS for one in root.iter())
    return elements and not any("href" in name or name.startswith("on") for one in root.iter() for name in one.attrib)


def typst(latex: str, display: bool = False) -> str | None:
    """Return a formula in typst's form, or None where it cannot be read."""
    from lxml import etree

    text = mathml(latex)
    if text is None:
        return None
    inner = _typst(etree.fromstring(text.encode())).strip()
    return (f"$ {inner} $" if display else f"${inner}$") if inner else None


def _typst(node: Any) -> str:
    """Return the typst form of an element of MathML; signs go in as strings, so that nothing in them is markup."""
    name, parts = node.tag.removeprefix(MATHML), list(node)
    text = (node.text or "").strip()
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        return _sign(name, node.text or "")
    made = [_typst(one) or '""' for one in parts]
    if name == "mfrac":
        return f"frac({made[0]}, {made[1]})"
    if name in ("msub", "msup", "msubsup", "munder", "mover", "munderover"):
        return _scripts(name, parts, made)
    if name == "msqrt":
        return f"sqrt({' '.join(made)})"
    if name == "mroot":
        return f"root({made[1]}, {made[0]})"
    if name == "mtable":
        rows = ["; ".join([", ".join(_typst(cell) or '""' for cell in row)]) for row in parts]
        return f"mat(delim: #none, {'; '.join(rows)})"
    if name == "mspace":
        return " thin "
    if name in ("annotation", "annotation-xml"):
        return ""
    return " ".join(_fenced(parts, made)) or (_sign("mtext", text) if text else "")


def _fenced(parts: list[Any], made: list[str]) -> list[str]:
    """Return parts with those between two brackets that grow put together, so that the brackets do."""
    out, place = [], 0
    while place < len(parts):
        closing = FENCES.get((parts[place].text or "").strip()) if parts[place].get("stretchy") != "false" else None
        if closing is None or not parts[place].tag.endswith("}mo"):
            out.append(made[place])
            place += 1
            continue
        ends = [k for k in range(place + 1, len(parts)) if (parts[k].text or "").strip() == closing]
        end = ends[0] if ends else len(parts) - 1
        out.append(f"lr({' '.join(made[place : end + 1])})")
        place = end + 1
    return out


def _sign(name: str, text: str) -> str:
    text = text.replace("\u2061", "").replace("\u2062", "")
    if not text.strip():
        return "space" if text else ""
    one = text.strip()
    if len(one) == 1 and name in ("mi", "mo") and (one.isalpha() or ord(one) > 126 or one in "+-=<>!|:"):
        return one  # typst knows its slant and its spacing
    if one in _ESCAPED:
        return f"\\{one}"
    literal = text.replace("\\", "\\\\").replace('"', '\\"')
    if one in _LIMITS:
        return f'op("{one}", limits: #true)'
    return f'op("{literal}")' if name == "mi" and one.isascii() else f'upright("{literal}")'


def _scripts(name: str, parts: list[Any], made: list[str]) -> str:
    base, over = made[0], (parts[-1].text or "").strip()
    if name == "mover" and over in _ACCENTS:
        return f"{_ACCENTS[over]}({base})"
    if name == "mover" and over in ("―", "_", "\u00af", "\u0304"):
        return f"overline({base})"
    keys = {"msub": ("b",), "msup": ("t",), "munder": ("b",), "mover": ("t",)}.get(name, ("b", "t"))
    return f"attach({base}, {', '.join(f'{k}: {one}' for k, one in zip(keys, made[1:], strict=False))})"
