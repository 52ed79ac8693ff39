"""Tables become series: one for each id, years in order, empty values left out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.formats import SCALE
from analysis.models.series import Series
from analysis.schema import series_id

Bounds = Mapping[str, float | None]


def from_input(table: pd.DataFrame) -> list[Series]:
    """Return the series of a `SERIES_INPUT` table, in order of first appearance of their ids.

    A percentage is taken as bounded by 100 unless a value above 100 was seen (a gross rate).
    """
    return [
        _one(str(name), rows, *_unit_and_bound(rows), _years(rows, "event", "shock"), _years(rows, "event", "break"))
        for name, rows in table.groupby("series_id", sort=False)
    ]


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
    people, values = _people(ordered), ordered["obs_value"].to_numpy(float)
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


def _unit_and_bound(rows: pd.DataFrame) -> tuple[str, float | None]:
    unit = rows["unit"].iloc[0] or "other"
    bounded = unit == "percent" and not (rows["obs_value"] > 100).any()
    return unit, 100.0 if bounded else None


def _years(rows: pd.DataFrame, column: str, mark: str) -> tuple[int, ...]:
    return tuple(int(year) for year in rows.loc[rows[column] == mark, "time_period"])


def _one(
    name: str,
    rows: pd.DataFrame,
    unit: str,
    upper: float | None,
    shocks: tuple[int, ...],
    breaks: tuple[int, ...],
) -> Series:
    seen = rows[rows["obs_value"].notna()].sort_values("time_period")
    return Series(
        name,
        seen["time_period"].to_numpy(np.int64),
        seen["obs_value"].to_numpy(float),
        _people(seen),
        unit,
        upper,
        shocks,
        breaks,
    )


def _people(rows: pd.DataFrame) -> np.ndarray:
    """Return the denominators; a numerator without one still tells how many people stand behind a rate."""
    per = rows["unit"].map(SCALE).astype(float)
    implied = rows["numerator"].astype(float) / rows["obs_value"].where(rows["obs_value"] > 0) * per
    return np.asarray(rows["denominator"].astype(float).fillna(implied), float)
