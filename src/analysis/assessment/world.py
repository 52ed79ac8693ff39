"""What scenarios are made from: stored tables, and the series of an area, its sub-units and a larger area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.assessment.case import Case
from analysis.assessment.evidence import Library
from analysis.assessment.rules import Rules
from analysis.exceptions import Text
from analysis.models.from_tables import from_observations
from analysis.models.series import Series
from analysis.plan import Plan, Target
from analysis.plan.targets import AboveArea, GapOrQualitative, Milestone


@dataclass(frozen=True)
class Shock:
    """A passing event: the year it falls in, and its size in percent of the value; None: as declared events had it.

    Without a year it falls in the target's own year, where it counts most.
    """

    year: int | None = None
    size: float | None = None


@dataclass(frozen=True)
class World:
    """What scenarios are made from: stored tables, and the series of the area, its sub-units and elsewhere."""

    plan: Plan
    library: Library
    rules: Rules
    as_of: int
    area: str
    parts: Sequence[str]
    names: Mapping[str, Text]
    series: Mapping[str, Series]
    elsewhere: Mapping[str, Series]
    shock: Shock

    def case(self, target: Target) -> Case:
        """Return a target as it is judged."""
        indicator = self.plan.indicator(target.indicator)
        return Case(
            self.plan, target, indicator, self.area, self.library, self.parts, self.names, self.as_of, self.rules
        )

    def own(self, target: Target, area: str) -> Series | None:
        """Return the series of a target in one area."""
        return self._series(target.indicator, target, area)

    def group(self, target: Target, area: str) -> Series | None:
        """Return the series whose denominators are the whole group a target is about, in one area.

        Its own; where its denominator is a sample, that of the indicator named as its population, None without one.
        """
        indicator = self.plan.indicator(target.indicator)
        if not indicator.sample:
            return self.own(target, area)
        return self._series(indicator.population, target, area) if indicator.population else None

    def _series(self, indicator: str, target: Target, area: str) -> Series | None:
        return self.series.get(target.series(area, indicator))


def world(
    plan: Plan,
    observations: pd.DataFrame,
    forecasts: pd.DataFrame,
    rules: Rules,
    as_of: int,
    area: str,
    parts: Sequence[str] = (),
    names: Mapping[str, Text] | None = None,
    elsewhere: pd.DataFrame | None = None,
    shock: Shock | None = None,
) -> World:
    """Return what the scenarios of a run are made from.

    Parameters
    ----------
    observations, forecasts, elsewhere : DataFrame
        Stored tables with one row a series and year; `elsewhere` of one larger area, such as the nation.
    parts : sequence of str
        The sub-units.
    """
    bounds = {one.id: one.upper for one in plan.indicators}
    above = from_observations(elsewhere, bounds, as_of) if elsewhere is not None and len(elsewhere) else []
    return World(
        plan,
        Library(observations, forecasts, as_of),
        rules,
        as_of,
        area,
        parts,
        names or {},
        {one.name: one for one in from_observations(observations, bounds, as_of)},
        {"|".join((one.name.split("|")[0], *one.name.split("|")[2:])): one for one in above},
        shock or Shock(),
    )


def open_targets(assessments: pd.DataFrame, plan: Plan, as_of: int | None = None) -> list[Target]:
    """Return the targets a scenario can be told of: judged by a forecast of a year still ahead, bounds of all kinds.

    Not those against another area: what moves here would have to move there.

    With `as_of` a milestone whose year has passed is none of them, even where its value is not in yet.
    """
    ahead = assessments[assessments["p_miss"].notna() & (assessments["target_year"] > assessments["latest_year"])]
    ahead = ahead if as_of is None else ahead[ahead["target_year"] > as_of]
    found = [plan.target(str(id)) for id in ahead["target"]]
    return [one for one in found if not isinstance(one, GapOrQualitative | Milestone | AboveArea)]
