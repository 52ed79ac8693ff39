"""What stands beside each verdict: people, allowed events, what flips it, where its change came from, other rules."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.assessment.case import FEW_EVENTS
from analysis.assessment.evidence import printed_target
from analysis.assessment.limits import HELD_YEARS
from analysis.assessment.proposals import proposals
from analysis.assessment.rules import Rules
from analysis.evaluation.published import PUBLISHED, Progress
from analysis.formats import SCALE
from analysis.plan import Plan, Target
from analysis.plan.targets import GapOrQualitative, Milestone
from analysis.schema import BREAKDOWNS, DETAILS, OPINIONS, SERIES


def details(
    assessments: pd.DataFrame,
    observations: pd.DataFrame,
    plan: Plan,
    as_of: int,
    variants: Mapping[str, pd.DataFrame] | None = None,
    benchmark: pd.DataFrame | None = None,
    doubts: Mapping[str, tuple[str, ...]] | None = None,
    rules: Rules | None = None,
    forecasts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return a `DETAILS` table, one row a target.

    Parameters
    ----------
    assessments, observations : DataFrame
        Stored tables; observations with one row a series and year.
    plan : Plan
    as_of : int
    variants : mapping
        Assessments of the same targets on slightly other data, by name of the change: what flips a verdict.
    benchmark : DataFrame, optional
        `OBSERVATIONS` of the one area to compare with, such as the nation.
    doubts : mapping
        Series id to the data checks that found something in the series' last year.
    rules, forecasts : optional
        From them another value is proposed for the few targets that are out of reach or too easy.

    Returns
    -------
    DataFrame
        `people` is how many more (positive) must be covered, or how many fewer (negative) affected, to reach the
        target on the last denominator; `allowed_events` the most events with which a rate still meets it;
        `numerator_effect` and `denominator_effect` add up to the last change (logarithmic mean Divisia index);
        `benchmark` is the last published value of the same series elsewhere; `quality` names the checks in doubt;
        `achievement` is (actual - base) / (target - base), 0 to 100, `time_elapsed` the share of the time gone.
        `pooled_value` and `pooled_events` are of the last three years together where a year has few events.

    References
    ----------
    Ang, "The LMDI approach to decomposition analysis", Energy Policy 33 (2005).
    """
    series = _series(observations)
    status = {
        name: dict(zip(table["target"], table["status"], strict=True)) for name, table in (variants or {}).items()
    }
    elsewhere = _elsewhere(benchmark, as_of)
    rows = []
    for row in assessments.to_dict("records"):
        target = plan.target(str(row["target"]))
        key = tuple(str(row[key]) for key in SERIES)
        own = (key[0], str(row["weakest"]), *key[2:]) if row["weakest"] else key
        history = series.get(own, pd.DataFrame())
        value, year = elsewhere.get((key[0], *key[2:]), (None, None))
        flips = [name for name, own in status.items() if own.get(target.id, row["status"]) != row["status"]]
        judged = not isinstance(target, GapOrQualitative | Milestone)
        rows.append(
            {
                "target": target.id,
                "status": row["status"],
                **_counts(row, target, history, _decimals(plan, target)),
                "flips": ";".join(flips) if judged else "",
                "achievement": _achieved(row, target) if judged and not target.subunit else None,
                "time_elapsed": _elapsed(plan, target, as_of),
                "benchmark": value,
                "benchmark_year": year,
                "quality": ";".join((doubts or {}).get("|".join(key), ())),
            }
        )
    table = pd.DataFrame(rows).reindex(columns=DETAILS.names)
    if rules is not None and forecasts is not None and len(table):
        offered = proposals(assessments, forecasts, plan, rules)
        table["proposal"] = [offered[id][0] if id in offered else "" for id in table["target"]]
        table["proposed_value"] = [offered[id][1] if id in offered else None for id in table["target"]]
    return DETAILS.build(table)


def _elsewhere(benchmark: pd.DataFrame | None, as_of: int) -> dict[tuple[str, ...], tuple[float, int]]:
    """Return the last value and its year of each series of another area, by indicator and breakdown."""
    if benchmark is None:
        return {}
    known = benchmark[benchmark["obs_value"].notna() & (benchmark["time_period"] <= as_of)].sort_values("time_period")
    last = known.drop_duplicates(["indicator", *BREAKDOWNS], keep="last")
    return {
        tuple(str(row[key]) for key in ("indicator", *BREAKDOWNS)): (float(row["obs_value"]), int(row["time_period"]))
        for row in last.to_dict("records")
    }


def _achieved(row: dict[Any, Any], target: Target) -> float | None:
    actual, bound = row["latest_value"], row["target_value"]
    if pd.notna(actual) and pd.notna(bound) and (actual <= bound if target.lower_is_better else actual >= bound):
        return 100.0
    return achievement(row["baseline_value"], actual, bound)


def achievement(base: Any, actual: Any, target: Any) -> float | None:
    """Return the baseline method's share of the way, 0 to 100; None without a way to go or a value."""
    if pd.isna(base) or pd.isna(actual) or pd.isna(target) or base == target:
        return None
    return float(np.clip((actual - base) / (target - base), 0.0, 1.0) * 100)


def _elapsed(plan: Plan, target: Target, as_of: int) -> float:
    start, end = target.baseline_year or plan.baseline_year, target.year or plan.end_year
    return float(np.clip((as_of - start) / max(end - start, 1), 0.0, 1.0) * 100)


def _series(observations: pd.DataFrame) -> dict[tuple[str, ...], pd.DataFrame]:
    seen = observations[observations["obs_value"].notna()].sort_values("time_period")
    return {tuple(map(str, key)): rows for key, rows in seen.groupby(SERIES)}


def _decimals(plan: Plan, target: Target) -> int:
    return plan.indicator(target.indicator).decimals if target.indicator else 0


def _counts(row: dict[Any, Any], target: Target, history: pd.DataFrame, decimals: int) -> dict[str, float | None]:
    """Return the count behind the last rate and what is still to go; a rate is held against a target as published."""
    if not len(history) or isinstance(target, GapOrQualitative | Milestone):
        return {}
    last, scale = history.iloc[-1], SCALE.get(str(history["unit"].iloc[-1]))
    people = float(last["denominator"])
    if scale is None or not people > 0:
        return {}
    events = float(last["numerator"]) if pd.notna(last["numerator"]) else float(last["obs_value"]) / scale * people
    out: dict[str, float | None] = {"numerator": events, "denominator": people, **_pooled(history, scale)}
    if pd.isna(row["target_value"]):
        return {**out, **_effects(history, scale)}
    strict = target.comparison in ("<", ">")
    lenient = (0.5 - 1e-6) * 10.0**-decimals * (1 if target.lower_is_better else -1) * (-1 if strict else 1)
    bound = (printed_target(float(row["target_value"]), decimals) + lenient) / scale * people
    short = bound - events
    if target.lower_is_better:
        out["people"] = float(math.floor(short + 1e-9)) if short < 0 else 0.0
        out["allowed_events"] = float(max(math.ceil(bound - 1e-9) - 1 if strict else math.floor(bound + 1e-9), 0))
    else:
        whole = (printed_target(float(row["target_value"]), decimals)) / scale * people - events
        # where it is short by what is printed, it is told by how many the rate itself is reached
        out["people"] = float(math.ceil(whole - 1e-9)) if short > 0 else 0.0
    return {**out, **_effects(history, scale)}


def _pooled(history: pd.DataFrame, scale: float) -> dict[str, float | None]:
    """Return rate and events of the last three years together, where the last year alone has few events."""
    last = history.tail(HELD_YEARS)
    events, people = last["numerator"].to_numpy(float), last["denominator"].to_numpy(float)
    years = last["time_period"].to_numpy(int)
    whole = len(last) == HELD_YEARS and int(years[-1] - years[0]) == HELD_YEARS - 1
    if not whole or not np.isfinite(events + people).all() or min(events[-1], people[-1] - events[-1]) >= FEW_EVENTS:
        return {}
    return {"pooled_value": float(events.sum() / people.sum() * scale), "pooled_events": float(events.sum())}


def _effects(history: pd.DataFrame, scale: float) -> dict[str, float | None]:
    """Split the last yearly change into what the numerator and what the denominator did."""
    two = history.tail(2)
    above, below = two["numerator"].to_numpy(float), two["denominator"].to_numpy(float)
    consecutive = len(two) == 2 and two["time_period"].iloc[1] - two["time_period"].iloc[0] == 1
    if len(two) and two["obs_status"].iloc[-1] == "B":  # another definition: nothing to split
        return {}
    if not consecutive or not (np.isfinite(above).all() and (above > 0).all() and (below > 0).all()):
        return {}
    rates = above / below * scale
    moved = math.log(rates[1] / rates[0])
    weight = rates[0] if abs(moved) < 1e-12 else (rates[1] - rates[0]) / moved
    return {
        "numerator_effect": float(weight * math.log(above[1] / above[0])),
        "denominator_effect": float(-weight * math.log(below[1] / below[0])),
    }


def opinions(assessments: pd.DataFrame, observations: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return an `OPINIONS` table: what each published rule says of each target that is a bound on one series."""
    series = _series(observations)
    rows = []
    for row in assessments.to_dict("records"):
        target = plan.target(str(row["target"]))
        history = series.get(tuple(str(row[key]) for key in SERIES), pd.DataFrame())
        if not len(history) or isinstance(target, GapOrQualitative | Milestone) or pd.isna(row["target_value"]):
            continue
        case = Progress(
            history["time_period"].to_numpy(np.int64),
            history["obs_value"].to_numpy(float),
            float(row["target_value"]),
            int(row["target_year"]),
            target.lower_is_better,
            target.baseline_year or plan.baseline_year,
            _variances(history),
        )
        for name, rule in PUBLISHED.items():
            said = rule(case)
            if said.label is not None:
                met = "" if said.met is None else "yes" if said.met else "no"
                labels = {"label_zh": said.label.zh, "label_en": said.label.en}
                rows.append({"target": target.id, "rule": name, **labels, "number": said.number, "met": met})
    return OPINIONS.build(pd.DataFrame(rows)) if rows else OPINIONS.empty()


def _variances(history: pd.DataFrame) -> np.ndarray | None:
    """Return the sampling variance of each value, None where a denominator is missing."""
    scale, people = SCALE.get(str(history["unit"].iloc[0])), history["denominator"].to_numpy(float)
    if scale is None or not (np.isfinite(people).all() and (people > 0).all()):
        return None
    share = np.maximum(history["obs_value"].to_numpy(float) / scale, 0.5 / people)
    spread = np.where((scale == 100.0) & (share < 1), share * np.maximum(1 - share, 1e-6), share)
    return np.asarray(spread / people * scale**2)
