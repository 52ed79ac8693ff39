"""The checks. Each takes observations of one vintage a key and says which rows cannot be, or hardly can be, right."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from analysis.data.quality.result import CheckResult, offenders
from analysis.exceptions import Text
from analysis.formats import SCALE
from analysis.plan import Plan
from analysis.schema import BREAKDOWNS, TOTAL

Found = Iterator[tuple[Any, Text]]
_SERIES = ["indicator", "ref_area", *BREAKDOWNS, "source"]
_FEW = 200  # people among whom a share may well repeat itself
_RARE = 1e-4  # of a jump by chance alone: about one false alarm in ten thousand rows
_FACTORS = (100.0, 10.0, 0.1, 0.01, 1000.0, 0.001)


def run_checks(observations: pd.DataFrame, plan: Plan, areas: pd.DataFrame) -> list[CheckResult]:
    """Return the result of every check, those without offenders too.

    Parameters
    ----------
    observations : DataFrame
        `OBSERVATIONS`; of several vintages the last counts.
    plan : Plan
    areas : DataFrame
        Columns `code` and `parent`.
    """
    last = observations.sort_values("vintage", kind="stable").drop_duplicates([*_SERIES, "time_period"], keep="last")
    return [
        CheckResult(name, severity, title, offenders(list(check(last, plan, areas))))
        for name, (severity, title, check) in CHECKS.items()
    ]


def nested_deaths(table: pd.DataFrame, plan: Plan, areas: pd.DataFrame) -> Found:
    """Find neonatal above infant, or infant above under-5 deaths, in indicators whose ids end in nmr, imr, u5mr."""
    chain = [
        next((one.id for one in plan.indicators if one.id.endswith(f".{name}")), "") for name in ("nmr", "imr", "u5mr")
    ]
    keys = ["ref_area", "time_period", *BREAKDOWNS, "source"]
    for inner, outer in zip(chain, chain[1:], strict=False):
        wide = table[table["indicator"] == outer].set_index(keys)
        for row in table[table["indicator"] == inner].pipe(_each):
            key = tuple(getattr(row, k) for k in keys)
            if key not in wide.index:
                continue
            whole = wide.loc[key]
            by = "numerator" if pd.notna(row.numerator) and pd.notna(whole["numerator"]) else "obs_value"
            part, all_ = float(getattr(row, by)), float(whole[by])
            if part > all_ * (1 + 1e-9):
                yield (
                    row,
                    Text(
                        f"{part:g} 大于 {plan.indicator(outer).name.zh}的 {all_:g}",
                        f"{part:g} exceeds {all_:g} of {outer}",
                    ),
                )


def parts_and_totals(table: pd.DataFrame, plan: Plan, areas: pd.DataFrame) -> Found:
    """Find totals that their parts (sex, age, urban and rural, streets) do not add up to, where all were reported."""
    counted = table[table["numerator"].notna() & table["denominator"].notna()]
    for name in ("sex", "age", "residence"):
        others = [one for one in ("ref_area", *BREAKDOWNS) if one != name]
        keys = ["indicator", "time_period", "source", *others]
        yield from _sums(counted, counted[name] == TOTAL, keys, expected=2 if name != "age" else 4)
    parents = dict(zip(areas["code"], areas["parent"], strict=True)) if len(areas) else {}
    children = {code: [c for c, p in parents.items() if p == code] for code in set(parents.values()) if code}
    for parent, below in children.items():
        keys = ["indicator", "time_period", "source", *BREAKDOWNS]
        own = counted[counted["ref_area"].isin([parent, *below])]
        yield from _sums(own, own["ref_area"] == parent, keys, expected=len(below))


def _sums(table: pd.DataFrame, whole: pd.Series, keys: list[str], expected: int) -> Found:
    added = table[~whole].groupby(keys)[["numerator", "denominator"]].agg(["sum", "size"])
    parts: dict[Any, dict[Any, float]] = {
        key: dict(zip(added.columns, row, strict=True)) for key, *row in added.itertuples(name=None)
    }
    own_key = attrgetter(*keys)
    for row in table[whole].pipe(_each):
        found = parts.get(own_key(row))
        if found is None:
            continue
        for name, zh in (("numerator", "分子"), ("denominator", "分母")):
            total, size = float(found[name, "sum"]), int(found[name, "size"])
            own = float(getattr(row, name))
            if size == expected and abs(total - own) > 0.5:
                yield (
                    row,
                    Text(
                        f"各部分{zh}之和 {total:g}，合计为 {own:g}", f"parts add up to {total:g}, the total is {own:g}"
                    ),
                )


def numerator_above_denominator(table: pd.DataFrame, plan: Plan, areas: pd.DataFrame) -> Found:
    """Find numerators above their denominators; gross rates, which may exceed 100, are left out."""
    capped = {one.id for one in plan.indicators if one.unit != "percent" or one.upper is not None}
    rows = table[table["indicator"].isin(capped) & table["unit"].isin(list(SCALE))]
    for row in rows[rows["numerator"] > rows["denominator"]].pipe(_each):
        yield (
            row,
            Text(f"分子 {row.numerator:g} 大于分母 {row.denominator:g}", f"{row.numerator:g} of {row.denominator:g}"),
        )


def value_against_counts(table: pd.DataFrame, plan: Plan, areas: pd.DataFrame) -> Found:
    """Find values that are not numerator over denominator, to the digits they were reported with."""
    for row, implied in _implied(table):
        off = abs(row.obs_value - implied)
        if off > max(0.006 * abs(implied), 0.06) and _factor(row.obs_value, implied) is None:
            yield (
                row,
                Text(
                    f"填报 {row.obs_value:g}，按分子分母为 {implied:.4g}",
                    f"{row.obs_value:g}, by its counts {implied:.4g}",
                ),
            )


def units_mixed_up(table: pd.DataFrame, plan: Plan, areas: pd.DataFrame) -> Found:
    """Find values ten, a hundred or a thousand times what their counts or their own other years say."""
    by_counts = set()
    for row, implied in _implied(table):
        factor = _factor(row.obs_value, implied)
        by_counts.add(row.Index)
        if factor is not None:
            yield row, _proposal(row.obs_value, factor)
    for rows in _grouped(table[table["obs_value"] > 0]):
        if len(rows) < 5:
            continue
        values = np.array([row.obs_value for row in rows], float)
        for place, row in enumerate(rows):
            if row.Index in by_counts:
                continue
            others = np.delete(values, place)
            spread = float(np.log(others).std(ddof=1))
            factor = _factor(float(row.obs_value), float(np.median(others)), tolerance=min(0.35, 3 * spread + 0.05))
            if factor is not None and spread < 0.5:
                yield row, _proposal(float(row.obs_value), factor)


def jumps(table: pd.DataFrame, plan: Plan, areas: pd.DataFrame) -> Found:
    """Find changes on the year before that chance in the counts and the usual changes hardly explain."""
    marked = set(table.index[table["obs_status"].isin(["B", "S"])])
    for rows in _grouped(table[table["obs_value"].notna()].sort_values("time_period")):
        if len(rows) < 5:
            continue
        change = np.diff(np.array([row.obs_value for row in rows], float))
        middle = float(np.median(change))
        usual = 1.4826 * float(np.median(np.abs(change - middle)))
        for before, row, moved in zip(rows[:-1], rows[1:], change.tolist(), strict=True):
            if row.Index in marked or before.Index in marked or abs(moved) <= 0.02 * abs(float(before.obs_value)):
                continue
            noise = float(np.hypot(usual, _chance(before, row)))
            if noise > 0 and 2 * float(ndtr(-abs(moved - middle) / noise)) < _RARE:
                yield (
                    row,
                    Text(
                        f"比上年变化 {moved:+.3g}，难以用偶然波动解释",
                        f"{moved:+.3g} on the year before: hardly chance",
                    ),
                )


def _chance(before: Any, row: Any) -> float:
    """Return the standard deviation of the change of two observed rates by chance alone."""
    scale, total = SCALE.get(row.unit), 0.0
    for one in (before, row):
        if scale is None or pd.isna(one.denominator) or one.denominator <= 0:
            continue
        people = float(one.denominator)
        share = max(float(one.obs_value) / scale, 0.5 / people)
        left = 1 - share if row.unit == "percent" and share < 1 else 1.0  # binomial, else Poisson
        total += share * left / people * scale**2
    return math.sqrt(total)


def conflicting_sources(table: pd.DataFrame, plan: Plan, areas: pd.DataFrame) -> Found:
    """Find numbers of one thing on which two sources disagree; the first source by name is the reference."""
    known, keys = table[table["obs_value"].notna()], ["indicator", "ref_area", "time_period", *BREAKDOWNS]
    for rows in _grouped(known[known.duplicated(keys, keep=False)].sort_values("source"), keys):
        first, *others = rows
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


def frozen_values(table: pd.DataFrame, plan: Plan, areas: pd.DataFrame) -> Found:
    """Find values that stay the same for three years where a small count does not explain it: copied forward."""
    for rows in _grouped(table[table["obs_value"].notna()].sort_values("time_period")):
        same = 1
        for before, row in pairwise(rows):
            alike = row.obs_value == before.obs_value and row.time_period == before.time_period + 1
            alike = alike and not row.denominator < _FEW
            same = same + 1 if alike and row.obs_value not in (0, 100) and row.unit in SCALE else 1
            if same >= 3:
                yield (
                    row,
                    Text(
                        f"连续{same}年均为 {row.obs_value:g}，疑似沿用旧数",
                        f"{row.obs_value:g} for {same} years: copied?",
                    ),
                )


def definition_changes(table: pd.DataFrame, plan: Plan, areas: pd.DataFrame) -> Found:
    """Find years marked as a change of definition: levels before and after are not compared."""
    for row in table[table["obs_status"] == "B"].pipe(_each):
        yield row, Text(f"口径变化：{row.note or '未写明'}", f"change of definition: {row.note or 'not described'}")


def _each(table: pd.DataFrame) -> list[Any]:
    """Return the rows as named tuples; pandas' own types for their cells fit no arithmetic."""
    return list(table.itertuples())


def _grouped(table: pd.DataFrame, keys: Sequence[str] = _SERIES) -> list[list[Any]]:
    """Return the rows of each series, or of each value of other keys, sorted by key; rows keep the table's order."""
    out: dict[tuple[Any, ...], list[Any]] = {}
    own = attrgetter(*keys)
    for row in _each(table):
        out.setdefault(own(row), []).append(row)
    return [out[key] for key in sorted(out)]


def _implied(table: pd.DataFrame) -> Iterator[tuple[Any, float]]:
    rows = table[table["unit"].isin(list(SCALE)) & table["numerator"].notna() & (table["denominator"] > 0)]
    for row in rows[rows["obs_value"].notna()].pipe(_each):
        yield row, float(row.numerator) / float(row.denominator) * SCALE[row.unit]


def _factor(value: float, expected: float, tolerance: float = 0.02) -> float | None:
    """Return the power of ten that `value` is off by, where it is one."""
    if expected <= 0 or value <= 0:
        return None
    return next((f for f in _FACTORS if abs(np.log(value / expected / f)) < tolerance), None)


def _proposal(value: float, factor: float) -> Text:
    proposed = value / factor
    return Text(
        f"{value:g} 疑为 {proposed:g}（相差{factor:g}倍，单位可能填错）",
        f"{value:g}: perhaps {proposed:g} (factor {factor:g})",
    )


Check = Callable[[pd.DataFrame, Plan, pd.DataFrame], Found]
_ERRORS: tuple[tuple[Check, str, str], ...] = (
    (nested_deaths, "新生儿、婴儿、5岁以下死亡包含关系", "neonatal, infant and under-5 deaths nest"),
    (parts_and_totals, "分组之和等于合计", "parts add up to totals"),
    (numerator_above_denominator, "分子不大于分母", "numerator within denominator"),
    (value_against_counts, "数值与分子分母一致", "value agrees with its counts"),
    (units_mixed_up, "单位疑似填错", "units mixed up"),
)
_WARNINGS: tuple[tuple[Check, str, str], ...] = (
    (jumps, "异常跳变", "jumps beyond chance"),
    (conflicting_sources, "不同来源数据不一致", "sources disagree"),
    (frozen_values, "连续多年数值不变", "values repeated over years"),
    (definition_changes, "口径变化", "changes of definition"),
)
CHECKS: dict[str, tuple[str, Text, Check]] = {
    getattr(check, "__name__", ""): (severity, Text(zh, en), check)
    for severity, group in (("error", _ERRORS), ("warning", _WARNINGS))
    for check, zh, en in group
}
