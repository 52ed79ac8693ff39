"""Tables become series: one for each id, years in order, empty values left out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.formats import SCALE
from analysis.models.series import Series
from analysis.schema import series_id

Bounds = Mapping[str, float | None]
UPPER = 100.0  # of a percentage


def from_input(table: pd.DataFrame) -> list[Series]:
    """Return the series of a `SERIES_INPUT` table, in order of first appearance of their ids.

    A percentage is taken as bounded by 100 unless a value above 100 was seen (a gross rate). A series has the unit of
    its first year. A missing value is worked out from numerator and denominator (`values_of`).
    """
    codes, names = pd.factorize(table["series_id"])
    order = np.lexsort((table["time_period"].to_numpy(np.int64), codes))
    ordered = table.take(order)
    years, values = ordered["time_period"].to_numpy(np.int64), values_of(ordered)
    people, events = people_of(ordered), ordered["event"].to_numpy(object)
    units = ordered["unit"].to_numpy(object)
    ends = np.cumsum(np.bincount(codes, minlength=len(names)))
    out = []
    for name, start, end in zip(names, [0, *ends[:-1]], ends, strict=True):
        rows = slice(start, end)
        seen = ~np.isnan(values[rows])
        own, marks = values[rows][seen], events[rows]
        shocks, breaks = (tuple(years[rows][marks == mark].tolist()) for mark in ("shock", "break"))
        unit = units[start] or "other"
        upper = UPPER if is_bounded(unit, own.max(initial=-np.inf)) else None
        out.append(Series(str(name), years[rows][seen], own, people[rows][seen], unit, upper, shocks, breaks))
    return out


def values_of(rows: pd.DataFrame) -> np.ndarray:
    """Return the observed values of a `SERIES_INPUT` table, shape (rows,), NaN where there is none.

    Where only numerator and denominator are given and the unit says per how many people, the value is their ratio
    on that unit; a denominator of zero gives none.
    """
    people = rows["denominator"].astype(float)
    rates = rows["numerator"].astype(float) / people.where(people > 0) * rows["unit"].map(SCALE).astype(float)
    return np.asarray(rows["obs_value"].astype(float).fillna(rates), float)


def is_bounded(unit: str, largest: float) -> bool:
    """Return whether a series of an input file is taken as bounded by 100."""
    return unit == "percent" and largest <= UPPER


def parents_of(table: pd.DataFrame) -> dict[str, str]:
    """Return the parent's series id of each series of a `SERIES_INPUT` table that names one."""
    named = table[table["parent"] != ""]
    return dict(zip(named["series_id"].astype(str), named["parent"].astype(str), strict=True))


def from_observations(observations: pd.DataFrame, upper_bounds: Bounds, as_of: int | None = None) -> list[Series]:
    """Return the series of an observations table, one for each indicator, area and breakdown.

    Parameters
    ----------
    observations : DataFrame
        An `OBSERVATIONS` table, already reduced to one row a key and year (`data.observations.current`).
    upper_bounds : mapping
        Upper bound of each indicator; None where its scale has none.
    as_of : int, optional
        Years after this one are left out.

    Returns
    -------
    list of Series
        A year of status S (special event) is a declared shock, one of status B a break of the level.
    """
    table = observations if as_of is None else observations[observations["time_period"] <= as_of]
    if not len(table):
        return []
    ordered = table.assign(series_id=series_id(table)).sort_values(["series_id", "time_period"], kind="stable")
    columns = {name: ordered[name].to_numpy() for name in ("unit", "indicator", "obs_status", "time_period")}
    people, values = people_of(ordered), ordered["obs_value"].to_numpy(float)
    names, starts = np.unique(ordered["series_id"].to_numpy(str), return_index=True)
    out = []
    for name, rows in zip(names, np.split(np.arange(len(ordered)), starts[1:]), strict=True):
        years, marks = columns["time_period"][rows].astype(np.int64), columns["obs_status"][rows]
        seen = ~np.isnan(values[rows])
        shocks, breaks = (tuple(int(year) for year in years[marks == mark]) for mark in ("S", "B"))
        upper = upper_bounds.get(columns["indicator"][rows[0]])
        unit = columns["unit"][rows[0]]
        out.append(Series(str(name), years[seen], values[rows][seen], people[rows][seen], unit, upper, shocks, breaks))
    return out


def people_of(rows: pd.DataFrame) -> np.ndarray:
    """Return the denominators; a numerator without one still tells how many people stand behind a rate."""
    per = rows["unit"].map(SCALE).astype(float)
    implied = rows["numerator"].astype(float) / rows["obs_value"].where(rows["obs_value"] > 0) * per
    return np.asarray(rows["denominator"].astype(float).fillna(implied), float)
