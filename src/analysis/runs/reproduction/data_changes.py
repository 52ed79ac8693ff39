"""Observations beside those of a reference, and beside their own earlier vintages: what was changed, dropped, added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.data.observations import current
from analysis.exceptions import Text
from analysis.plan import Plan
from analysis.runs.reproduction.changes import Change, Way
from analysis.schema import SERIES

VALUE_KEY = [*SERIES, "time_period"]
ROW_KEY = [*VALUE_KEY, "source", "vintage"]
_NUMBERS = ["obs_value", "numerator", "denominator"]
_CELLS = [*_NUMBERS, "unit", "obs_status"]
_SIDES = ("_theirs", "_reference")


@dataclass(frozen=True)
class Scope:
    """What a comparison of observations is about: the area, what lies below it, and the last year that counts."""

    area: str
    parts: tuple[str, ...]
    as_of: int


def data_changes(
    theirs: pd.DataFrame, reference: pd.DataFrame, plans: tuple[Plan, Plan], scope: Scope, values_only: bool = False
) -> list[Change]:
    """Return what differs between two tables of observations, the largest change of a value that counts first.

    Parameters
    ----------
    theirs, reference : DataFrame
        `OBSERVATIONS`, all vintages and sources.
    plans : (Plan, Plan)
        Theirs and the reference: whose order of sources says which value counts, and whose targets a value touches.
    scope : Scope
    values_only : bool
        Compare the values that count by their numbers alone: sources and vintages are kept otherwise, as in a database.

    Returns
    -------
    list of Change
        `value`: another value counts; `dropped`, `added`: none counts on the other side; `history`: the same value
        counts, but the rows of other vintages or sources are not the same.
    """
    # what the reference has of areas elsewhere is no omission; what theirs has of them was used to learn from
    areas = {scope.area, *scope.parts, *([] if values_only else theirs["ref_area"])}
    sides = [table[table["ref_area"].isin(areas)] for table in (theirs, reference)]
    counted = [current(table, plan.source_precedence) for table, plan in zip(sides, plans, strict=True)]
    counted = [table[table["obs_value"].notna()] for table in counted]
    both = counted[0].merge(counted[1], on=VALUE_KEY, how="outer", suffixes=_SIDES, indicator=True)
    cells = _NUMBERS[:1] if values_only else [*_CELLS, "source", "vintage"]
    both = both[(both["_merge"] != "both") | _differ(both, cells)]
    order = both.assign(size=_size(both)).sort_values(["size", *VALUE_KEY], ascending=[False, *[True] * len(VALUE_KEY)])
    touched = _touching(plans, scope)
    out = [_change(row, plans, scope, touched) for row in order.to_dict("records")]
    if values_only:
        return out
    return [*out, *_history(sides[0], sides[1], {one.item for one in out})]


def _differ(both: pd.DataFrame, cells: Iterable[str]) -> pd.Series:
    """Return which rows differ in a cell; numbers as they are written to a file, to ten digits."""
    out = pd.Series(False, index=both.index)
    for name in cells:
        left, right = both[f"{name}_theirs"], both[f"{name}_reference"]
        if name in _NUMBERS:
            near = pd.Series(np.isclose(left.astype(float), right.astype(float), 1e-9, 1e-12), index=both.index)
            out |= ~(near | (left.isna() & right.isna()))
        else:
            out |= left.astype(object).fillna("") != right.astype(object).fillna("")
    return out


def _size(both: pd.DataFrame) -> pd.Series:
    """Return how large a change is, relative to the reference's value; a value on one side only comes last."""
    left, right = both["obs_value_theirs"].astype(float), both["obs_value_reference"].astype(float)
    return ((left - right).abs() / right.abs().clip(lower=1e-9)).fillna(-1.0)


def _change(
    row: Mapping[Any, Any], plans: tuple[Plan, Plan], scope: Scope, touched: dict[tuple[str, ...], list[str]]
) -> Change:
    left, right = _said(row, "_theirs"), _said(row, "_reference")
    kind = {"both": "value", "left_only": "added", "right_only": "dropped"}[str(row["_merge"])]
    same = all(row[f"{name}_theirs"] == row[f"{name}_reference"] for name in ("source", "vintage"))
    field = kind if kind != "value" else "rewritten" if same else "replaced"
    counts = int(str(row["time_period"])) <= scope.as_of
    way: Way = _way(row, plans) if counts else "none"
    plan = plans[0] if plans[0].has_indicator(str(row["indicator"])) else plans[1]
    name = plan.indicator(str(row["indicator"])).name if plan.has_indicator(str(row["indicator"])) else Text("", "")
    touches = touched.get(series_of(row), []) if counts else []
    return Change("data", kind, key_of(row), name, field, left, right, way, tuple(touches))


def _said(row: Mapping[Any, Any], side: str) -> str:
    value = row[f"obs_value{side}"]
    if value is None or value != value:
        return ""
    counts = [row[f"{name}{side}"] for name in ("numerator", "denominator")]
    bracket = f" ({counts[0]:.10g}/{counts[1]:.10g})" if all(one == one for one in counts) else ""
    return f"{value:.10g}{bracket}, {row[f'vintage{side}']}, {row[f'source{side}']}, {row[f'obs_status{side}']}"


def _way(row: Mapping[Any, Any], plans: tuple[Plan, Plan]) -> Way:
    """Return whether a value was moved to the better side of its indicator."""
    left, right, indicator = row["obs_value_theirs"], row["obs_value_reference"], str(row["indicator"])
    plan = plans[1] if plans[1].has_indicator(indicator) else plans[0]
    if not plan.has_indicator(indicator) or left != left or right != right:
        return "unclear"
    left, right = float(str(left)), float(str(right))
    if left == right:
        return "none"
    return "eases" if (left < right) == (plan.indicator(indicator).direction == "lower_is_better") else "tightens"


def key_of(row: Mapping[Any, Any]) -> str:
    """Return the name of a value: indicator, area and breakdowns, then the year."""
    return "|".join(series_of(row)) + f"@{row['time_period']}"


def series_of(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return indicator, area and breakdown codes of a value."""
    return tuple(str(row[name]) for name in SERIES)


def _touching(plans: Sequence[Plan], scope: Scope) -> dict[tuple[str, ...], list[str]]:
    """Return the targets of either plan by the series they are judged on: their own, and those of their sub-units."""
    out: dict[tuple[str, ...], list[str]] = {}
    for plan in plans:
        for target in plan.targets:
            for area in (scope.area, *(scope.parts if target.subunit else ())):
                known = out.setdefault((target.indicator, area, *target.breakdown), [])
                if target.id not in known:
                    known.append(target.id)
    return out


def touched_targets(plan: Plan, scope: Scope) -> dict[tuple[str, ...], list[str]]:
    """Return the targets of a plan by the series they are judged on."""
    return _touching((plan,), scope)


def _history(theirs: pd.DataFrame, reference: pd.DataFrame, known: set[str]) -> list[Change]:
    """Return the values whose rows differ in vintages and sources that do not count now."""
    both = theirs.merge(reference, on=ROW_KEY, how="outer", suffixes=_SIDES, indicator=True)
    both = both[(both["_merge"] != "both") | _differ(both, _CELLS)]
    out: dict[str, Change] = {}
    for row in both.sort_values(ROW_KEY).to_dict("records"):
        key = key_of(row)
        if key in known or key in out:
            continue
        field = {"both": "rewritten", "left_only": "added", "right_only": "dropped"}[str(row["_merge"])]
        sides = [
            f"{one if one == one else '—'}, {row['vintage']}, {row['source']}" if row["_merge"] in ("both", own) else ""
            for one, own in ((row["obs_value_theirs"], "left_only"), (row["obs_value_reference"], "right_only"))
        ]
        out[key] = Change("data", "history", key, Text("", ""), field, sides[0], sides[1], "none")
    return list(out.values())


def revised(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the values that one source reported differently in different vintages: first, last and how many vintages.

    Returns
    -------
    DataFrame
        `VALUE_KEY`, source, first, last, vintages.
    """
    seen = observations[observations["obs_value"].notna()].sort_values("vintage", kind="stable")
    grouped = seen.groupby([*VALUE_KEY, "source"], sort=True)["obs_value"]
    table = grouped.agg(first="first", last="last", vintages="size", different="nunique").reset_index()
    return table[table["different"] > 1].drop(columns="different").reset_index(drop=True)
