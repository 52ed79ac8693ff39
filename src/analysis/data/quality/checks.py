"""The list of checks, and how they are run: one check, one function, each fault said once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.data.quality import parts, rows, series, slips
from analysis.data.quality.look import Check, look_at
from analysis.data.quality.result import CheckResult, offenders
from analysis.exceptions import Text
from analysis.plan import Plan

_VALUE, _COUNTS, _BOTH = ("value",), ("counts",), ("value", "counts")


@dataclass(frozen=True)
class _Listed:
    """A check with its title, what to do about a row, and what of the row is in doubt.

    A row whose value (or counts) an earlier check has found is not found again by a later check of the same: the more
    telling checks come first.
    """

    check: Check
    title: Text
    remedy: Text
    doubts: tuple[str, ...] = ()


_ERRORS = (
    _Listed(
        rows.future_years,
        Text("年份尚未到来", "years still to come"),
        Text("应为已结束或正在统计的年份；请核对年份。", "A year that has begun; check the year."),
    ),
    _Listed(
        series.changed_units,
        Text("同一序列单位不一致", "units change within a series"),
        Text("同一序列各年应为同一单位；请换算或更正单位。", "One unit for all years: convert, or correct the unit."),
        _VALUE,
    ),
    _Listed(
        series.swapped_counts,
        Text("分子分母疑似互换", "numerator and denominator exchanged"),
        Text("分子、分母应与其他年份相当；请核对两列是否填反。", "Counts like other years'; check the two columns."),
        _BOTH,
    ),
    _Listed(
        rows.numerator_above_denominator,
        Text("分子不大于分母", "numerator within denominator"),
        Text("分子是分母的一部分；请核对两数。", "The numerator is part of the denominator: check both."),
        _BOTH,
    ),
    _Listed(
        series.nested_deaths,
        Text("新生儿、婴儿、5岁以下死亡包含关系", "neonatal, infant and under-5 deaths nest"),
        Text("新生儿死亡含于婴儿死亡，婴儿死亡含于5岁以下死亡；请核对。", "Each is part of the next: check both."),
        _BOTH,
    ),
    _Listed(
        parts.parts_and_totals,
        Text("分组之和等于合计", "parts add up to totals"),
        Text("各部分之和应等于合计；请核对合计和各部分。", "The parts add up: check the total and its parts."),
        _COUNTS,
    ),
    _Listed(
        slips.units_mixed_up,
        Text("单位疑似填错", "units mixed up"),
        Text("请核对单位和小数点，由填报部门确认建议的数值。", "Check unit and decimal point; the office confirms."),
        _VALUE,
    ),
    _Listed(
        rows.outside_range,
        Text("数值在可能范围内", "value within its range"),
        Text("应在指标的上下限之内；请核对数值和单位。", "Within the indicator's bounds: check value and unit."),
        _VALUE,
    ),
    _Listed(
        rows.value_against_counts,
        Text("数值与分子分母一致", "value agrees with its counts"),
        Text("应等于分子除以分母；请核对三个数。", "Numerator over denominator: check the three numbers."),
        _VALUE,
    ),
)
_WARNINGS = (
    _Listed(
        series.jumps,
        Text("异常跳变", "jumps beyond chance"),
        Text("请核对数值；属实的请注明原因或口径变化。", "Check the value; if right, say why or mark the change."),
        _VALUE,
    ),
    _Listed(
        rows.conflicting_sources,
        Text("不同来源数据不一致", "sources disagree"),
        Text("同一数据应一致；请确定以何来源为准。", "One thing, one number: settle which source counts."),
    ),
    _Listed(
        series.frozen_values,
        Text("连续多年数值不变", "values repeated over years"),
        Text("请核对是否为当年数据。", "Check that it is the year's own value."),
        _VALUE,
    ),
    _Listed(
        parts.copied_down,
        Text("各地区或各分组数值相同", "one value for all areas or groups"),
        Text("请核对是否为各地区（分组）自己的数据。", "Check that each area or group has its own value."),
        _VALUE,
    ),
    _Listed(
        rows.definition_changes,
        Text("口径变化", "changes of definition"),
        Text("变化前后的水平不作比较；请注明口径。", "Levels before and after are not compared; say what changed."),
    ),
)
_LISTED = {one.check.__name__: one for one in (*_ERRORS, *_WARNINGS)}
CHECKS: dict[str, tuple[str, Text, Check]] = {
    name: ("error" if one in _ERRORS else "warning", one.title, one.check) for name, one in _LISTED.items()
}


def run_checks(
    observations: pd.DataFrame, plan: Plan, areas: pd.DataFrame, year: int | None = None
) -> list[CheckResult]:
    """Return the result of every check, those without offenders too.

    Checks of single rows look at the last vintage of every source; checks along a series look at the row of each year
    that the evaluation takes, whatever its source and vintage.

    Parameters
    ----------
    observations : DataFrame
        `OBSERVATIONS`; of several vintages the last counts.
    plan : Plan
    areas : DataFrame
        Columns `code` and `parent`.
    year : int, optional
        The last year that can have been observed; that of today where it is not given.
    """
    look = look_at(observations, plan, areas, date.today().year if year is None else year)
    out = []
    for name, one in _LISTED.items():
        known = set().union(*(look.doubted[doubt] for doubt in one.doubts))
        found = [(row, why) for row, why in one.check(look) if row.Index not in known]
        for doubt in one.doubts:
            look.doubted[doubt].update(row.Index for row, _ in found)
        out.append(CheckResult(name, CHECKS[name][0], one.title, offenders(found), one.remedy))
    return out
