"""A plan with its data, read once in a session: what was known by a year, and every forecast made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from analysis.assessment.rules import Rules, own_rules, read_rules
from analysis.exceptions import Text
from analysis.models import Series, forecast
from analysis.models.average import AveragedTrend, Learnt
from analysis.pipeline import elsewhere, known_by, trend_series
from analysis.places import file_of
from analysis.plan import Plan
from analysis.runs.datasets import vintages_of
from analysis.runs.inputs import Inputs, check_inputs
from analysis.schema import BREAKDOWNS, FORECASTS, NO_DATA, series_id

Key = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Known:
    """The data as they were at the end of a year."""

    as_of: int
    observed: pd.DataFrame  # `OBSERVATIONS`, one row a series and year
    ids: pd.Series  # the series id of each row
    series: dict[str, Series]
    learnt: Learnt
    fitted: dict[Key, tuple[pd.DataFrame, pd.DataFrame]] = field(default_factory=dict)

    def of(self, indicator: str) -> pd.DataFrame:
        """Return the rows of one indicator."""
        return self.observed[self.observed["indicator"] == indicator]

    def forecasts(self, series: list[Series], model: str, until: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the forecasts and no_data tables of some series; what was fitted before is not fitted again."""
        keys = [_key(one, model, until) for one in series]
        new = [one for one, key in zip(series, keys, strict=True) if key not in self.fitted]
        if new:
            made, failed = forecast(new, last_year=until, model_name=model, learnt=self.learnt)
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

    @cached_property
    def names(self) -> dict[str, Text]:
        """Return the names of the areas by code."""
        codes = sorted(set(self.given.dataset.observations["ref_area"]))
        return {code: self.given.dataset.area_name(code) for code in codes}

    def known(self, as_of: int) -> Known:
        """Return the data as they were at the end of a year."""
        if as_of not in self._known:
            observed = known_by(self.given.dataset, self.plan, as_of)
            series = trend_series(self.plan, observed, as_of)
            learnt = AveragedTrend().learn([one for one in series if len(one) > 1])
            ids = series_id(observed)
            self._known[as_of] = Known(as_of, observed, ids, {one.name: one for one in series}, learnt)
        return self._known[as_of]

    def years(self, indicator: str, area: str) -> list[int]:
        """Return the years with a value of an indicator in an area."""
        table = self.known(self.given.as_of).observed
        own = table[(table["indicator"] == indicator) & (table["ref_area"] == area) & table["obs_value"].notna()]
        return sorted({int(year) for year in own["time_period"]})

    def breakdowns(self, indicator: str, area: str) -> list[tuple[str, str, str, str]]:
        """Return the breakdowns an indicator has in an area, the whole first."""
        table = self.known(self.given.as_of).observed
        own = table[(table["indicator"] == indicator) & (table["ref_area"] == area)]
        found = {tuple(map(str, row)) for row in own[list(BREAKDOWNS)].itertuples(index=False)}
        return sorted(found, key=lambda codes: ([code != "_T" for code in codes], codes))  # type: ignore[arg-type]

    def areas(self, indicator: str) -> list[str]:
        """Return the areas with values of an indicator, the plan's own first."""
        table = self.known(self.given.as_of).observed
        found = set(table.loc[(table["indicator"] == indicator) & table["obs_value"].notna(), "ref_area"])
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
