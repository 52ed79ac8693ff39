"""Finding the header of a sheet among titles and blank rows, by any of its usual names."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from analysis.gate.texts import text, without_marks
from analysis.gate.units import is_unit

NAMES = {
    "indicator": ("指标编码", "指标代码", "指标编号", "编码", "indicator", "indicator_code", "indicatorcode"),
    "indicator_name": ("指标名称", "指标", "名称", "指标名", "项目", "统计指标", "监测指标", "indicator_name"),
    "ref_area": ("地区编码", "地区代码", "行政区划代码", "区划代码", "ref_area", "area"),
    "area_name": ("地区", "地区名称", "区域", "街道（镇）", "街道", "乡镇", "街道名称", "县区", "区县", "area_name"),
    "time_period": ("年份", "年度", "统计年度", "年", "时间", "time_period", "year"),
    "sex": ("性别", "sex"),
    "age": ("年龄", "年龄组", "age"),
    "residence": ("城乡", "居住地", "residence"),
    "group": ("群体", "特殊群体", "人群", "group"),
    "unit": ("计量单位", "数据单位", "unit", "unit_measure"),
    "numerator": ("分子", "分子数", "numerator"),
    "denominator": ("分母", "分母数", "denominator"),
    "obs_value": ("数值", "指标值", "本年数值", "本年", "值", "实际值", "数据", "obs_value", "value"),
    "obs_status": ("数据状态", "状态", "obs_status"),
    "note": ("说明", "备注", "note"),
    "source": ("来源", "数据来源", "资料来源", "source"),
    "vintage": ("批次", "vintage"),
    "set_aside": ("set_aside",),  # of a reader of another format: why the row is no data
}
THIS_YEAR, LAST_YEAR = ("本年", "本年度", "当年"), ("上年", "上年度", "去年")
UNSAID = ("单位",)  # a unit beside an indicator, an organisation or an area beside an area: its cells tell
_BY_NAME = {name.lower(): column for column, names in NAMES.items() for name in names}
LOOKED_AT = 40  # rows among which a header is looked for
_SAMPLE = 30  # cells by which a column called 单位 is told


def column_of(cell: Any) -> str | None:
    """Return what a header cell names; what stands in brackets behind it is left out."""
    return _column_of(cell if isinstance(cell, str) else text(cell))


@lru_cache(maxsize=1 << 12)
def _column_of(cell: str) -> str | None:
    plain = without_marks(text(cell))[0].lower().replace(" ", "").rstrip("*＊")
    for form in (plain, plain.replace("(", "（").replace(")", "）")):
        if form in _BY_NAME:
            return _BY_NAME[form]
    return _BY_NAME.get(re.sub(r"\([^()]*\)$", "", plain))


def is_unsaid(cell: Any) -> bool:
    """Return whether a header cell is 单位, which may be a unit, an organisation or an area."""
    return text(cell).replace(" ", "") in UNSAID


def header_at(rows: Sequence[Sequence[Any]], i: int, areas: Collection[str] = ()) -> dict[str, int] | None:
    """Return the place of each column where a row is a header; None where it is none.

    A table with last year's values beside this year's has more than one value a row: its header is that of a wide one.
    """
    places: dict[str, int] = {}
    names = [text(cell).replace(" ", "") for cell in rows[i]]
    if set(names) & set(LAST_YEAR) and set(names) & set(THIS_YEAR):
        return None
    for j, cell in enumerate(rows[i]):
        name = column_of(cell) or (_unsaid(rows[i + 1 : i + 1 + _SAMPLE], j, areas) if is_unsaid(cell) else None)
        if name is not None:
            places.setdefault(name, j)
    known = {"indicator", "indicator_name"} & places.keys() and {"obs_value", "numerator"} & places.keys()
    return places if known else None


def _unsaid(rows: Sequence[Sequence[Any]], j: int, areas: Collection[str]) -> str | None:
    """Return what a column called 单位 holds: units, names of areas, or organisations, which say nothing here."""
    cells = [name for row in rows if j < len(row) and (name := text(row[j]))]
    if sum(is_unit(one) for one in cells) * 2 > len(cells):
        return "unit"
    if sum(one in areas for one in cells) * 2 > len(cells):
        return "area_name"
    return None
