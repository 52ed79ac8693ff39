"""From observations to series: one value a series and year, and the series that have a trend to forecast."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.data.observations import DataSet, current
from analysis.models import Series
from analysis.models.from_tables import from_observations
from analysis.plan import Plan
from analysis.schema import BENCHMARK_CODES, OBSERVATIONS, read_table


def known_by(dataset: DataSet, plan: Plan, as_of: int) -> pd.DataFrame:
    """Return one row a series and year of a data set, up to a year, by the plan's order of sources.

    Parameters
    ----------
    dataset : DataSet
    plan : Plan
        Its `source_precedence` decides between sources.
    as_of : int
        The last year known.

    Returns
    -------
    DataFrame
        An `OBSERVATIONS` table.
    """
    table = current(dataset.observations, plan.source_precedence)
    return OBSERVATIONS.build(table[table["time_period"] <= as_of])


def trend_series(plan: Plan, observed: pd.DataFrame, as_of: int) -> list[Series]:
    """Return the series of every indicator with a trend.

    Projects are left out, and coverage that the plan asks for in full and nothing else: that is counted.

    Parameters
    ----------
    plan : Plan
    observed : DataFrame
        An `OBSERVATIONS` table with one row a series and year.
    as_of : int
        The last year known.

    Returns
    -------
    list of Series
    """
    counted = plan.counted_indicators()
    trended = {one.id for one in plan.indicators if one.statistic != "milestone" and one.id not in counted}
    bounds = {one.id: one.upper for one in plan.indicators}
    return from_observations(observed[observed["indicator"].isin(trended)], bounds, as_of)


def elsewhere(beside: DataSet | None, plan: Plan, plan_folder: Path) -> pd.DataFrame | None:
    """Return the values of a larger area by the plan's own codes, None without one.

    Parameters
    ----------
    beside : DataSet, optional
        The data of the larger area; of its areas that counts which lies below no other.
    plan : Plan
    plan_folder : Path
        Its `benchmark.csv`, where it is there, names the other data set's code of an indicator.

    Returns
    -------
    DataFrame or None
        An `OBSERVATIONS` table.
    """
    if beside is None:
        return None
    top = beside.areas.loc[~beside.areas["parent"].isin(set(beside.areas["code"])), "code"]
    known = current(beside.observations, plan.source_precedence)
    codes = plan_folder / "benchmark.csv"  # where the other data set has its own code for the same
    if codes.is_file():
        table = read_table(codes, BENCHMARK_CODES, trusted=True)
        own = dict(zip(table["elsewhere"], table["indicator"], strict=True))
        known = known.assign(indicator=known["indicator"].map(own).fillna(known["indicator"]))
    return known[known["ref_area"].isin(top.head(1))]
