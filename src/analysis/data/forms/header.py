"""Finding the header of a sheet among titles and blank rows, by any of its usual names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.data.forms.cells import text

NAMES = {
    "indicator": ("指标编码", "指标代码", "指标编号", "indicator", "indicator_code", "indicatorcode"),
    "indicator_name": ("指标名称", "指标", "名称", "指标名", "indicator_name"),
    "ref_area": ("地区编码", "地区代码", "行政区划代码", "区划代码", "ref_area", "area"),
    "area_name": ("地区", "地区名称", "街道（镇）", "街道(镇)", "单位"),
    "time_period": ("年份", "年度", "统计年度", "年", "time_period", "year"),
    "sex": ("性别", "sex"),
    "age": ("年龄", "年龄组", "age"),
    "residence": ("城乡", "居住地", "residence"),
    "group": ("群体", "特殊群体", "group"),
    "unit": ("计量单位", "unit", "unit_measure"),
    "numerator": ("分子", "分子数", "numerator"),
    "denominator": ("分母", "分母数", "denominator"),
    "obs_value": ("数值", "指标值", "本年数值", "本年", "值", "obs_value", "value"),
    "obs_status": ("数据状态", "状态", "obs_status"),
    "note": ("说明", "备注", "note"),
    "source": ("来源", "数据来源", "source"),
    "vintage": ("批次", "vintage"),
    "set_aside": ("set_aside",),  # of a reader of another format: why the row is no data
}
_BY_NAME = {name.lower(): column for column, names in NAMES.items() for name in names}
LOOKED_AT = 40  # rows among which a header is looked for


def column_of(cell: Any) -> str | None:
    """Return what a header cell names; what stands in brackets behind it is left out."""
    plain = text(cell).lower().replace(" ", "").rstrip("*＊")
    if plain in _BY_NAME:
        return _BY_NAME[plain]
    return _BY_NAME.get(plain.split("(")[0]) if "(" in plain else None


def find_header(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]] | None:
    """Return the position of the header among the first rows, and the place of each column; None without one.

    A header names an indicator (by code or name) and a value or a numerator.
    """
    for i, row in enumerate(rows[:LOOKED_AT]):
        places: dict[str, int] = {}
        for j, cell in enumerate(row):
            name = column_of(cell)
            if name is not None:
                places.setdefault(name, j)
        if {"indicator", "indicator_name"} & places.keys() and {"obs_value", "numerator"} & places.keys():
            return i, places
    return None
