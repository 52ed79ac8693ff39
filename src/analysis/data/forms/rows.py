"""The gate for one row: it becomes an observation, is proposed as one, or is set aside with a reason and its cell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from analysis.data.forms.labels import LABELS, STATUS_LABELS
from analysis.data.forms.lookup import AreaNames, IndicatorNames
from analysis.data.forms.values import Remarks, SetAside, read_value
from analysis.exceptions import Text
from analysis.formats import base_unit
from analysis.gate.breakdowns import TOTAL_WORDS, word
from analysis.gate.others import about_others
from analysis.gate.periods import FIRST, LAST, NoPeriod, read_period
from analysis.gate.texts import Uncomputed, text, written
from analysis.plan import Indicator, Plan
from analysis.schema import TOTAL


@dataclass(frozen=True)
class Context:
    """What a row may leave out, and what is known: the plan and its names, the areas, the year and area of the sheet.

    Parameters
    ----------
    plan : Plan
    area : str
        Code of the area that rows without one are about.
    year : int or None
        Year of rows without one.
    names, areas
        Indicators and areas by their names.
    source : str
        What rows without a source come from; empty for the indicator's own department.
    year_fault : Text or None
        Why the sheet has no year although it should; rows without a year of their own are set aside with it.
    comma : bool
        Decimals are written with a comma.
    latest : int
        Later years are refused.
    """

    plan: Plan
    area: str
    year: int | None
    names: IndicatorNames
    areas: AreaNames
    source: str
    year_fault: Text | None = None
    comma: bool = False
    latest: int = field(default_factory=lambda: date.today().year)


def is_unfilled(cells: Mapping[str, Any]) -> bool:
    """Return whether a form's row was left as it was sent out: no number, no status; its own formula is none."""
    if any(isinstance(cells.get(name), Uncomputed) for name in ("numerator", "denominator")):
        return False
    return all(not text(cells.get(name)) for name in ("numerator", "denominator", "obs_value", "obs_status", "note"))


def observation(cells: Mapping[str, Any], context: Context) -> tuple[dict[str, Any], Remarks]:
    """Return the row as an observation, and what a person has to confirm of it.

    Parameters
    ----------
    cells : mapping
        Raw cells by column name of `forms.header`.
    context : Context

    Returns
    -------
    observation, remarks
        The row is taken where `remarks.doubts` is empty, else proposed.

    Raises
    ------
    SetAside
        With the column and the reason.
    """
    zh, _, en = str(cells.get("set_aside") or "").partition("\n")
    if zh:
        raise SetAside("", Text(zh, en or zh))
    remarks = Remarks()
    indicator = _indicator(cells, context, remarks)
    when = _year(cells, context, indicator, remarks)
    status = _code("obs_status", cells.get("obs_status"), {k: (v.zh,) for k, v in STATUS_LABELS.items()})
    value = read_value(cells, indicator, remarks, context.comma)
    if value.obs_value is None and status not in ("M", "C"):
        if not value.missing or status:
            raise SetAside("obs_value", Text("没有数值；缺报请在数据状态填 M", "no value; if missing, the status is M"))
        status = "M"
    if value.obs_value is not None and status == "M":
        raise SetAside("obs_status", Text("数据状态为缺报，却填了数值", "the status says missing, yet there is one"))
    if value.missing:
        remarks.notes.insert(0, f"原表为“{value.missing}”")
    own = written(cells.get("note"))
    return {
        "indicator": indicator.id,
        "ref_area": _area(cells, context, remarks),
        "time_period": when,
        **{name: _breakdown(name, cells.get(name)) for name in LABELS},
        "source": written(cells.get("source")) or context.source or indicator.department,
        "vintage": text(cells.get("vintage")),
        "obs_value": value.obs_value,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "unit": base_unit(indicator.unit),
        "obs_status": status or "A",
        "note": "；".join([*([own] if own else []), *dict.fromkeys(remarks.notes)]),
    }, remarks


def another(like: Mapping[str, Any], cell: Any, year: int | None, context: Context) -> dict[str, Any] | None:
    """Return a plain number of another year of an observation that went through the gate without a remark.

    Thousands of numbers of a wide table differ in nothing but year and value: all else was read with the first.

    Parameters
    ----------
    like : mapping
        As `observation` returned it for a number without sign, mark or counts, in the indicator's own unit.
    cell : object
        As it stands.
    year : int or None
    context : Context
        The same as for `like`.

    Returns
    -------
    dict or None
        None where the cell or the year is not plain, or refused: then `observation` says why.
    """
    if type(cell) is not float and type(cell) is not int:
        return None
    if year is None or not FIRST <= year <= min(LAST, context.latest):
        return None
    low, high = context.plan.indicator(like["indicator"]).bounds
    if not (math.isfinite(cell) and (low is None or cell >= low) and (high is None or cell <= high)):
        return None
    return {**like, "time_period": year, "obs_value": float(cell)}


def _indicator(cells: Mapping[str, Any], context: Context, remarks: Remarks) -> Indicator:
    code, name = text(cells.get("indicator")), text(cells.get("indicator_name"))
    column = "indicator" if code else "indicator_name"
    given = code or name
    if not given:
        raise SetAside(column, Text("没有指标", "no indicator"))
    found = context.names.find(given)
    if found is not None:
        other = context.names.find(name) if code and name else None
        if other is not None and other is not found:
            zh = f"编码是“{found.name.zh}”，名称是“{other.name.zh}”"
            raise SetAside("indicator_name", Text(zh, f"the code is '{found.name.en}', the name '{other.name.en}'"))
        return found
    near = context.names.near(given, most=1) if not code or not code.isascii() else []
    if (elsewhere := about_others(given, near[0][0].name.zh if near else "")) is not None:
        raise SetAside(column, elsewhere)
    if near:
        one, share = near[0]
        reason = Text(
            f"规划没有指标“{given}”，最接近的是“{one.name.zh}”（相似度 {share:.0%}）",
            f"the plan has no indicator '{given}'; the nearest is '{one.name.en}' (likeness {share:.0%})",
        )
        remarks.doubt(column, reason)
        return one
    raise SetAside(column, Text(f"规划没有定义指标“{given}”", f"the plan does not define the indicator '{given}'"))


def _year(cells: Mapping[str, Any], context: Context, indicator: Indicator, remarks: Remarks) -> int:
    cell = cells.get("time_period")
    if not text(cell):
        if context.year is None:
            raise SetAside("time_period", context.year_fault or Text("没有年份", "no year"))
        return _known(context.year, context)
    found = read_period(cell, indicator.period_type == "school_year")
    if found is None:
        raise SetAside("time_period", Text(f"“{text(cell)}”不是年份", f"'{text(cell)}' is no year"))
    if isinstance(found, NoPeriod):
        raise SetAside("time_period", found.reason)
    if found.doubt:
        remarks.doubt("time_period", found.doubt)
    return _known(found.year, context)


def _known(year: int, context: Context) -> int:
    if year > context.latest:
        raise SetAside("time_period", Text(f"{year} 年尚未到来，不应有统计数据", f"{year} is still to come"))
    return year


def _area(cells: Mapping[str, Any], context: Context, remarks: Remarks) -> str:
    code, name = text(cells.get("ref_area")), text(cells.get("area_name"))
    if not code and not name:
        return context.area
    found = context.areas.find(code) if code else None
    found = found or (context.areas.find(name) if not code else None)
    if found is not None:
        if code and name and context.areas.find(name) not in (None, found):
            raise SetAside("area_name", Text(f"地区编码 {code} 不是“{name}”", f"the area {code} is not '{name}'"))
        return found
    given = code or name
    if context.areas.is_whole(given):
        remarks.doubt(
            "area_name", Text(f"“{given}”按 {context.plan.area_name.zh} 读取", f"'{given}' is taken as {context.area}")
        )
        return context.area
    raise SetAside(
        "ref_area", Text(f"没有地区“{given}”（可用 workbench areas import 登记）", f"there is no area '{given}'")
    )


def _code(name: str, cell: Any, labels: Mapping[str, tuple[str, ...]]) -> str:
    """Return the code a cell names, empty where the cell is."""
    plain = text(cell)
    if not plain:
        return ""
    code = plain.split(" ")[0].split("-")[0].upper()
    for key, others in labels.items():
        if code == key or plain in others:
            return key
    known = "、".join(f"{key} {others[0]}" for key, others in labels.items())
    raise SetAside(name, Text(f"“{plain}”不是代码（{known}）", f"'{plain}' is no code ({', '.join(labels)})"))


def _breakdown(name: str, cell: Any) -> str:
    return _breakdown_of(name, text(cell))


@lru_cache(maxsize=1 << 10)
def _breakdown_of(name: str, plain: str) -> str:
    if not plain or plain.lower() in TOTAL_WORDS:
        return TOTAL
    if not LABELS[name] or (name == "age" and plain.startswith("Y")):
        return plain
    said = word(plain)
    if said is not None and said[0] == name:
        return said[1]
    return _code(name, plain, {key: (one.zh, one.zh.replace("—", "-")) for key, one in LABELS[name].items()})
