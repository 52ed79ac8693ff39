"""Checks of a row by itself, and of the sources that report the same thing."""

from __future__ import annotations

import math
from typing import Any

from analysis.data.quality.look import Found, Look, grouped
from analysis.exceptions import Text
from analysis.formats import SCALE, base_unit
from analysis.schema import BREAKDOWNS


def outside_range(look: Look) -> Found:
    """Find values and counts that cannot be: infinite, below or above what the indicator can be.

    The bounds are those of the unit where the plan gives none; they are asked where the row has the plan's unit.
    """
    bounds = {one.id: (base_unit(one.unit), *one.bounds) for one in look.plan.indicators}
    for row in look.each(look.rows):
        if any(math.isinf(cell) for cell in (row.obs_value, row.numerator, row.denominator)):
            yield row, Text("数值或分子分母为无穷大", "the value or a count is infinite")
            continue
        unit, lower, upper = bounds.get(row.indicator, (row.unit, None, None))
        if base_unit(row.unit) != unit:
            continue
        if lower is not None and row.obs_value < lower - 1e-9:
            yield row, Text(f"{row.obs_value:g} 低于下限 {lower:g}", f"{row.obs_value:g} is below {lower:g}")
        if upper is not None and row.obs_value > upper + 1e-9:
            yield row, Text(f"{row.obs_value:g} 高于上限 {upper:g}", f"{row.obs_value:g} is above {upper:g}")


def future_years(look: Look) -> Found:
    """Find values of years that are still to come."""
    for row in look.each(look.rows[look.rows["time_period"] > look.year]):
        yield row, Text(f"{row.time_period}年尚未到来", f"{row.time_period} is still to come")


def numerator_above_denominator(look: Look) -> Found:
    """Find numerators above their denominators; gross rates and others that may exceed 100 % are left out."""
    uncapped = {one.id for one in look.plan.indicators if one.unit == "percent" and (one.bounds[1] or 1e9) > 100}
    rows = look.rows[look.rows["unit"].isin(list(SCALE)) & (look.rows["numerator"] > look.rows["denominator"])]
    for row in look.each(rows[~rows["indicator"].isin(uncapped) & (rows["numerator"] < math.inf)]):
        yield (
            row,
            Text(f"分子 {row.numerator:g} 大于分母 {row.denominator:g}", f"{row.numerator:g} of {row.denominator:g}"),
        )


def value_against_counts(look: Look) -> Found:
    """Find values that are not numerator over denominator, to the digits they were reported with."""
    for row in look.each(look.counted):
        implied = look.implied[row.Index]
        if abs(row.obs_value - implied) > max(0.006 * abs(implied), 0.06):
            yield (
                row,
                Text(
                    f"填报 {row.obs_value:g}，按分子分母为 {implied:.4g}",
                    f"{row.obs_value:g}, by its counts {implied:.4g}",
                ),
            )


def conflicting_sources(look: Look) -> Found:
    """Find numbers of one thing on which two sources disagree; the first source by name is the reference."""
    keys = ["indicator", "ref_area", "time_period", *BREAKDOWNS]
    known = look.rows[look.rows["obs_value"].notna()]
    twice: list[Any] = look.each(known[known.duplicated(keys, keep=False)].sort_values("source"))
    for first, *others in grouped(twice, keys):
        for row in others:
            off = abs(row.obs_value - first.obs_value)
            if off > max(0.005 * abs(first.obs_value), 1e-9):
                yield (
                    row,
                    Text(
                        f"{first.source} 为 {first.obs_value:g}，本来源为 {row.obs_value:g}",
                        f"{first.source} says {first.obs_value:g}",
                    ),
                )


def definition_changes(look: Look) -> Found:
    """Find years marked as a change of definition: levels before and after are not compared."""
    for row in look.each(look.rows[look.rows["obs_status"] == "B"]):
        yield row, Text(f"口径变化：{row.note or '未写明'}", f"change of definition: {row.note or 'not described'}")
