"""Every stage of an evaluation as a table, worked out when it is first asked for; no folder is known here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self, overload

import pandas as pd

from analysis.assessment.alerts import alerted, alerts
from analysis.assessment.composite import composite
from analysis.assessment.details import details, opinions
from analysis.assessment.equity import equity, funnel
from analysis.assessment.judge import assess, series_judged
from analysis.assessment.rules import Rules
from analysis.assessment.scenarios import scenarios
from analysis.assessment.volatility import volatility
from analysis.assessment.world import Shock, World, world
from analysis.data.observations import DataSet
from analysis.data.quality.checks import run_checks
from analysis.exceptions import Text
from analysis.models import DEFAULT_MODEL, Series, forecast
from analysis.models.average import AveragedTrend, Learnt
from analysis.pipeline import withheld
from analysis.pipeline.effects import effects_table
from analysis.pipeline.series import known_by, trend_series
from analysis.pipeline.variants import changed_tables
from analysis.plan import Plan
from analysis.schema import COMPOSITE, NO_DATA, OBSERVATIONS, TABLES, VOLATILITY, is_total, series_id

EARLIER_YEARS = 3  # of alerts that are looked back on


class stage(cached_property[pd.DataFrame]):
    """A stage of a `Pipeline`: the stored table of its name, else worked out, once."""

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> pd.DataFrame: ...
    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Return the table."""
        if instance is not None and self.attrname not in instance.__dict__:
            known = instance.stored.get(self.attrname)
            if known is not None:
                instance.__dict__[self.attrname] = known
        return super().__get__(instance, owner)


@dataclass(frozen=True, eq=False)
class Pipeline:
    """The stages of one evaluation, each a gated table.

    Parameters
    ----------
    plan : Plan
    dataset : DataSet
    rules : Rules
        The thresholds of the verdicts.
    as_of : int
        The last year known.
    area : str
        Code of the area under evaluation.
    benchmark : DataFrame, optional
        `OBSERVATIONS` of a larger area by the plan's codes (`pipeline.series.elsewhere`).
    model : str
        A name of `models.model_names()`.
    learnt : Learnt, optional
        Weights of the default model that were learnt before, as in a frozen round; else they are learnt from the data.
    withholding : bool
        What rests on suppressed cells is withheld: for the public.
    stored : mapping of str to DataFrame
        Tables that were worked out before, by name; they are taken as they are.
    """

    plan: Plan
    dataset: DataSet
    rules: Rules
    as_of: int
    area: str
    benchmark: pd.DataFrame | None = None
    model: str = DEFAULT_MODEL
    learnt: Learnt | None = None
    withholding: bool = False
    stored: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @stage
    def observations(self) -> pd.DataFrame:
        """Return the `OBSERVATIONS`: one row a series and year, up to the last year known."""
        return known_by(self.dataset, self.plan, self.as_of)

    @cached_property
    def series(self) -> list[Series]:
        """Return the series that have a trend to forecast."""
        return trend_series(self.plan, self.observations, self.as_of)

    @property
    def parts(self) -> list[str]:
        """Return the codes of the areas directly below the area."""
        return self.dataset.parts_of(self.area)

    @cached_property
    def names(self) -> dict[str, Text]:
        """Return the names of the areas by code."""
        return self.dataset.area_names

    @cached_property
    def weights(self) -> Learnt:
        """Return the weights of the default model: those given, else learnt from the series."""
        if self.learnt is not None:
            return self.learnt
        return AveragedTrend().learn([one for one in self.series if len(one) > 1])

    @cached_property
    def _hidden(self) -> bool:
        """Return whether anything is withheld: the data have suppressed cells, and are for the public."""
        return self.withholding and bool(withheld.touched(self.observations))

    @cached_property
    def _forecast(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        series, unsaid = withheld.open_series(self.series, self.observations, self.withholding)
        made, failed = forecast(series, last_year=self.plan.end_year, model_name=self.model, learnt=self.learnt)
        return made, NO_DATA.build(pd.concat([failed, unsaid], ignore_index=True)) if len(unsaid) else failed

    @stage
    def forecasts(self) -> pd.DataFrame:
        """Return the `FORECASTS` of every series to the plan's last year."""
        return self._forecast[0]

    @stage
    def no_data(self) -> pd.DataFrame:
        """Return the series without a forecast, each with its reason (`NO_DATA`)."""
        return self._forecast[1]

    @stage
    def assessments(self) -> pd.DataFrame:
        """Return the `ASSESSMENTS`: every target judged, none dropped."""
        table = self._assess(self.observations, self.forecasts, self.as_of, self.names)
        return withheld.withhold(table, self.observations, self.plan) if self._hidden else table

    @stage
    def alerts(self) -> pd.DataFrame:
        """Return the `ALERTS`, with how many years in a row each would have been raised."""
        args = (self.assessments, self.plan, self.rules, self.as_of, self.volatility)
        if self._hidden:  # what was known in earlier years holds hidden cells too
            return withheld.withhold_alerts(alerts(*args, issued=self.dataset.issued))
        first = int(self.observations["time_period"].min())
        past = [year for year in range(self.as_of - 1, self.as_of - 1 - EARLIER_YEARS, -1) if year >= first]
        return alerts(*args, [alerted(self.earlier(year), year) for year in past], self.dataset.issued)

    def earlier(self, year: int) -> pd.DataFrame:
        """Return the `ASSESSMENTS` as they would have been with the data up to an earlier year."""
        if year not in self._earlier:
            known = OBSERVATIONS.build(self.observations[self.observations["time_period"] <= year])
            made, _ = forecast(trend_series(self.plan, known, year), self.plan.end_year, only=self._judged)
            self._earlier[year] = self._assess(known, made, year)
        return self._earlier[year]

    @cached_property
    def _earlier(self) -> dict[int, pd.DataFrame]:
        return {}

    @cached_property
    def _judged(self) -> set[str]:
        return series_judged(self.plan, self.area, self.parts, self.dataset.area_above(self.area))

    def _assess(self, observed: pd.DataFrame, made: pd.DataFrame, as_of: int, names: Any = None) -> pd.DataFrame:
        above = self.dataset.area_above(self.area)
        return assess(self.plan, observed, made, self.rules, as_of, self.area, self.parts, names, above)

    @stage
    def volatility(self) -> pd.DataFrame:
        """Return the series that fluctuate more than chance explains (`VOLATILITY`)."""
        if self._hidden:  # the labels rest on all series, hidden ones too
            return VOLATILITY.empty()
        bounded = {one.id: one.unit == "percent" and one.upper is not None for one in self.plan.indicators}
        return volatility(self.observations, bounded, self.as_of, self.rules)

    @stage
    def details(self) -> pd.DataFrame:
        """Return what stands beside each verdict: what flips it, people to go, the larger area (`DETAILS`)."""
        args = (self.assessments, self.observations, self.plan, self.as_of, self.variants, self.benchmark)
        table = details(*args, self._doubts, self.rules, self.forecasts)
        return withheld.withhold_details(table, self.assessments) if self._hidden else table

    @cached_property
    def variants(self) -> dict[str, pd.DataFrame]:
        """Return the assessments of the targets on each variant of the data, by its name.

        Without each series' last year, with an event more or fewer in it, with the year before as the baseline. Their
        forecasts are made with the weights learnt from the data as they are, so that only the variant differs.
        """
        tables = dict(changed_tables(self.observations, self._counted(self.observations), self.baseline_year))
        made = {name: self.forecasts if name == "baseline" else self._forecast_again(tables[name]) for name in tables}
        return {name: self._assess(table, made[name], self.as_of) for name, table in tables.items()}

    @property
    def baseline_year(self) -> int:
        """Return the baseline year of the plan."""
        return self.plan.baseline_year

    def _counted(self, observed: pd.DataFrame) -> pd.Series:
        """Return which rows get an event more: the area's own totals; a part's event is in them already."""
        return (observed["ref_area"] == self.area) & is_total(observed)

    def _forecast_again(self, changed: pd.DataFrame) -> pd.DataFrame:
        series = trend_series(self.plan, changed, self.as_of)
        return forecast(series, self.plan.end_year, learnt=self.weights, only=self._judged)[0]

    @cached_property
    def _doubts(self) -> dict[str, tuple[str, ...]]:
        """Return the data checks with something to say on a series' last year, by series."""
        observed = self.observations[self.observations["obs_value"].notna()]
        last = observed.groupby(series_id(observed))["time_period"].max()
        out: dict[str, tuple[str, ...]] = {}
        for check in run_checks(self.dataset.observations, self.plan, self.dataset.areas, self.as_of):
            for name, year in zip(series_id(check.rows), check.rows["time_period"], strict=True):
                if last.get(name) == year:
                    out[name] = tuple(dict.fromkeys((*out.get(name, ()), check.check)))
        return out

    @stage
    def opinions(self) -> pd.DataFrame:
        """Return what each published rule says of each target (`OPINIONS`)."""
        return opinions(self.assessments, self.observations, self.plan)

    @stage
    def composite(self) -> pd.DataFrame:
        """Return the composite index of each domain with its rank (`COMPOSITE`)."""
        if self._hidden and withheld.targets(self.assessments):  # the ranks compare all domains
            return COMPOSITE.empty()
        return composite(self.details, self.assessments, self.plan)

    @stage
    def equity(self) -> pd.DataFrame:
        """Return the gaps between groups (`EQUITY`)."""
        table = equity(self.observations, self.plan, self.area)
        return withheld.withhold_equity(table, self.observations) if self._hidden else table

    @stage
    def funnel(self) -> pd.DataFrame:
        """Return the parts of the area against their funnel limits (`FUNNEL`)."""
        table = funnel(self.observations, self.plan, self.parts)
        return withheld.withhold_funnel(table, self.observations) if self._hidden else table

    @stage
    def effects(self) -> pd.DataFrame:
        """Return the effects of the measures, by every design that fits (`EFFECTS`)."""
        table = effects_table(self.plan, self.observations, self.area, self.parts)
        return withheld.withhold_effects(table, self.observations) if self._hidden else table

    def world(self, shock: Shock | None = None) -> World:
        """Return what scenarios are made from, with a passing event where one is given."""
        about = (self.plan, self.observations, self.forecasts, self.rules, self.as_of)
        return world(*about, self.area, self.parts, self.names, self.benchmark, shock or Shock())

    @stage
    def scenarios(self) -> pd.DataFrame:
        """Return the scenarios of every target that is open (`SCENARIOS`)."""
        return self.scenarios_in(self.world())

    def scenarios_in(self, made: World, target: str | None = None) -> pd.DataFrame:
        """Return the `SCENARIOS` of one target, or of every target that is open, in a world of their own."""
        table = scenarios(self.assessments, made, None if target is None else [target])
        return withheld.withhold_scenarios(table, self.observations, self.plan) if self._hidden else table

    def table(self, name: str) -> pd.DataFrame:
        """Return a stage by the name of its table, through its gate.

        Raises
        ------
        KeyError
            There is no such stage.
        """
        if name not in STAGES:
            raise KeyError(name)
        return TABLES[name].build(getattr(self, name))

    def tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Return the name and the table of every stage, one by one, in the order in which they build on each other."""
        return ((name, self.table(name)) for name in STAGES)


STAGES = (
    "observations",
    "forecasts",
    "no_data",
    "assessments",
    "alerts",
    "volatility",
    "details",
    "composite",
    "opinions",
    "equity",
    "funnel",
    "effects",
    "scenarios",
)
