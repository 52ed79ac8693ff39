"""From a view to its facts: the same forecast and assessment code as a whole run, on one indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from analysis.assessment.details import details, opinions
from analysis.assessment.gaps import PAIRS
from analysis.assessment.judge import assess
from analysis.explore.assuming import assumed_baseline, assumed_plan, assumed_series, scaled_resources, targets_of
from analysis.explore.room import Known, Room, open_room
from analysis.explore.view import View
from analysis.models import Series
from analysis.models.from_tables import from_observations
from analysis.pipeline.variants import changed_tables
from analysis.plan import Indicator, Plan, Target
from analysis.plan.targets import GapOrQualitative
from analysis.schema import ASSESSMENTS, BREAKDOWNS, series_id


@dataclass(frozen=True, eq=False)
class Answer:
    """What is known of a view; each part is worked out when it is first asked for."""

    view: View
    room: Room
    known: Known
    plan: Plan  # only the targets of the view, the chosen one as assumed

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

    @cached_property
    def observed(self) -> pd.DataFrame:
        """Return the observations the verdicts are made from, the baseline as assumed."""
        table = self.known.of(self.view.indicator)
        ids = series_id(table)
        rows = ids.isin([self.view.series, *self._needed])
        return assumed_baseline(table[rows], ids[rows], self.view, self.baseline_year)

    @cached_property
    def history(self) -> pd.DataFrame:
        """Return the observations of the series, with the assumed special events and baseline."""
        own = self.observed[series_id(self.observed) == self.view.series].sort_values("time_period")
        shocks = self.view.assume.shocks
        if shocks is None:
            return own
        status = own["obs_status"].where(own["obs_status"] != "S", "A")
        return own.assign(obs_status=status.where(~own["time_period"].isin(shocks), "S"))

    @property
    def baseline_year(self) -> int:
        """Return the baseline year of the chosen target, else of the plan."""
        return (self.target.baseline_year if self.target else None) or self.room.plan.baseline_year

    @property
    def series(self) -> Series | None:
        """Return the series as it stands in the data; None where it has no trend to forecast."""
        return self.known.series.get(self.view.series)

    @cached_property
    def forecast(self) -> pd.DataFrame:
        """Return the forecasts table of the series, up to the last year drawn or the plan's last."""
        table = self.forecasts
        return table[table["series_id"] == self.view.series]

    @cached_property
    def forecasts(self) -> pd.DataFrame:
        """Return the forecasts of every series the verdicts need."""
        return self._fit(self.known.series)[0]

    @cached_property
    def no_forecast(self) -> str:
        """Return why the series has no forecast, empty where it has one."""
        failed = self._fit(self.known.series)[1]
        own = failed[failed["series_id"] == self.view.series]
        return str(own[f"reason_{self.view.lang}"].iloc[0]) if len(own) else ""

    def _fit(self, series: Mapping[str, Series]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return forecasts and failures of the series needed, the view's own under its assumptions."""
        until = max(self.view.until, self.room.plan.end_year)
        needed = [series[name] for name in self._needed if name in series]
        own = series.get(self.view.series)
        if own is None:
            return self.known.forecasts(needed, self.view.model, until)
        assumed = assumed_series(own, self.view)
        made, failed = self.known.forecasts([assumed, *needed], self.view.model, until)
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

    @property
    def parts(self) -> list[str]:
        """Return the streets and towns of the area."""
        return self.room.given.dataset.parts_of(self.view.area)

    def _judge(self, observed: pd.DataFrame, forecasts: pd.DataFrame, only: bool = False) -> pd.DataFrame:
        """Return the verdicts on the targets of the series alone and on the chosen one, or on the chosen one `only`."""
        alone = [] if only else [one for one in self.targets if not _needs_others(one)]
        judged = tuple(one for one in self.targets if one in alone or one is self.target)
        if not judged:
            return ASSESSMENTS.empty()
        where = (self.view.as_of, self.view.area, self.parts, self.room.names)
        table = assess(self.plan, observed, forecasts, self.room.rules, *where)  # all: clauses quote each other
        return table[table["target"].isin([one.id for one in judged])].reset_index(drop=True)

    @cached_property
    def assessments(self) -> pd.DataFrame:
        """Return the `ASSESSMENTS` of the targets of the series; one that looks at others too only where chosen."""
        return self._judge(self.observed, self.forecasts)

    @cached_property
    def verdict(self) -> dict[Any, Any] | None:
        """Return the assessment of the chosen target."""
        rows = self.assessments[self.assessments["target"] == self.view.target].to_dict("records")
        return rows[0] if rows else None

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
    def opinions(self) -> pd.DataFrame:
        """Return what each published rule says of the chosen target (`OPINIONS`)."""
        chosen = self.assessments[self.assessments["target"] == self.view.target]
        return opinions(chosen, self.history, self.plan)

    @cached_property
    def details(self) -> dict[Any, Any] | None:
        """Return what stands beside the verdict (`DETAILS`): what flips it, people to go, events allowed."""
        chosen = self.assessments[self.assessments["target"] == self.view.target]
        if not len(chosen):
            return None
        table = details(chosen, self.history, self.plan, self.view.as_of, self.variants, self.room.nation)
        return table.to_dict("records")[0]

    @cached_property
    def variants(self) -> dict[str, pd.DataFrame]:
        """Return the verdicts on slightly other data, as `runs.sensitivity` changes them."""
        tables = dict(changed_tables(self.observed, series_id(self.observed) == self.view.series, self.baseline_year))
        bounds, forecasts = {self.view.indicator: self.indicator.upper}, {"baseline": self.forecasts}
        for name, table in tables.items():
            if name not in forecasts:
                series = {one.name: one for one in from_observations(table, bounds, self.view.as_of)}
                forecasts[name] = self._fit(series)[0] if self.indicator.statistic != "milestone" else self.forecasts
        return {name: self._judge(table, forecasts[name], only=True) for name, table in tables.items()}


def _needs_others(target: Target) -> bool:
    """Return whether a target is judged on other series than its own."""
    return bool(target.subunit) or isinstance(target, GapOrQualitative)


@lru_cache(maxsize=512)
def answer(view: View) -> Answer:
    """Return the facts of a view; a view asked for again is not worked out again."""
    room = open_room(view.plan, view.data, view.db, view.vintage, view.area, view.rules)
    in_parts = view.area != room.given.area
    targets = targets_of(room.plan, view.indicator, in_parts, view.breakdown)
    return Answer(view, room, room.known(view.as_of), assumed_plan(room.plan, targets, view))
