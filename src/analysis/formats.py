"""Numbers as text: one module for tables, charts and sentences, in Chinese and English."""

from __future__ import annotations

import math
from datetime import date

from analysis.exceptions import Lang

_DIGITS = "零一二三四五六七八九"
# by unit: what stands behind a number; its name, where it is a unit of indicators
_UNITS: dict[str, tuple[tuple[str, str], tuple[str, str] | None]] = {
    "percent": (("%", "%"), ("%", "%")),
    "per_1000": (("‰", " per 1,000"), ("‰", "per 1,000")),
    "per_10000": (("/万", " per 10,000"), ("1/万", "per 10,000")),
    "per_100000": (("/10万", " per 100,000"), ("1/10万", "per 100,000")),
    "persons_per_1000": (("名", " per 1,000"), ("名/千人", "persons per 1,000")),
    "beds_per_1000": (("张", " per 1,000"), ("张/千人", "beds per 1,000")),
    "places_per_1000": (("个", " per 1,000"), ("个/千人", "places per 1,000")),
    "ratio": (("", ""), ("比值", "ratio")),
    "count": (("", ""), ("个", "count")),
    "yuan": (("元", " yuan"), ("元", "yuan")),
    "ten_thousand_yuan": (("万元", " x10,000 yuan"), ("万元", "x10,000 yuan")),
    "hundred_million_yuan": (("亿元", " hundred million yuan"), ("亿元", "hundred million yuan")),
    "ten_thousand_m2": (("万平方米", " x10,000 m²"), ("万平方米", "x10,000 m²")),
    "hours": (("小时", " hours"), ("小时", "hours")),
    "per_100_females": (("", ""), ("女=100", "males per 100 females")),
    "minutes": (("分钟", " minutes"), ("分钟", "minutes")),
    "years_of_age": (("岁", " years"), ("岁", "years of age")),
    "years": (("年", " years"), ("年", "years")),
    "persons": (("人", " persons"), ("人", "persons")),
    "ten_thousand_persons": (("万人", " x10,000 persons"), ("万人", "x10,000 persons")),
    "person_times": (("人次", " person-times"), ("人次", "person-times")),
    "ten_thousand_person_times": (("万人次", " x10,000 person-times"), ("万人次", "x10,000 person-times")),
    "cases": (("件", " cases"), ("件", "cases")),
    "beds": (("张", " beds"), ("张", "beds")),
    "square_metres": (("平方米", " m²"), ("平方米", "m²")),
    "micrograms_per_m3": (("微克/立方米", " µg/m³"), ("微克/立方米", "µg/m³")),
    "other": (("", ""), None),
    "percentage_points": (("个百分点", " percentage points"), None),
    "percent_of_baseline": (("%", "%"), None),
    "percent_per_year": (("%", "% a year"), None),
}
_SUFFIX = {unit: suffix for unit, (suffix, _) in _UNITS.items()}
UNIT_NAMES = {unit: name for unit, (_, name) in _UNITS.items() if name is not None}
_BY_NAME = {zh: unit for unit, (zh, _) in UNIT_NAMES.items() if unit != "count"}
_CHANGE = {
    "percent": ("个百分点", " percentage points"),
    "per_1000": ("个千分点", " per 1,000"),
    "per_10000": ("/万", " per 10,000"),
    "per_100000": ("/10万", " per 100,000"),
}
# staff, beds and places per 1,000 are counted in their own measure words, never as ‰; data hold them as the unit named
BASE_UNITS = dict.fromkeys(("persons_per_1000", "beds_per_1000", "places_per_1000"), "per_1000")
SCALE = {"percent": 100.0, "per_1000": 1e3, "per_10000": 1e4, "per_100000": 1e5, **dict.fromkeys(BASE_UNITS, 1e3)}
MISSING = "—"


def unit_code(unit: str) -> str:
    """Return the code of a unit a plan names in Chinese: `ten_thousand_persons` of 万人; others as they are."""
    return unit if unit in _SUFFIX else _BY_NAME.get(unit, unit)


def _suffix(unit: str) -> tuple[str, str]:
    """Return what stands behind a number in both languages; a unit of a plan's own stands there as it is."""
    own = unit if unit[:1] > "\u2e7f" or not unit else f" {unit}"  # no blank before a Chinese word
    return _SUFFIX.get(unit_code(unit), (own, f" {unit}" if unit else ""))


def plain(value: float | None, decimals: int = 1) -> str:
    """Return `value` with `decimals` digits and thousands separators; a dash when it is missing."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text


def whole(value: float | None, lang: Lang = "zh") -> str:
    """Return the size of a count as a whole number, halves up; what rounds to none without being none as 不足1."""
    if value is None or not math.isfinite(value):
        return MISSING
    size = math.floor(abs(value) + 0.5)
    if size == 0 and abs(value) > 1e-9:
        return "不足1" if lang == "zh" else "less than 1"
    return f"{size:,}"


def amount(value: float | None, unit: str, lang: Lang = "zh", decimals: int = 1) -> str:
    """Return `value` with its unit as a reader expects it, such as `4.5‰` or `4.5 per 1,000`."""
    text = plain(value, decimals)
    return text if text == MISSING else text + _suffix(unit)[lang == "en"]


def change(value: float, unit: str, lang: Lang = "zh", decimals: int = 1) -> str:
    """Return the size of a change (never its sign): percent change by points, not by percent."""
    suffix = _CHANGE.get(unit_code(unit)) or _suffix(unit)
    return plain(abs(value), decimals) + suffix[lang == "en"]


def base_unit(unit: str) -> str:
    """Return the unit in which observations hold what a plan gives in `unit`: `per_1000` for `beds_per_1000`."""
    return BASE_UNITS.get(unit, unit)


def unit_name(unit: str, lang: Lang = "zh") -> str:
    """Return the name of a unit for a table heading or an axis."""
    names = UNIT_NAMES.get(unit_code(unit)) or _suffix(unit)
    return names[lang == "en"].strip()


def probability(p: float | None, lang: Lang = "zh") -> str:
    """Return a probability as a percentage; never 0 % or 100 % for what is only forecast."""
    if p is None or not math.isfinite(p):
        return MISSING
    if p < 0.01:
        return "不足1%" if lang == "zh" else "below 1%"
    if p > 0.99:
        return "99%以上" if lang == "zh" else "above 99%"
    return f"{p:.0%}"


def chinese(number: int) -> str:
    """Return a number below one hundred as it numbers a heading: 十二."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return lead + (_DIGITS[ones] if ones or not tens else "")


def day(when: date, lang: Lang = "zh") -> str:
    """Return a date as a document writes it: 2026年3月31日, 31 March 2026."""
    if lang == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
