"""Checks along a series: the rows the evaluation takes, whatever source and vintage they came from."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
from scipy.special import ndtr

from analysis.data.quality.look import FEW, Found, Look, chance
from analysis.exceptions import Text
from analysis.formats import SCALE, base_unit, unit_name
from analysis.schema import BREAKDOWNS

_RARE = 1e-4  # of a jump by chance alone: about one false alarm in ten thousand rows
_CLOSE = math.log(1.5)  # of counts of one series in two years
_KEYS = ("ref_area", "time_period", *BREAKDOWNS)


def changed_units(look: Look) -> Found:
    """Find years whose unit is not that of the series: the plan's where any year has it, else the most usual."""
    own = {one.id: base_unit(one.unit) for one in look.plan.indicators}
    for rows in look.series:
        units = Counter(base_unit(row.unit) for row in rows)
        if len(units) < 2:
            continue
        plan_unit = own.get(rows[0].indicator, "")
        usual = plan_unit if plan_unit in units else max(units, key=lambda one: (units[one], one))
        for row in rows:
            unit = base_unit(row.unit)
            if unit != usual:
                zh, en = ([unit_name(one, lang) or one for one in (unit, usual)] for lang in ("zh", "en"))
                yield (
                    row,
                    Text(
                        f"本年单位为 {zh[0]}，本序列其他年份为 {zh[1]}", f"the unit is {en[0]}, of other years {en[1]}"
                    ),
                )


def swapped_counts(look: Look) -> Found:
    """Find years whose numerator and denominator look exchanged: each is as large as the other's in the other years."""
    for series in look.series:
        rows = [row for row in series if 0 < row.numerator < math.inf and 0 < row.denominator < math.inf]
        for i, row in enumerate(rows):
            others = rows[:i] + rows[i + 1 :] if len(rows) > 2 else rows[:i]
            if not others:
                continue
            above = median(math.log(one.numerator) for one in others)
            below = median(math.log(one.denominator) for one in others)
            off = max(abs(math.log(row.numerator) - below), abs(math.log(row.denominator) - above))
            if abs(below - above) > 2 * _CLOSE and off < _CLOSE:
                yield (
                    row,
                    Text(
                        f"分子 {row.numerator:g}、分母 {row.denominator:g} 疑似互换，"
                        f"其他年份约 {math.exp(above):.4g}、{math.exp(below):.4g}",
                        f"numerator {row.numerator:g} and denominator {row.denominator:g} look exchanged; "
                        f"in other years about {math.exp(above):.4g} and {math.exp(below):.4g}",
                    ),
                )


def nested_deaths(look: Look) -> Found:
    """Find neonatal above infant, or infant above under-5 deaths, in indicators whose ids end in nmr, imr, u5mr."""
    chain = [
        next((one for one in look.plan.indicators if one.id.endswith(f".{name}")), None)
        for name in ("nmr", "imr", "u5mr")
    ]
    wanted = {one.id for one in chain if one is not None}
    by_key = {
        (row.indicator, *(getattr(row, name) for name in _KEYS)): row
        for series in look.series
        if series[0].indicator in wanted
        for row in look.sound(series, "counts")
    }
    for inner, outer in pairwise(chain):
        if inner is None or outer is None:
            continue
        for (name, *key), row in by_key.items():
            whole = by_key.get((outer.id, *key)) if name == inner.id else None
            if whole is None or row.unit != whole.unit:
                continue
            counted = not math.isnan(row.numerator) and not math.isnan(whole.numerator)
            part, all_ = (row.numerator, whole.numerator) if counted else (row.obs_value, whole.obs_value)
            if not counted and {row.Index, whole.Index} & look.doubted["value"]:
                continue
            if part > all_ * (1 + 1e-9):
                yield (
                    row,
                    Text(f"{part:g} 大于 {outer.name.zh}的 {all_:g}", f"{part:g} exceeds {all_:g} of {outer.id}"),
                )


def jumps(look: Look) -> Found:
    """Find changes on the year before that chance in the counts and the usual changes hardly explain.

    A change over a gap is compared with as many usual ones. Values found by a check before are left out, and the way
    back from a jump is none.
    """
    for series in look.series:
        rows = look.sound(series, "value")
        if len(rows) < 5:
            continue
        years = np.diff(np.array([row.time_period for row in rows], float))
        change = np.diff(np.array([row.obs_value for row in rows], float)) / years
        middle = float(np.median(change))
        usual = 1.4826 * float(np.median(np.abs(change - middle)))
        level = rows[0]  # the last value that was no jump
        for before, row in pairwise(rows):
            back = level is not before and not _beyond(row, level, middle, usual)
            level, earlier = row, level
            if back or {row.obs_status, before.obs_status} & {"B", "S"}:
                continue
            if _beyond(row, before, middle, usual):
                level = before if earlier is before else row
                moved = row.obs_value - before.obs_value
                yield (
                    row,
                    Text(
                        f"比{before.time_period}年变化 {moved:+.3g}，难以用偶然波动解释",
                        f"{moved:+.3g} on {before.time_period}: hardly chance",
                    ),
                )


def _beyond(row: Any, before: Any, middle: float, usual: float) -> bool:
    """Return whether a change is beyond what chance and the usual changes of a year explain."""
    moved, years = row.obs_value - before.obs_value, row.time_period - before.time_period
    if abs(moved) <= 0.02 * abs(before.obs_value):
        return False
    noise = math.hypot(usual * years, chance(before, row))
    return noise > 0 and 2 * float(ndtr(-abs(moved - middle * years) / noise)) < _RARE


def frozen_values(look: Look) -> Found:
    """Find values that stay the same for three years where a small count does not explain it: copied forward."""
    for series in look.series:
        same = 1
        for before, row in pairwise(look.sound(series, "value")):
            alike = row.obs_value == before.obs_value and row.time_period == before.time_period + 1
            alike = alike and not row.denominator < FEW
            same = same + 1 if alike and row.obs_value not in (0, 100) and row.unit in SCALE else 1
            if same >= 3:
                yield (
                    row,
                    Text(
                        f"连续{same}年均为 {row.obs_value:g}，疑似沿用旧数",
                        f"{row.obs_value:g} for {same} years: copied?",
                    ),
                )
