"""Labels that name a number about an observation, not one: a target, a rank, a change, a running total, a degree."""

from __future__ import annotations

import re

from analysis.exceptions import Text
from analysis.gate.texts import plain

_KINDS = (
    (
        re.compile(r"目标|计划(?!生育|免疫)|规划(?:值|数|指标)|预期|预计|预测|预算数|估计|估算|测算|力争|任务数|^拟"),
        "预计或目标，不是统计数据",
        "expected or planned, not observed",
    ),
    (re.compile(r"排名|排位|排序|位次|名次|^序位"), "名次，不是统计数据", "a rank, not an observation"),
    (
        re.compile(
            r"增减|增幅|增长|增速|升降|降幅|涨幅|同比|环比|差距|差值|相差|变动|±|[比较](?:上年|去年|上期|基期|\d{4}年)"
        ),
        "变化或差距，不是统计数据",
        "a change or a gap, not an observation",
    ),
    (
        re.compile(r"累计|年均|年平均|[一二两三四五六七八九十\d]年平均"),
        "多个时期的数，不是一年的",
        "of several periods",
    ),
    (
        re.compile(r"完成率|完成进度|完成程度|实现程度|达标情况|完成情况|占全[国省市区县州旗镇]"),
        "完成程度或占比，不是指标的数值",
        "a degree or a share",
    ),
)
_ALONE = re.compile(r"^(?:目标|计划|规划|预期|预计|预测|估计|估算|快报)(?:值|数|数据|指标)?$")
_OF_TITLE = (
    (
        re.compile(
            r"目标(?!.*(?:完成|实现|监测|进展|执行|达标|评估|统计|情况))|计划(?:数|值|指标|表)|预期|预计|预测|任务分解"
        ),
        *_KINDS[0][1:],
    ),
    (re.compile(r"排名|排位|位次|名次"), *_KINDS[1][1:]),
    (
        re.compile(r"增减|增幅|增速|升降|同比|环比|差距|[比较](?:上年|去年|上期|基期)"),
        *_KINDS[2][1:],
    ),
    (re.compile(r"占全[国省市区县州旗镇]"), *_KINDS[4][1:]),
)
_PART_OF_YEAR = re.compile(
    r"上半年|下半年|前?[一二三四1-4]季度|\d{1,2}\s*月?[-–—~～至]\s*(\d{1,2})\s*月(?!\s*\d)"
    r"|\d{4}\s*年\s*(\d{1,2})\s*月(?!\s*\d|末|底)(?=.*(?:表|情况|数据|指标|月报))"
)
_WHEN_MADE = re.compile(r"日期|时间|制表|编制|填报|填表|印发|截至|截止|印制|报送")
_PLACE = re.compile(r"^(?:[一-鿿]{2,8}?(?:省|市|县|区|旗|州|盟|镇|乡|街道)|全[国省市县区旗州])$")
_PLACE_FIRST = re.compile(
    r"^(?:附?表[\d一二三四五六七八九十.-]*\s*|[一二三四五六七八九十]、)?(?:\d{4}\s*年?(?:\s*[-–—~～至]\s*\d{2,4}\s*年?)?度?\s*)?"
    r"(全[国省市县区旗州]|[一-鿿]{2,4}?(?:省|市|县|区|旗|自治州))"
)
_NO_PLACE = re.compile(r"^[各农]|[城社地小学校辖市县片园山牧灾街郊]区$|[城]镇$|农村|城市$|城乡")


def about_others(label: str, known: str = "") -> Text | None:
    """Return what a label names instead of an observation; None where it names none of these.

    Parameters
    ----------
    label : str
        Of a row, a column or a cell that tells rows apart.
    known : str
        Name of the indicator that is most like the label: a word that this name has too says nothing.
    """
    given = plain(label)
    for words, zh, en in _KINDS:
        found = words.search(given)
        if found and found[0] not in known:
            return Text(f"“{given}”是{zh}", f"'{given}' is {en}")
    return None


def is_expected(cell: str) -> bool:
    """Return whether a cell says, and nothing else, that the number beside it is no observation: 目标值, 预计数."""
    return bool(_ALONE.match(plain(cell)))


def title_about_others(title: str) -> Text | None:
    """Return what all numbers under a title or heading seem to be instead of observations; a person confirms it."""
    given = plain(title)
    for words, zh, en in _OF_TITLE:
        if words.search(given):
            return Text(f"“{given}”疑为{zh}", f"'{given}': perhaps {en}")
    part = _PART_OF_YEAR.search(given)
    if part and not _WHEN_MADE.search(given) and (part[1] or part[2] or "") != "12":
        return Text(f"“{given}”疑为年内一段时间的数据，不是全年的", f"'{given}': perhaps of a part of the year")
    return None


def is_place(label: str) -> bool:
    """Return whether a label looks like the name of an area, or like 全市 and 全国."""
    given = plain(label)
    return bool(_PLACE.match(given)) and not _NO_PLACE.search(given)


def place_first(title: str) -> str:
    """Return the area a title begins with, as far as its form tells; empty where it begins with none."""
    found = _PLACE_FIRST.match(plain(title))
    return found[1] if found and not _NO_PLACE.search(found[1]) else ""
