"""Labels of list items: what a browser draws before an item, as text for Word, PDF and the number checker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.formats import chinese

_STYLES = {  # of `type` and of the CSS property list-style-type
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
    "lower-latin": "lower-alpha",
    "upper-latin": "upper-alpha",
    "cjk-ideographic": "chinese",
    "simp-chinese-informal": "chinese",
    "trad-chinese-informal": "chinese",
}
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def label(number: int, style: str = "decimal") -> str:
    """Return the label of an item, its mark included: `12. `, `c. `, `iv. `, `十二、`.

    Parameters
    ----------
    number : int
        Place of the item in its list.
    style : str
        decimal, lower-alpha, upper-alpha, lower-roman, upper-roman or chinese. A number the style cannot write, such
        as 0 in letters, is written in digits, as browsers do.
    """
    if style == "chinese" and 0 < number < 100:
        return f"{chinese(number)}、"
    text = _alpha(number) if style.endswith("alpha") else _roman(number) if style.endswith("roman") else ""
    return f"{(text.upper() if style.startswith('upper') else text) or number}. "


def numbers(places: Sequence[str | None], start: str | None = None, backwards: bool = False) -> list[int]:
    """Return the number of each item of an ordered list.

    Parameters
    ----------
    places : sequence of str or None
        The attribute `value` of each item.
    start : str, optional
        The attribute `start`; without it 1, or the number of items where `backwards` (the attribute `reversed`).
    """
    step = -1 if backwards else 1
    now = _whole(start)
    now = (len(places) if backwards else 1) if now is None else now
    out = []
    for place in places:
        own = _whole(place)
        now = now if own is None else own
        out.append(now)
        now += step
    return out


def style_of(attributes: Mapping[str, object]) -> str:
    """Return the style of labels an `ol` asks for by `type` or in its `style`."""
    named = str(attributes.get("type") or "")
    for part in str(attributes.get("style") or "").split(";"):
        name, _, value = part.partition(":")
        if name.strip() == "list-style-type":
            named = value.strip()
    return _STYLES.get(named, named if named in _STYLES.values() else "decimal")


def _whole(text: object) -> int | None:
    try:
        return int(str(text))
    except ValueError:
        return None


def _alpha(number: int) -> str:
    out = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        out = chr(ord("a") + rest) + out
    return out


def _roman(number: int) -> str:
    out = ""
    if 0 < number < 4000:
        for value, letters in _ROMAN:
            out += letters * (number // value)
            number %= value
    return out
