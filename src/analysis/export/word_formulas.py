"""Formulas in Word's own form (Office MathML), from MathML."""

from __future__ import annotations

from typing import Any

from lxml import etree

from analysis.export.formulas import FENCES, MATHML, mathml

_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_LARGE = frozenset("∑∏∐∫∬∭∮⋃⋂⋁⋀")
_ACCENTS = {"^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "→": "\u20d7", "˙": "\u0307"}
_BARS = frozenset("¯‾―_\u0304")
_GONE = frozenset(("\u2061", "\u2062", "\u2063", "\u2064", ""))
_SCRIPTS = {  # element of MathML: element of Word's, and the names of its parts in MathML's order
    "msub": ("sSub", ("e", "sub")),
    "msup": ("sSup", ("e", "sup")),
    "msubsup": ("sSubSup", ("e", "sub", "sup")),
    "munder": ("limLow", ("e", "lim")),
    "mover": ("limUpp", ("e", "lim")),
}


def omml(latex: str) -> Any | None:
    """Return a formula as an element of Word's, or None where it cannot be read.

    References
    ----------
    ECMA-376, part 1, section 22.1 (Office Math Markup Language).
    """
    text = mathml(latex)
    if text is None:
        return None
    made = etree.Element(_tag("oMath"), nsmap={"m": _M})
    _row(list(etree.fromstring(text.encode())), made)
    return made if len(made) else None


def _tag(name: str) -> str:
    return f"{{{_M}}}{name}"


def _name(node: Any) -> str:
    return str(node.tag).removeprefix(MATHML)


def _text(node: Any) -> str:
    return (node.text or "").strip()


def _child(parent: Any, name: str, **values: str) -> Any:
    return etree.SubElement(parent, _tag(name), {_tag(key): value for key, value in values.items()})


def _row(nodes: list[Any], parent: Any) -> None:
    """Write elements that stand side by side: a sum takes what follows it, a bracket all up to its end."""
    place = 0
    while place < len(nodes):
        node, place = nodes[place], place + 1
        if (end := _closing(nodes, place - 1)) is not None:
            made = _child(parent, "d")
            about = _child(made, "dPr")
            _child(about, "begChr", val=_text(node))
            _child(about, "endChr", val=_text(nodes[end]) if end < len(nodes) else "")
            _row(nodes[place:end], _child(made, "e"))
            place = end + 1
        elif (parts := list(node)) and _text(parts[0]) in _LARGE and _name(node)[:2] in ("ms", "mu", "mo"):
            inner = _large(_name(node), parts, parent)
            if place < len(nodes):
                end = _closing(nodes, place)
                after = place + 1 if end is None else end + 1
                _row(nodes[place:after], inner)
                place = after
        else:
            _one(node, parent)


def _closing(nodes: list[Any], place: int) -> int | None:
    """Return where the bracket ends that opens at a place, past the last where it never does; None for no bracket."""
    node = nodes[place]
    closing = FENCES.get(_text(node)) if _name(node) == "mo" and node.get("stretchy") != "false" else None
    if closing is None:
        return None
    return next((k for k in range(place + 1, len(nodes)) if _text(nodes[k]) == closing), len(nodes))


def _large(name: str, parts: list[Any], parent: Any) -> Any:
    """Write a sum or integral with its bounds, and return where what it is taken of goes."""
    made = _child(parent, "nary")
    about = _child(made, "naryPr")
    _child(about, "chr", val=_text(parts[0]))
    _child(about, "limLoc", val="subSup" if _text(parts[0]) in "∫∬∭∮" else "undOvr")
    low = parts[1] if name in ("msub", "msubsup", "munder", "munderover") else None
    high = parts[-1] if name in ("msup", "msubsup", "mover", "munderover") else None
    for key, bound in (("subHide", low), ("supHide", high)):
        if bound is None:
            _child(about, key, val="1")
    for key, bound in (("sub", low), ("sup", high)):
        _row([] if bound is None else [bound], _child(made, key))
    return _child(made, "e")


def _one(node: Any, parent: Any) -> None:
    name, parts = _name(node), list(node)
    if name in ("mi", "mn", "mo", "mtext", "ms", "mspace"):
        _run(name, node, parent)
    elif name == "mfrac":
        made = _child(parent, "f")
        if node.get("linethickness") in ("0", "0px", "0em"):
            _child(_child(made, "fPr"), "type", val="noBar")
        _row([parts[0]], _child(made, "num"))
        _row([parts[1]], _child(made, "den"))
    elif name in ("msqrt", "mroot"):
        made = _child(parent, "rad")
        if name == "msqrt":
            _child(_child(made, "radPr"), "degHide", val="1")
        _row(parts[1:] if name == "mroot" else [], _child(made, "deg"))
        _row(parts[:1] if name == "mroot" else parts, _child(made, "e"))
    elif name == "mover" and _text(parts[1]) in {*_ACCENTS, *_BARS}:
        sign = _text(parts[1])
        made = _child(parent, "bar" if sign in _BARS else "acc")
        about = _child(made, "barPr" if sign in _BARS else "accPr")
        _child(about, "pos", val="top") if sign in _BARS else _child(about, "chr", val=_ACCENTS[sign])
        _row(parts[:1], _child(made, "e"))
    elif name in _SCRIPTS:
        element, keys = _SCRIPTS[name]
        made = _child(parent, element)
        for key, part in zip(keys, parts, strict=False):
            _row([part], _child(made, key))
    elif name == "munderover":
        outer = _child(parent, "limUpp")
        inner = _child(_child(outer, "e"), "limLow")
        for key, part, above in (("e", parts[0], inner), ("lim", parts[1], inner), ("lim", parts[2], outer)):
            _row([part], _child(above, key))
    elif name == "mtable":
        made = _child(parent, "m")
        for row in parts:
            line = _child(made, "mr")
            for cell in row:
                _row(list(cell), _child(line, "e"))
    elif not name.startswith("annotation"):
        _row(parts, parent)


def _run(name: str, node: Any, parent: Any) -> None:
    text = "\u2002" if name == "mspace" else node.text or ""
    if text in _GONE:
        return
    made = _child(parent, "r")
    upright = name != "mi" or len(text.strip()) > 1 or node.get("mathvariant") == "normal"
    if name in ("mtext", "mspace"):
        _child(_child(made, "rPr"), "nor")
    elif upright:
        _child(_child(made, "rPr"), "sty", val="p")
    said = _child(made, "t")
    said.text = text
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
