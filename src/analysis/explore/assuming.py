"""A changed assumption is a changed copy of the plan, the series or the observations; nothing is judged here."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from analysis.exceptions import Text, Where, usage
from analysis.explore.view import View
from analysis.formats import SCALE
from analysis.models import Series
from analysis.models.series import Array
from analysis.plan import KINDS, Plan, Target
from analysis.plan.targets import GapOrQualitative
from analysis.schema import OBSERVATIONS, TOTAL


@dataclass(frozen=True)
class SeriesOnPath(Series):
    """A series whose denominators go on by an assumed yearly change [percent]."""

    change: float = 0.0

    def people_ahead(self, horizon: int) -> Array:
        """Return the denominators of the coming years, shape (horizon,); NaN where the last is not known."""
        people = self.known_denominators()
        last = people[-1] if len(people) and people[-1] > 0 else np.nan
        return np.asarray(last * (1 + self.change / 100) ** np.arange(1, horizon + 1))


def assumed_series(series: Series, view: View) -> Series:
    """Return a series with the assumed special events and denominators."""
    shocks, change = view.assume.shocks, view.assume.denominators
    if shocks is not None:
        series = replace(series, shocks=shocks)
    if change is not None:
        own = {field.name: getattr(series, field.name) for field in fields(series)}
        series = SeriesOnPath(**own, change=change)
    return series


def targets_of(plan: Plan, indicator: str, in_parts: bool, breakdown: tuple[str, ...]) -> tuple[Target, ...]:
    """Return the targets a series can be held against, as they read for it.

    Those of the plan where they are about the same people. A target on everybody is held against a group or a street
    too, as a reference; then one that every street has to reach becomes the street's own bound, and a gap between
    groups is left out.
    """
    out = []
    for target in plan.targets:
        codes = target.breakdown
        if target.indicator != indicator or (codes != breakdown and set(codes) != {TOTAL}):
            continue
        borrowed = codes != breakdown
        if isinstance(target, GapOrQualitative) and (borrowed or in_parts):
            continue
        if target.subunit and (borrowed or in_parts):
            target = _own_bound(target)
        sex, age, residence, group = breakdown
        out.append(replace(target, sex=sex, age=age, residence=residence, group=group))
    return plan.with_targets(out).targets


def _own_bound(target: Target) -> Target:
    kind = KINDS["upper_bound" if target.lower_is_better else "lower_bound"]
    return kind(**{field.name: getattr(target, field.name) for field in fields(target)} | {"subunit": ""})


def assumed_plan(plan: Plan, targets: tuple[Target, ...], view: View) -> Plan:
    """Return the plan with only these targets, the chosen one with its assumed value."""
    value = view.assume.target
    changed = [replace(one, value=value) if value is not None and one.id == view.target else one for one in targets]
    return replace(plan, targets=tuple(changed))


def assumed_baseline(observed: pd.DataFrame, ids: pd.Series, view: View, year: int) -> pd.DataFrame:
    """Return the observations with the assumed value in the baseline year, its count as many as make that value.

    Raises
    ------
    UsageError
        The series has no value in that year.
    """
    value = view.assume.baseline
    if value is None:
        return observed
    rows = (ids == view.series) & (observed["time_period"] == year)
    if not rows.any():
        raise usage(
            Text(f"没有 {year} 年的数据，不能假设基期值", f"no value of {year}: no baseline to assume"),
            Where(item=view.series, year=year),
            Text("有基期数据的序列", "a series with a value in the baseline year"),
            Text("请去掉基期假设，或换一个序列。", "Leave out the assumed baseline, or choose another series."),
        )
    table = observed.copy()
    scale = table.loc[rows, "unit"].map(SCALE)
    table.loc[rows, "obs_value"] = value
    table.loc[rows, "numerator"] = (value / scale * table.loc[rows, "denominator"]).astype(float)
    return OBSERVATIONS.build(table)


def scaled_resources(forecasts: pd.DataFrame, series: Series, assumed: Series, statistic: str) -> pd.DataFrame:
    """Return the forecasts of resources per head on the assumed denominators: what there is stays, heads change."""
    if statistic != "ratio" or not isinstance(assumed, SeriesOnPath) or not len(forecasts):
        return forecasts
    years = np.sort(forecasts["time_period"].unique().astype(int))
    horizon = int(years[-1]) - series.origin
    factor = series.people_ahead(horizon) / assumed.people_ahead(horizon)
    if not np.isfinite(factor).all():
        return forecasts
    by_year = dict(zip(series.origin + np.arange(1, horizon + 1), factor, strict=True))
    return forecasts.assign(value=forecasts["value"] * forecasts["time_period"].astype(int).map(by_year))
