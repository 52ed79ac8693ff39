"""A plan with its data, read once in a session: what was known by a year, and every forecast made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from analysis.assessment.rules import Rules, own_rules, read_rules
from analysis.exceptions import Text
from analysis.models import Series, forecast
from analysis.pipeline import Pipeline, elsewhere
from analysis.places import file_of
from analysis.plan import Indicator, Plan
from analysis.runs.datasets import vintages_of
from analysis.runs.inputs import Inputs, check_inputs
from analysis.schema import BREAKDOWNS, FORECASTS, NO_DATA, TOTAL

Key = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Known(Pipeline):
    """The stages of a plan with its data as they were at the end of a year; no series is fitted twice."""

    fitted: dict[Key, tuple[pd.DataFrame, pd.DataFrame]] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> dict[str, Series]:
        """Return the series that have a trend, by id."""
        return {one.name: one for one in self.series}

    def of(self, indicator: str) -> pd.DataFrame:
        """Return the rows of one indicator."""
        return self.observations[self.observations["indicator"] == indicator]

    def fit(self, series: list[Series], model: str, until: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the forecasts and no_data tables of some series; what was fitted before is not fitted again."""
        keys = [_key(one, model, until) for one in series]
        new = [one for one, key in zip(series, keys, strict=True) if key not in self.fitted]
        if new:
            made, failed = forecast(new, last_year=until, model_name=model, learnt=self.weights)
            for one in new:
                both = (table[table["series_id"] == one.name] for table in (made, failed))
                self.fitted[_key(one, model, until)] = (next(both), next(both))
        found = [self.fitted[key] for key in keys]
        if not found:
            return FORECASTS.empty(), NO_DATA.empty()
        return (pd.concat([one for one, _ in found], ignore_index=True),
                pd.concat([one for _, one in found], ignore_index=True))  # fmt: skip


@dataclass(frozen=True, eq=False)
class Room:
    """A plan and a data set, checked and read."""

    given: Inputs
    vintages: list[str]  # of the whole data, those not yet known included, the first first
    _known: dict[int, Known] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """Return the plan."""
        return self.given.plan

    @property
    def notice(self) -> Text:
        """Return the line everything carries, such as the notice of simulated data."""
        return self.given.dataset.notice

    @cached_property
    def rules(self) -> Rules:
        """Return the thresholds of the verdicts."""
        return read_rules(self.given.rules_file)

    @cached_property
    def nation(self) -> pd.DataFrame | None:
        """Return the values of the larger area that stand beside the data's own."""
        return elsewhere(self.given.benchmark, self.plan, self.given.plan_folder)

    @cached_property
    def nation_name(self) -> Text:
        """Return the name of the larger area."""
        if self.given.benchmark is None or self.nation is None or not len(self.nation):
            return Text("", "")
        return self.given.benchmark.area_name(str(self.nation["ref_area"].iloc[0]))

    def known(self, as_of: int) -> Known:
        """Return the data as they were at the end of a year."""
        if as_of not in self._known:
            about = (self.plan, self.given.dataset, self.rules, as_of, self.given.area, self.nation)
            self._known[as_of] = Known(*about)
        return self._known[as_of]

    @cached_property
    def seen(self) -> pd.DataFrame:
        """Return the observations with a value, one row a series and year."""
        table = self.known(self.given.as_of).observations
        return table[table["obs_value"].notna()]

    @property
    def indicators(self) -> list[Indicator]:
        """Return the indicators with data."""
        with_data = set(self.seen["indicator"])
        return [one for one in self.plan.indicators if one.id in with_data]

    def years(self, indicator: str, area: str) -> list[int]:
        """Return the years with a value of an indicator in an area."""
        own = self.seen[(self.seen["indicator"] == indicator) & (self.seen["ref_area"] == area)]
        return sorted({int(year) for year in own["time_period"]})

    def breakdowns(self, indicator: str, area: str) -> list[tuple[str, str, str, str]]:
        """Return the breakdowns an indicator has in an area, the whole first."""
        table = self.known(self.given.as_of).of(indicator)
        found = {tuple(map(str, row)) for row in table.loc[table["ref_area"] == area, list(BREAKDOWNS)].to_numpy()}
        return sorted(found, key=lambda codes: ([code != TOTAL for code in codes], codes))  # type: ignore[arg-type]

    def areas(self, indicator: str) -> list[str]:
        """Return the areas with values of an indicator, the plan's own first."""
        found = set(self.seen.loc[self.seen["indicator"] == indicator, "ref_area"])
        return sorted(found, key=lambda code: (code != self.given.area, code))


_ROOMS: dict[Key, Room] = {}


def open_room(
    plan: str | None = None,
    data: str | None = None,
    db: str | None = None,
    vintage: str | None = None,
    area: str | None = None,
    rules: str | None = None,
) -> Room:
    """Return a plan with its data; read when first asked for.

    `area` is where the plan is evaluated, for a plan that is tried on another area than its own; it counts when the
    room is first opened.

    Raises
    ------
    UsageError
        The plan, the data or the area does not exist, or nothing was known by the vintage.
    DataError
        A file breaks its table, or the rules are broken.
    """
    key = (plan, data, db, vintage, rules)
    if key not in _ROOMS:
        chosen = None if rules is None else file_of(rules)
        if chosen is not None:
            own_rules(chosen)
        given = check_inputs(plan, data, area=area, rules=chosen, db=db, as_of_vintage=vintage, include_unreviewed=True)
        own = set(given.dataset.observations["vintage"].astype(str))
        _ROOMS[key] = Room(given, sorted(own) if vintage is None else vintages_of(db, data))
    return _ROOMS[key]


def forget() -> None:
    """Forget what was read, so that changed files are read again."""
    from analysis.explore.answers import answer

    _ROOMS.clear()
    answer.cache_clear()


def _key(series: Series, model: str, until: int) -> Key:
    arrays = (series.years, series.values, series.known_denominators())
    path = getattr(series, "change", None)
    return (series.name, model, until, series.shocks, series.breaks, path, *(array.tobytes() for array in arrays))
