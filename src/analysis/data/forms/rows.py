"""One row of a form becomes an observation, or is set aside with a reason and the cell it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.data.forms.cells import Number, is_missing, number, text, written, year
from analysis.exceptions import Text
from analysis.formats import SCALE, UNIT_NAMES, base_unit, unit_name
from analysis.plan import Indicator, Plan
from analysis.schema import TOTAL
from analysis.schema.tables import OBS_STATUSES

LABELS = {
    "sex": {"M": "男", "F": "女"},
    "residence": {"U": "城镇", "R": "农村"},
    "age": {"Y0T4": "0—4岁", "Y5T9": "5—9岁", "Y10T14": "10—14岁", "Y15T17": "15—17岁"},
    "group": {},
}
TOTAL_LABELS = ("合计", "总计", "全部", "小计", "", "total", "_t", "t")
STATUS_LABELS = {"A": "正常", "P": "初步", "B": "口径变化", "E": "估计", "M": "缺报", "C": "不公开", "S": "特殊事件"}
LABELS_EN = {
    "sex": {"M": "Male", "F": "Female"},
    "residence": {"U": "Urban", "R": "Rural"},
    "age": {"Y0T4": "0-4", "Y5T9": "5-9", "Y10T14": "10-14", "Y15T17": "15-17"},
    "group": {},
}
STATUS_LABELS_EN = {
    "A": "Normal value", "P": "Provisional", "B": "Break in definition", "E": "Estimated", "M": "Missing",
    "C": "Confidential", "S": "Special event",
}  # fmt: skip
_OTHER_NAMES = {"男性": "M", "女性": "F", "男童": "M", "女童": "F", "城市": "U", "城区": "U", "乡村": "R", "镇村": "R"}
_SIGNS = {"%": "percent", "‰": "per_1000"}


def breakdown_name(dimension: str, code: str) -> Text:
    """Return the name of a breakdown code in both languages; a code without one is its own name."""
    return Text(LABELS.get(dimension, {}).get(code, code), LABELS_EN.get(dimension, {}).get(code, code))


class SetAside(Exception):
    """A row cannot be taken as it is; `column` names the cell it is about."""

    def __init__(self, column: str, reason: Text) -> None:
        super().__init__(reason.en)
        self.column, self.reason = column, reason


@dataclass(frozen=True)
class Context:
    """What a row may leave out: the plan, the year and area of the form, the known areas by code and name."""

    plan: Plan
    area: str
    year: int | None
    areas: Mapping[str, str]
    source: str


def is_unfilled(cells: Mapping[str, Any]) -> bool:
    """Return whether a form's row was left as it was sent out: no number, no status."""
    return all(not text(cells.get(name)) for name in ("numerator", "denominator", "obs_value", "obs_status", "note"))


def observation(cells: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the row as an observation.

    Parameters
    ----------
    cells : mapping
        Raw cells by column name of `forms.header`.
    context : Context

    Raises
    ------
    SetAside
        With the column and the reason.
    """
    zh, _, en = str(cells.get("set_aside") or "").partition("\n")
    if zh:
        raise SetAside("", Text(zh, en or zh))
    indicator = _indicator(cells, context.plan)
    when = _year(cells, context)
    status = _code("obs_status", cells.get("obs_status"), {k: (v,) for k, v in STATUS_LABELS.items()}) or "A"
    counts = {name: _count(cells, name) for name in ("numerator", "denominator")}
    value = _value(cells, indicator, counts)
    if value is None and status not in ("M", "C"):
        raise SetAside("obs_value", Text("没有数值；缺报请在数据状态填 M", "no value; if missing, the status is M"))
    if value is not None and status == "M":
        raise SetAside("obs_status", Text("数据状态为缺报，却填了数值", "the status says missing, yet there is one"))
    _check_bounds(indicator, value)
    _check_unit(cells, indicator)
    breakdowns = {name: _breakdown(name, cells.get(name)) for name in LABELS}
    return {
        "indicator": indicator.id,
        "ref_area": _area(cells, context),
        "time_period": when,
        **breakdowns,
        "source": written(cells.get("source")) or context.source,
        "vintage": text(cells.get("vintage")),
        "obs_value": value,
        **counts,
        "unit": base_unit(indicator.unit),
        "obs_status": status,
        "note": written(cells.get("note")),
    }


def _indicator(cells: Mapping[str, Any], plan: Plan) -> Indicator:
    code, name = text(cells.get("indicator")), text(cells.get("indicator_name"))
    if code and plan.has_indicator(code):
        return plan.indicator(code)
    by_name = {text(one.name.zh): one for one in plan.indicators}
    if not code and name in by_name:
        return by_name[name]
    if code in by_name:  # a name in the column of codes
        return by_name[code]
    found = code or name
    raise SetAside(
        "indicator" if code else "indicator_name",
        Text(f"规划没有定义指标“{found}”", f"the plan does not define the indicator '{found}'"),
    )


def _year(cells: Mapping[str, Any], context: Context) -> int:
    cell = cells.get("time_period")
    if not text(cell):
        if context.year is None:
            raise SetAside("time_period", Text("没有年份", "no year"))
        return context.year
    found = year(cell)
    if found is None:
        raise SetAside("time_period", Text(f"“{text(cell)}”不是年份", f"'{text(cell)}' is no year"))
    return found


def _area(cells: Mapping[str, Any], context: Context) -> str:
    code, name = text(cells.get("ref_area")), text(cells.get("area_name"))
    by_name = {text(label): key for key, label in context.areas.items()}
    if not code and not name:
        return context.area
    if code in context.areas or code == context.area:
        return code
    for known in (by_name.get(code), by_name.get(name) if not code else None):
        if known is not None:
            return known
    found = code or name
    raise SetAside("ref_area", Text(f"没有地区“{found}”", f"there is no area '{found}'"))


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
    plain = text(cell)
    if plain.lower() in TOTAL_LABELS:
        return TOTAL
    if not LABELS[name] or (name == "age" and plain.startswith("Y")):
        return plain
    if plain in _OTHER_NAMES:
        return _OTHER_NAMES[plain]
    return _code(name, plain, {key: (label, label.replace("—", "-")) for key, label in LABELS[name].items()})


def _count(cells: Mapping[str, Any], name: str) -> float | None:
    cell = cells.get(name)
    if is_missing(cell):
        return None
    found = number(cell)
    if found is None or found.sign or found.value < 0:
        raise SetAside(name, Text(f"“{text(cell)}”不是非负数", f"'{text(cell)}' is no number of zero or more"))
    return found.value


def _value(cells: Mapping[str, Any], indicator: Indicator, counts: Mapping[str, float | None]) -> float | None:
    """Return the value, worked out from its counts where it is not filled in itself."""
    cell = cells.get("obs_value")
    if not is_missing(cell):
        found = number(cell)
        if found is None:
            raise SetAside("obs_value", Text(f"“{text(cell)}”不是数字", f"'{text(cell)}' is no number"))
        return _in_unit(found, indicator)
    scale, above, below = SCALE.get(indicator.unit), counts["numerator"], counts["denominator"]
    if scale is None or above is None:
        return None if scale is not None or above is None else above
    if below is None:
        return None
    if below == 0:
        raise SetAside("denominator", Text("分母为0", "the denominator is 0"))
    return above / below * scale


def _in_unit(found: Number, indicator: Indicator) -> float:
    if found.sign and _SIGNS[found.sign] != base_unit(indicator.unit):
        unit = unit_name(indicator.unit)
        raise SetAside(
            "obs_value",
            Text(f"带{found.sign}号，指标单位是{unit}", f"a {found.sign} sign, but the unit is {indicator.unit}"),
        )
    return found.value


def _check_unit(cells: Mapping[str, Any], indicator: Indicator) -> None:
    plain = text(cells.get("unit"))
    units = {indicator.unit, base_unit(indicator.unit)}
    names = units | {text(n) for unit in units for n in (*UNIT_NAMES.get(unit, ()), unit_name(unit))}
    if plain and plain not in names:
        raise SetAside(
            "unit",
            Text(f"单位“{plain}”，指标单位是{unit_name(indicator.unit)}", f"'{plain}', the unit is {indicator.unit}"),
        )


def _check_bounds(indicator: Indicator, value: float | None) -> None:
    low, high = indicator.lower, indicator.upper
    if value is None or ((low is None or value >= low) and (high is None or value <= high)):
        return
    span = f"{'' if low is None else f'{low:g}'}—{'' if high is None else f'{high:g}'}"
    raise SetAside("obs_value", Text(f"数值 {value:g} 超出范围 {span}", f"{value:g} is outside {span}"))


assert set(STATUS_LABELS) == set(OBS_STATUSES)
