"""From a view to its facts: the stages of an evaluation on one indicator, under its assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from analysis.assessment.details import details, opinions
from analysis.assessment.gaps import PAIRS
from analysis.exceptions import Text
from analysis.explore.assuming import assumed_baseline, assumed_plan, assumed_series, scaled_resources, targets_of
from analysis.explore.room import Known, Room, open_room
from analysis.explore.view import View
from analysis.models import Series
from analysis.pipeline import Pipeline, trend_series
from analysis.pipeline.stages import stage
from analysis.plan import Indicator, Target
from analysis.plan.targets import GapOrQualitative
from analysis.schema import BREAKDOWNS, series_id


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer(Pipeline):
    """What is known of a view; the plan has only the targets of the view, the chosen one as assumed."""

    view: View
    room: Room
    known: Known

    @property
    def indicator(self) -> Indicator:
        """Return the definition of the indicator."""
        return self.room.plan.indicator(self.view.indicator)

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """Return the targets the series is held against."""
        return self.plan.targets

    @cached_property
    def target(self) -> Target | None:
        """Return the chosen target."""
        return next((one for one in self.targets if one.id == self.view.target), None)

    @stage
    def observations(self) -> pd.DataFrame:
        """Return the observations the verdicts are made from, the baseline as assumed."""
        table = self.known.of(self.view.indicator)
        ids = series_id(table)
        rows = ids.isin([self.view.series, *self._needed])
        return assumed_baseline(table[rows], ids[rows], self.view, self.baseline_year)

    @cached_property
    def history(self) -> pd.DataFrame:
        """Return the observations of the series, with the assumed special events and baseline."""
        own = self.observations[self._counted(self.observations)].sort_values("time_period")
        shocks = self.view.assume.shocks
        if shocks is None:
            return own
        status = own["obs_status"].where(own["obs_status"] != "S", "A")
        return own.assign(obs_status=status.where(~own["time_period"].isin(shocks), "S"))

    @property
    def baseline_year(self) -> int:
        """Return the baseline year of the chosen target, else of the plan."""
        return (self.target.baseline_year if self.target else None) or self.plan.baseline_year

    @property
    def own(self) -> Series | None:
        """Return the series as it stands in the data; None where it has no trend to forecast."""
        return self.known.by_name.get(self.view.series)

    @cached_property
    def forecast(self) -> pd.DataFrame:
        """Return the forecasts table of the series, up to the last year drawn or the plan's last."""
        table = self.forecasts
        return table[table["series_id"] == self.view.series]

    @cached_property
    def _forecast(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return self._fit(self.known.by_name)

    @cached_property
    def no_forecast(self) -> str:
        """Return why the series has no forecast, empty where it has one."""
        own = self.no_data[self.no_data["series_id"] == self.view.series]
        return str(own[f"reason_{self.view.lang}"].iloc[0]) if len(own) else ""

    def _fit(self, series: Mapping[str, Series]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return forecasts and failures of the series needed, the view's own under its assumptions."""
        until = max(self.view.until, self.plan.end_year)
        needed = [series[name] for name in self._needed if name in series]
        own = series.get(self.view.series)
        if own is None:
            return self.known.fit(needed, self.view.model, until)
        assumed = assumed_series(own, self.view)
        made, failed = self.known.fit([assumed, *needed], self.view.model, until)
        mine = made["series_id"] == own.name
        scaled = scaled_resources(made[mine], own, assumed, self.indicator.statistic)
        return pd.concat([scaled, made[~mine]], ignore_index=True), failed

    @cached_property
    def _needed(self) -> list[str]:
        """Return the other series the chosen target looks at: the sub-units, or the groups of a gap."""
        codes = dict(zip(BREAKDOWNS, self.view.breakdown, strict=True))
        wanted = []
        if self.target is not None and self.target.subunit:
            wanted = [(part, codes) for part in self.parts]
        if isinstance(self.target, GapOrQualitative):
            named = self.target.gap_dimensions or ("residence",)
            wanted = [(self.view.area, codes | {name: code}) for name in named for code in PAIRS.get(name, ())]
            wanted += [(part, codes) for part in self.parts if "subunit" in named]
        return ["|".join((self.view.indicator, area, *own.values())) for area, own in wanted]

    def _assess(
        self, observed: pd.DataFrame, forecasts: pd.DataFrame, as_of: int, names: Mapping[str, Text] | None = None
    ) -> pd.DataFrame:
        """Return the verdicts on the targets of the series; one that looks at others too only where it is chosen."""
        judged = [one.id for one in self.targets if not _needs_others(one) or one is self.target]
        table = super()._assess(observed, forecasts, as_of, names)  # of all: clauses quote each other
        return table[table["target"].isin(judged)].reset_index(drop=True)

    @cached_property
    def verdict(self) -> dict[Any, Any] | None:
        """Return the assessment of the chosen target."""
        return self.chosen.to_dict("records")[0] if len(self.chosen) else None

    @property
    def p_met(self) -> float | None:
        """Return the probability that the chosen target is met; None where it cannot be judged."""
        row = self.verdict
        return None if row is None or pd.isna(row["p_miss"]) else 1.0 - float(row["p_miss"])

    @cached_property
    def bounds(self) -> dict[str, float]:
        """Return the value of each target on the indicator's scale."""
        table = self.assessments.dropna(subset=["target_value"])
        drawn = {one.id for one in self.targets if one.comparison != "narrow"}
        both = zip(table["target"], table["target_value"], strict=True)
        return {str(id): float(value) for id, value in both if id in drawn}

    @cached_property
    def chosen(self) -> pd.DataFrame:
        """Return the assessment of the chosen target as a table of one row, empty where there is none."""
        return self.assessments[self.assessments["target"] == self.view.target]

    @stage
    def opinions(self) -> pd.DataFrame:
        """Return what each published rule says of the chosen target (`OPINIONS`)."""
        return opinions(self.chosen, self.history, self.plan)

    @stage
    def details(self) -> pd.DataFrame:
        """Return what stands beside the verdict (`DETAILS`): what flips it, people to go, events allowed."""
        return details(self.chosen, self.history, self.plan, self.as_of, self.variants, self.benchmark)

    @cached_property
    def beside(self) -> dict[Any, Any] | None:
        """Return the details of the chosen target."""
        return self.details.to_dict("records")[0] if len(self.chosen) else None

    def _counted(self, observed: pd.DataFrame) -> pd.Series:
        return series_id(observed) == self.view.series

    def _forecast_again(self, changed: pd.DataFrame) -> pd.DataFrame:
        series = {one.name: one for one in trend_series(self.known.plan, changed, self.as_of)}
        return self._fit(series)[0] if self.indicator.statistic != "milestone" else self.forecasts


def _needs_others(target: Target) -> bool:
    """Return whether a target is judged on other series than its own."""
    return bool(target.subunit) or isinstance(target, GapOrQualitative)


@lru_cache(maxsize=512)
def answer(view: View) -> Answer:
    """Return the facts of a view; a view asked for again is not worked out again."""
    room = open_room(view.plan, view.data, view.db, view.vintage, view.area, view.rules)
    in_parts = view.area != room.given.area
    targets = targets_of(room.plan, view.indicator, in_parts, view.breakdown)
    known = room.known(view.as_of)
    stages = (known.dataset, known.rules, view.as_of, view.area, known.benchmark, view.model)
    return Answer(assumed_plan(room.plan, targets, view), *stages, view=view, room=room, known=known)
