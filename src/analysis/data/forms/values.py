"""The value of a row: read, brought to the indicator's unit, held against its range and its counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.exceptions import Text
from analysis.formats import SCALE, plain, unit_name
from analysis.gate.numbers import Missing, Number, read_number
from analysis.gate.texts import UNCOMPUTED, text
from analysis.gate.units import count_factor, factor
from analysis.plan import Indicator

_FREE = ("ratio", "other")  # units without a scale of their own: 女=100 and the like say how the ratio is written
_SLIPS = (0.001, 0.01, 0.1, 10.0, 100.0, 1000.0)


class SetAside(Exception):
    """A row cannot be taken as it is; `column` names the cell it is about."""

    def __init__(self, column: str, reason: Text) -> None:
        super().__init__(reason.en)
        self.column, self.reason = column, reason


@dataclass
class Remarks:
    """What goes to the note of a row, and what a person has to confirm: each doubt with the column it is about."""

    notes: list[str] = field(default_factory=list)
    doubts: list[tuple[str, Text]] = field(default_factory=list)

    def doubt(self, column: str, reason: Text) -> None:
        """Add something to confirm, once."""
        if (column, reason) not in self.doubts:
            self.doubts.append((column, reason))


@dataclass(frozen=True)
class Value:
    """What a row says: value, numerator and denominator in the indicator's unit, and the symbol of a missing value."""

    obs_value: float | None
    numerator: float | None
    denominator: float | None
    missing: str | None = None


def read_value(cells: Mapping[str, Any], indicator: Indicator, remarks: Remarks, comma: bool = False) -> Value:
    """Return the value of a row.

    Parameters
    ----------
    cells : mapping
        `obs_value`, `numerator`, `denominator` and `unit` as they stand, each of which may be absent.
    indicator : Indicator
    remarks : Remarks
        Takes notes and doubts.
    comma : bool
        The file writes decimals with a comma.

    Raises
    ------
    SetAside
        With the column and the reason.
    """
    above, below = (_count(cells, name, remarks, comma) for name in ("numerator", "denominator"))
    cell = cells.get("obs_value")
    found = read_number(cell, comma)
    implied = _implied(indicator, above, below)
    if isinstance(found, Number):
        value, times = _in_unit(found, cells, indicator, remarks)
        _range(indicator, value)
        _counts(indicator, above, below)
        return Value(_agreed(value, 10.0**-found.decimals * times, implied, remarks), above, below)
    if implied is not None and (isinstance(found, Missing) or cell is UNCOMPUTED):
        _range(indicator, implied)
        _counts(indicator, above, below)
        remarks.notes.append("数值由分子分母计算")
        return Value(implied, above, below)
    if not isinstance(found, Missing):
        raise SetAside("obs_value", found.reason)
    return Value(None, above, below, found.symbol)


def _count(cells: Mapping[str, Any], name: str, remarks: Remarks, comma: bool) -> float | None:
    found = read_number(cells.get(name), comma)
    if isinstance(found, Missing):
        return None
    if not isinstance(found, Number):
        raise SetAside(name, found.reason)
    if found.value < 0 or found.sign in ("%", "‰"):
        shown = text(cells.get(name))
        raise SetAside(name, Text(f"“{shown}”不是非负数", f"'{shown}' is no number of zero or more"))
    times = count_factor(found.sign) if found.sign else 1.0
    if times is None:
        zh = f"“{text(cells.get(name))}”中的“{found.sign}”不是计数单位"
        raise SetAside(name, Text(zh, f"'{found.sign}' is no unit of a count"))
    if found.mark:
        remarks.notes.append(f"注号{found.mark}")
    if found.doubt:
        remarks.doubt(name, found.doubt)
    if times != 1.0:
        value = found.value * times
        remarks.doubt(
            name, Text(f"“{text(cells.get(name))}”折算为 {plain(value, 0)}", f"converted to {plain(value, 0)}")
        )
    return found.value * times


def _implied(indicator: Indicator, above: float | None, below: float | None) -> float | None:
    """Return the value that the counts say; None where they say none.

    Without a scale the numerator alone is the value; what it is over a denominator the unit does not say.
    """
    scale = SCALE.get(indicator.unit)
    if above is None:
        return None
    if scale is None:
        return above if below is None else None
    if below is None:
        return None
    if below == 0:
        raise SetAside("denominator", Text("分母为0", "the denominator is 0"))
    return above / below * scale


def _in_unit(found: Number, cells: Mapping[str, Any], indicator: Indicator, remarks: Remarks) -> tuple[float, float]:
    """Return the value in the indicator's unit, and by what it was multiplied, which a person then confirms."""
    if found.mark:
        remarks.notes.append(f"注号{found.mark}")
    if found.doubt:
        remarks.doubt("obs_value", found.doubt)
    own, value, converted = unit_name(indicator.unit), found.value, 1.0
    stated = text(cells.get("unit"))
    if stated and found.sign and factor(found.sign, indicator.unit) != factor(stated, indicator.unit):
        zh = f"数值带“{found.sign}”，单位写作“{stated}”"
        raise SetAside("obs_value", Text(zh, f"a sign {found.sign}, but the unit is {stated}"))
    for given, column in ((found.sign, "obs_value"), (stated, "unit")):
        times = factor(given, indicator.unit)
        if times is None and indicator.unit in _FREE and column == "unit":
            reason = Text(
                f"原表单位“{given}”，指标单位是{own}，请确认一致", f"the unit '{given}': the same as {indicator.unit}?"
            )
            remarks.doubt(column, reason)
            break
        if times is None:
            raise SetAside(column, Text(f"单位“{given}”，指标单位是{own}", f"'{given}', the unit is {indicator.unit}"))
        if times != 1.0:
            value, converted = float(f"{found.value * times:.15g}"), times
            reason = Text(
                f"单位“{given}”，指标单位是“{own}”：{found.value:g} 折算为 {value:g}",
                f"'{given}', the unit is {indicator.unit}: {found.value:g} converted to {value:g}",
            )
            remarks.doubt(column, reason)
            break
    return value, converted


def _range(indicator: Indicator, value: float) -> None:
    low, high = indicator.bounds
    if (low is None or value >= low) and (high is None or value <= high):
        return
    zh = f"{'' if low is None else f'{low:g}'}—{'' if high is None else f'{high:g}'}"
    raise SetAside(
        "obs_value", Text(f"数值 {value:g} 超出范围 {zh}", f"{value:g} is outside {zh.replace('—', ' to ')}")
    )


def _counts(indicator: Indicator, above: float | None, below: float | None) -> None:
    """Refuse more in the numerator than in the denominator where the share is one of the denominator's own."""
    if above is None or below is None or above <= below or indicator.unit not in SCALE:
        return
    if indicator.bounds[1] is None and (
        indicator.unit == "percent" or indicator.statistic not in ("poisson", "binomial")
    ):
        return
    raise SetAside("numerator", Text(f"分子 {above:g} 大于分母 {below:g}", f"{above:g} of {below:g}"))


def _agreed(value: float, step: float, implied: float | None, remarks: Remarks) -> float:
    """Return the value where it is that of its counts to the last digit it is written with, one of which is `step`."""
    if implied is None:
        return value
    if abs(value - implied) <= max(0.5 * step, 1e-9 * abs(implied)) * 1.000001:
        return value
    slip = next((one for one in _SLIPS if implied and abs(value / implied / one - 1) < 0.02), None)
    if slip is not None:
        times = f"{slip:g}" if slip > 1 else f"1/{1 / slip:g}"
        reason = Text(
            f"填报 {value:g}，按分子分母为 {implied:.4g}（相差 {times} 倍，疑为单位填错）",
            f"{value:g}, by its counts {implied:.4g} (factor {times}: unit mixed up?)",
        )
        remarks.doubt("obs_value", reason)
        return implied
    reason = Text(f"填报 {value:g}，按分子分母为 {implied:.4g}", f"{value:g}, by its counts {implied:.4g}")
    raise SetAside("obs_value", reason)
