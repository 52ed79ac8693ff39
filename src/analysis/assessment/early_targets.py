"""The early signals of a run's targets: this year's months against the value the way to each target has this year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.assessment.case import Case
from analysis.assessment.early import NoSignal, Outlook, count_outlook, enough, level_outlook
from analysis.assessment.pace import Path, path_of
from analysis.assessment.reach import valued
from analysis.assessment.world import World, open_targets
from analysis.exceptions import Text
from analysis.formats import SCALE
from analysis.plan import Target
from analysis.schema import BREAKDOWNS, EARLY, TOTAL


def early_signals(monthly: pd.DataFrame, assessments: pd.DataFrame, made: World) -> pd.DataFrame:
    """Return an `EARLY` table: for each indicator of the file the next open target, or why nothing can be said.

    Parameters
    ----------
    monthly : DataFrame
        As `data.monthly.read_monthly` gives it; rows of other areas are left out.
    assessments : DataFrame
        The stored verdicts.
    made : World

    Notes
    -----
    A target of a later year is held against the value that the straight way to it, from the model's level now, has at
    the end of this year; where that level meets it already, against the target itself.
    """
    bounds = dict(zip(assessments["target"], assessments["target_value"], strict=True))
    rows = []
    for name, own in monthly[monthly["ref_area"] == made.area].groupby("indicator"):
        year = int(own["year"].max())
        row: dict[str, Any] = {
            "indicator": str(name),
            "year": year,
            "done": _done(own, year),
            "parts": int(own["parts"].iloc[0]),
        }
        try:
            row |= _signal(own, year, next(_targets(assessments, made, str(name), year)), bounds, made)
        except StopIteration:
            row |= _reason(Text("没有未到期的全体目标可对照。", "No open target on all to hold it against."))
        except NoSignal as nothing:
            row |= _reason(nothing.reason)
        rows.append(row)
    return EARLY.build(pd.DataFrame(rows).reindex(columns=EARLY.names)) if rows else EARLY.empty()


def _reason(text: Text) -> dict[str, Any]:
    return {"reason": text.zh, "reason_en": text.en}


def _targets(assessments: pd.DataFrame, made: World, indicator: str, year: int) -> Iterator[Target]:
    """Yield the open targets of an indicator on everybody, the next first; those with a value before directions."""
    own = [one for one in open_targets(assessments, made.plan) if one.indicator == indicator and not one.subunit]
    whole = [one for one in own if all(getattr(one, name) == TOTAL for name in BREAKDOWNS)]
    ahead = [one for one in whole if made.case(one).year >= year]
    yield from sorted(ahead, key=lambda one: (not valued(one), made.case(one).year))


def _done(own: pd.DataFrame, year: int) -> int:
    """Return how many months of the year are there without a gap from the first on."""
    parts = set(own.loc[own["year"] == year, "part"])
    return next(k for k in range(14) if k + 1 not in parts)


def _signal(own: pd.DataFrame, year: int, target: Target, bounds: dict[str, float], made: World) -> dict[str, Any]:
    case = made.case(target)
    path = path_of(case.evidence(), case.indicator)
    done = _done(own, year)
    if path is None or path.now >= year:
        raise NoSignal(Text(f"{year}年已有年度数据。", f"The annual value of {year} is known."))
    bound = _bound(path, target, case.year, year, float(bounds[target.id]))
    comparison = "<=" if target.lower_is_better else ">="
    outlook, unit = _outlook(own, year, done, case)
    seen = own[own["year"] == year].sort_values("part").head(done)
    before = own[(own["year"] < year) & (own["part"] <= done)]
    return {
        "target": target.id,
        "so_far": float(seen["numerator"].sum())
        if seen["numerator"].notna().all()
        else float(seen["obs_value"].mean()),
        "before": _before(before),
        "elapsed": outlook.elapsed,
        "median": outlook.quantile(0.5) * unit,
        "lower_80": outlook.quantile(0.1) * unit,
        "upper_80": outlook.quantile(0.9) * unit,
        "bound": bound,
        "p_right": None if bound is None else outlook.p_right(comparison, bound / unit),
    }


def _bound(path: Path, target: Target, due: int, year: int, aim: float) -> float | None:
    """Return what the straight way to a target has at the end of `year`: the target itself where it is reached.

    None where no way leads there: the clause names no value, or one that is a natural limit.
    """
    better = -1.0 if target.lower_is_better else 1.0
    if not valued(target):
        return None
    if year == due or path.reaches(aim, better):
        return aim
    if path.at_limit(aim):
        return None
    return float(path.scale.inverse(np.array([path.start + path.required(aim, due) * (year - path.now)]))[0])


def _before(rows: pd.DataFrame) -> float:
    """Return what the same months of the year before had."""
    last = rows[rows["year"] == rows["year"].max()]
    return float(last["numerator"].sum()) if last["numerator"].notna().all() else float(last["obs_value"].mean())


def _wide(own: pd.DataFrame, column: str, year: int) -> np.ndarray:
    """Return the whole earlier years of a column, shape (years, parts)."""
    table = own.pivot(index="year", columns="part", values=column).reindex(
        columns=range(1, int(own["parts"].iloc[0]) + 1)
    )
    return np.asarray(table[table.index < year].dropna().to_numpy(float))


def _outlook(own: pd.DataFrame, year: int, done: int, case: Case) -> tuple[Outlook, float]:
    """Return the outlook on the year, and what its values are multiplied with to be in the indicator's unit."""
    now = own[own["year"] == year].sort_values("part").head(done)
    scale = SCALE.get(case.indicator.unit)
    if now["numerator"].isna().any():
        bounded = case.indicator.unit == "percent" and case.indicator.upper is not None
        unit = 100.0 if bounded else 1.0
        return level_outlook(
            _wide(own, "obs_value", year) / unit, now["obs_value"].to_numpy(float) / unit, bounded
        ), unit
    events = _wide(own, "numerator", year)
    if scale is None:
        return count_outlook(events, now["numerator"].to_numpy(float)), 1.0
    people = _wide(own, "denominator", year)
    if scale == 100.0 and case.indicator.upper is not None:
        return _share(events, people, now, done), scale
    outlook = count_outlook(events, now["numerator"].to_numpy(float))
    return outlook, scale / _people(people, now, done, case, year)


def _share(events: np.ndarray, people: np.ndarray, now: pd.DataFrame, done: int) -> Outlook:
    """Return the outlook on a share of people from counts of both."""
    if len(people) < len(events) or now["denominator"].isna().any():
        raise NoSignal(Text("比例类指标须逐月有分母。", "A share needs the denominator of every month."))
    enough(events, done, 1)
    below = now["denominator"].to_numpy(float)
    weights = np.vstack([people, np.concatenate([below, np.full(people.shape[1] - done, np.nan)])])
    share = float(events.sum() / people.sum())
    gone, whole = float(below.sum()), float(below.sum() * people.sum() / people[:, :done].sum())
    chance = (1 / gone - 1 / whole) / max(share * (1 - share), 1e-6)
    with np.errstate(invalid="ignore"):
        return level_outlook(events / people, now["numerator"].to_numpy(float) / below, True, chance, weights)


def _people(people: np.ndarray, now: pd.DataFrame, done: int, case: Case, year: int) -> float:
    """Return the year's denominator: the months' carried on, or the projected one where months have none."""
    if len(people) and now["denominator"].notna().all():
        return float(now["denominator"].sum() * people.sum() / people[:, :done].sum())
    counts = case.evidence().counts
    if not counts:
        raise NoSignal(Text("没有分母，无法折算成率。", "No denominator: no rate can be worked out."))
    return counts[max(counts)][1]
