"""Which targets may be set anew, and at what value: those out of reach, and those that ask for nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.assessment.rules import Rules, printed
from analysis.models.distribution import LEVELS
from analysis.plan import Plan, Target
from analysis.schema import by_quantile, of_series, series_id

_RAISED = ("upper_bound", "lower_bound", "undated_bound")  # one to be kept year by year is not raised


def proposals(
    assessments: pd.DataFrame, forecasts: pd.DataFrame, plan: Plan, rules: Rules
) -> dict[str, tuple[str, float]]:
    """Return by target what is proposed (`easier` or `stricter`) and the value, the most needed first.

    Only bounds with a number of their own whose year is still ahead: coverage that is counted, directions, gaps and
    targets on every sub-unit are never proposed. One that is unlikely (P(met) under the rules' `unlikely`) is offered
    the median forecast; one that is near certain the value still met with the probability of
    `on_track`. A value no better than the last one is never proposed: nobody sets a target behind what is reached; and
    none is raised before it is reached. Of several targets of one series in one year only the strictest counts. Both
    are rounded to one digit more than the plan states, the stricter value towards the side that is easier to meet.
    """
    wide = by_quantile(forecasts, ["series_id", "time_period"])
    names = series_id(assessments)
    easier: list[tuple[float, str, float]] = []
    stricter: list[tuple[float, str, float]] = []
    for name, row in zip(names, assessments.to_dict("records"), strict=True):
        target = plan.target(str(row["target"]))
        key = (name, row["target_year"])
        if not _open(row, target) or key not in wide.index or _looser(row, target, assessments, plan):
            continue
        p, quantiles = printed(1 - float(row["p_miss"])), wide.loc[key].to_numpy(float)
        assert target.value is not None
        digits = min(_digits(target.value) + 1, plan.indicator(target.indicator).decimals)
        latest = round(float(row["latest_value"]), plan.indicator(target.indicator).decimals)  # as it is printed
        if p < rules.unlikely:
            value = round(float(np.interp(0.5, LEVELS, quantiles)), digits)
            if _harder(target, target.value, value) and _harder(target, value, latest):
                easier.append((p, target.id, value))
        elif p >= rules.near_certain and target.kind in _RAISED:
            value = _rounded(quantiles, target, rules.on_track, digits)
            better = (
                _harder(target, value, target.value) and _harder(target, value, latest) and row["at_target"] == "yes"
            )
            if better and not _beyond(plan, target, value):
                stricter.append((-abs(value / target.value - 1) if target.value else 0.0, target.id, value))
    ranked = [("easier", *one) for one in sorted(easier)] + [("stricter", *one) for one in sorted(stricter)]
    return {id: (kind, value) for kind, _, id, value in ranked[: rules.adjustments]}


def _open(row: dict[Any, Any], target: Target) -> bool:
    return (
        target.is_plain
        and not target.subunit
        and row["timing"] == "ahead"
        and row["status"] in ("on_track", "at_risk", "off_track")
        and pd.notna(row["p_miss"])
    )


def _looser(row: dict[Any, Any], target: Target, assessments: pd.DataFrame, plan: Plan) -> bool:
    """Return whether another open target of the same series and year asks for more."""
    assert target.value is not None
    same = of_series(assessments, row)
    others = assessments[same & (assessments["target_year"] == row["target_year"])]
    found = (plan.target(str(id)) for id in others["target"])
    return any(one.is_plain and one.value is not None and _harder(target, one.value, target.value) for one in found)


def _rounded(quantiles: np.ndarray, target: Target, p_met: float, digits: int) -> float:
    """Return the value met with probability `p_met`, rounded to so many digits on the side that is easier to meet."""
    level = p_met if target.lower_is_better else 1 - p_met
    value = float(np.interp(level, LEVELS, quantiles))
    step = 10.0**-digits
    whole = np.ceil(value / step - 1e-9) if target.lower_is_better else np.floor(value / step + 1e-9)
    return round(float(whole) * step, digits)


def _digits(value: float | None) -> int:
    text = f"{value:.6f}".rstrip("0")
    return len(text.split(".")[1])


def _harder(target: Target, value: float, than: float) -> bool:
    return value < than if target.lower_is_better else value > than


def _beyond(plan: Plan, target: Target, value: float) -> bool:
    """Return whether a stricter value would be the end of the scale, where nothing is left to ask for."""
    indicator = plan.indicator(target.indicator)
    limit = (indicator.lower or 0.0) if target.lower_is_better else indicator.upper
    return limit is not None and (value <= limit if target.lower_is_better else value >= limit)
