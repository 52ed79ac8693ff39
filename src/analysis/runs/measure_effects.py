"""The effects of a plan's measures from a run's data: each on the indicators it names, by every design that fits."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.effects.applied import Material, apart, by_starts, effects_of, interrupted
from analysis.exceptions import Text, Where, check_known
from analysis.formats import SCALE
from analysis.pipeline import effects
from analysis.places import own_or_carried
from analysis.plan import Measure
from analysis.runs.pipelines import pipeline_of
from analysis.runs.run import Run

__all__ = ["Focus", "apart", "by_starts", "drawn", "effects_of", "effects_run", "focus", "material", "tobacco"]


def material(run: Run, indicator: str) -> Material:
    """Return what the run knows of an indicator, for everybody."""
    return effects.material(run.plan, run.observations, run.area, run.dataset.parts_of(run.area), indicator)


def effects_run(run: Run) -> pd.DataFrame:
    """Work out and save `effects`: a row for each measure, indicator and design, also where it cannot judge."""
    table = pipeline_of(run).effects
    run.save(table, "effects")
    return table


@dataclass(frozen=True)
class Focus:
    """One measure and one indicator to look at, with its start and the areas it is taken in."""

    measure: Measure | None
    known: Material
    start: int
    areas: tuple[str, ...]


def drawn(known: Material, start: int) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return an indicator's own years, what was to be expected without the measure, and the fit, in its unit.

    The last two are empty where the minimum data of an interrupted series are not there.
    """
    found = interrupted(known, start)
    scale = SCALE[known.indicator.unit] if known.counted else 1.0
    observed = known.series.set_index("time_period")["obs_value"]
    observed.index = observed.index.astype(int)
    expected, fitted = (
        pd.Series(part * scale, index=found.years).dropna() for part in (found.counterfactual, found.fitted)
    )
    return observed, expected, fitted


def focus(run: Run, measure: str | None, indicator: str | None, start: int | None, treated: list[str]) -> Focus | None:
    """Return what to look at: what is given, else the first measure and indicator with the most to say.

    None where the plan has no measure with an annual indicator and no indicator is given.

    Raises
    ------
    UsageError
        The plan has no such measure or indicator, or the data no such area.
    """
    plan = run.plan
    table = run.table("effects")
    rows = table[table["measure"] == measure] if measure else table
    no = Text("没有", "there is no")
    check_known(no, filter(None, [measure]), sorted(one.id for one in plan.measures), Where(item="measure"))
    check_known(no, filter(None, [indicator]), sorted(one.id for one in plan.indicators), Where(item="indicator"))
    check_known(no, treated, run.dataset.parts_of(run.area), Where(item="treated"))
    if indicator is None:
        ranked = rows.assign(years=rows["before"] + rows["after"], blank=rows["estimate"].isna())
        ranked = ranked.sort_values(["blank", "p_value", "years"], ascending=[True, True, False], kind="stable")
        if not len(ranked):
            return None
        measure, indicator = measure or str(ranked["measure"].iloc[0]), str(ranked["indicator"].iloc[0])
    own = next((one for one in plan.measures if one.id == measure), None)
    begun = start or (plan.start_of(own) if own else plan.start_year)
    return Focus(own, material(run, indicator), begun, tuple(treated) or (own.areas if own else ()))


def tobacco() -> pd.DataFrame:
    """Return the worked example: packs of cigarettes sold a person, by state and year (`data/examples/README.md`)."""
    table = pd.read_csv(own_or_carried("data", "examples", "cigarette_sales_us.csv"))
    return table.pivot(index="ref_area", columns="time_period", values="obs_value")
