"""Whether a printed text is a number in a declared form: the checker's own reading of text, apart from `formats`."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_UNITS = {
    "percent": ("%",),
    "per_1000": ("‰", " per 1,000"),
    "per_10000": ("/万", " per 10,000"),
    "per_100000": ("/10万", " per 100,000"),
    "persons_per_1000": ("名", " per 1,000"),
    "beds_per_1000": ("张", " per 1,000"),
    "places_per_1000": ("个", " per 1,000"),
    "yuan": ("元", " yuan"),
    "hours": ("小时", " hours"),
    "ten_thousand_m2": ("万平方米", " x10,000 m²"),
    "hundred_million_yuan": ("亿元", " hundred million yuan"),
    "ten_thousand_yuan": ("万元", " x10,000 yuan"),
    "minutes": ("分钟", " minutes"),
    "years": ("年", " years"),
    "years_of_age": ("岁", " years"),
    "persons": ("人", " persons"),
    "ten_thousand_persons": ("万人", " x10,000 persons"),
    "person_times": ("人次", " person-times"),
    "ten_thousand_person_times": ("万人次", " x10,000 person-times"),
    "cases": ("件", " cases"),
    "beds": ("张", " beds"),
    "square_metres": ("平方米", " m²"),
    "micrograms_per_m3": ("微克/立方米", " µg/m³"),
    "percentage_points": ("个百分点", " percentage points"),
    "percent_of_baseline": ("%",),
    "percent_per_year": ("%", "% a year"),
}
_POINTS = {"percent": ("个百分点", " percentage points"), "per_1000": ("个千分点", " per 1,000")}
_BARE = ("", "ratio", "count", "other", "per_100_females")
_MINUS, _SIGNS = ("-", "−"), ("-", "−", "+")


def agrees(text: str, number: float, form: str) -> bool:
    """Return whether a text is the number in a form.

    Parameters
    ----------
    text : str
        As printed, such as `4.5‰`.
    number : float [unit]
        Reckoned from the files.
    form : str
        `count`, or form, unit and decimals: `amount per_1000 1`. The forms are those of `marks.cell`, `points` (signed,
        a share in points), `people` (more or fewer), `least` (`≥4`).
    """
    name, unit, decimals = (*form.split(), "", "")[:3]
    if name == "count":
        return text.replace(",", "") == f"{number:.0f}" and number == round(number) and _grouped(text)
    if name == "probability":
        return _probable(text, number)
    if name == "least":
        return text == f"≥{unit}" and number >= float(unit)
    if name == "people":
        return _people(text, number)
    sign, rest = (text[0], text[1:]) if text[:1] in _SIGNS else ("", text)
    found = _NUMBER.match(rest)
    if found is None or rest[found.end() :] not in _after(name, unit):
        return False
    if not _close(found[0], abs(number), int(decimals or 0)):
        return False
    return _signed(sign, number, name, zero=not float(found[0].replace(",", "")))


def _after(name: str, unit: str) -> tuple[str, ...]:
    """Return what may follow the digits."""
    if name in ("plain", "signed"):
        return ("",)
    points = _POINTS.get(unit) if name in ("change", "points") else None
    if unit in _UNITS or unit in _BARE:
        return points or _UNITS.get(unit) or ("",)
    same = [text for texts in _UNITS.values() if unit == texts[0] for text in texts]  # 万人 of a plan is a code's name
    return (unit, f" {unit}", *same)


def _signed(sign: str, number: float, name: str, zero: bool) -> bool:
    if name == "change":
        return sign == ""
    if zero:
        return name in ("signed", "points") or sign == ""
    if name in ("signed", "points"):
        return sign == "+" if number > 0 else sign in _MINUS
    return sign == "" if number > 0 else sign in _MINUS


def _close(digits: str, size: float, decimals: int) -> bool:
    """Return whether digits are a size rounded to so many decimals, a tie rounded either way."""
    _, _, after = digits.partition(".")
    return len(after) == decimals and abs(float(digits.replace(",", "")) - size) <= 0.5 * 10**-decimals + 1e-9 * (
        1 + size
    )


def _probable(text: str, p: float) -> bool:
    if p < 0.01:
        return text in ("不足1%", "below 1%")
    if p > 0.99:
        return text in ("99%以上", "above 99%")
    return text.endswith("%") and _NUMBER.fullmatch(text[:-1]) is not None and _close(text[:-1], 100 * p, 0)


def _people(text: str, number: float) -> bool:
    """Return whether a text says how many more or fewer, as a whole number with its unit: 多32名儿童, 3 beds more."""
    found = _NUMBER.search(text)
    if found is None:
        return False
    if text == "0":
        return abs(number) < 1e-9
    if text.startswith(("相差不足1", "less than 1")):
        return 0 < abs(number) < 0.5
    said = text.startswith("多") or text.endswith(" more")
    fewer = text.startswith("少") or text.endswith(" fewer")
    return said != fewer and said == (number > 0) and _close(found[0], abs(number), 0)


def _grouped(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and ("," in text) == (len(text.replace(",", "")) > 3)
