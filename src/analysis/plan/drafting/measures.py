"""Units: what a number in a sentence is counted in, as a unit of the plan's tables."""

from __future__ import annotations

import re

from analysis.plan.drafting.numerals import Numeral

_SIGNS = {"%": "percent", "‰": "per_1000", "‱": "per_10000", "/10万": "per_100000", "个百分点": "percentage_points"}
_PLAIN = {
    **dict.fromkeys(("百分点",), "percentage_points"),
    "个千分点": "per_1000",
    **dict.fromkeys(("人", "名", "位", "亿人"), "persons"),
    **dict.fromkeys(("万人", "万名"), "ten_thousand_persons"),
    **dict.fromkeys(("人次",), "person_times"),
    **dict.fromkeys(("万人次",), "ten_thousand_person_times"),
    **dict.fromkeys(("元",), "yuan"),
    **dict.fromkeys(("万元",), "ten_thousand_yuan"),
    **dict.fromkeys(("亿元",), "hundred_million_yuan"),
    **dict.fromkeys(("平方米",), "square_metres"),
    **dict.fromkeys(("万平方米",), "ten_thousand_m2"),
    **dict.fromkeys(("小时", "学时", "课时"), "hours"),
    **dict.fromkeys(("分钟",), "minutes"),
    **dict.fromkeys(("岁", "周岁"), "years_of_age"),
    **dict.fromkeys(("年",), "years"),
    **dict.fromkeys(("件", "起", "万件"), "cases"),
    **dict.fromkeys(("微克/立方米",), "micrograms_per_m3"),
    **dict.fromkeys(("比", "倍"), "ratio"),
}
_SIZES = {
    "1万": 10_000,
    "10000": 10_000,
    "十万": 100_000,
    "10万": 100_000,
    "万": 10_000,
    "千": 1000,
    "1000": 1000,
    "百": 100,
    "100": 100,
}
TIMES = {  # units written with a size that the tables have no unit for
    **dict.fromkeys(("万个", "万户", "万亩", "万套", "万册", "万件", "万场", "万"), 10_000),
    "亿": 100_000_000,
    "亿人": 100_000_000,
}
STATISTICS = {
    "percent": "binomial",
    **dict.fromkeys(("per_1000", "per_10000", "per_100000"), "poisson"),
    **dict.fromkeys(("persons_per_1000", "beds_per_1000", "places_per_1000", "ratio", "per_100_females"), "ratio"),
    **dict.fromkeys(("count", "persons", "person_times", "cases", "beds", "ten_thousand_persons"), "count"),
}


def unit_of(one: Numeral, name: str, per: str = "") -> str:
    """Return the unit of a number.

    Parameters
    ----------
    one : Numeral
        With the unit as written.
    name : str
        What is measured; tells beds from sheets and a sex ratio from other numbers.
    per : str
        The size named before it (每千, 每10万), empty for none.

    Returns
    -------
    str
        A unit of `analysis.formats`; `other` for a size that has none.
    """
    if one.is_share:
        return _SIGNS[one.unit]
    if per:
        return _per(one, name, per)
    if "性别比" in name and one.unit in ("", "比"):
        return "per_100_females"
    if one.unit == "张" and "床" in name:
        return "beds"
    if not one.unit:
        return "percent" if re.search("率$|比例$|占比$|比重$", name) else "other"
    return _PLAIN.get(one.unit, "count")


def _per(one: Numeral, name: str, per: str) -> str:
    size = _SIZES.get(per, 0)
    if size == 1000:
        if one.unit == "张" or "床" in name:
            return "beds_per_1000"
        return "persons_per_1000" if one.unit in ("名", "人", "位") else "places_per_1000"
    return {10_000: "per_10000", 100_000: "per_100000"}.get(size, "other")
