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
    out = []
    for name, rows in table.assign(series_id=series_id(table)).groupby("series_id"):
        first = rows.iloc[0]
        events = _years(rows, "obs_status", "S"), _years(rows, "obs_status", "B")
        out.append(_one(str(name), rows, first["unit"], upper_bounds.get(first["indicator"]), *events))
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
    per = SCALE.get(unit, np.nan)
    people = seen["denominator"].astype(float)
    # a numerator without a denominator still tells how many people stand behind a rate
    implied = seen["numerator"].astype(float) / seen["obs_value"].where(seen["obs_value"] > 0) * per
    return Series(
        name,
        seen["time_period"].to_numpy(np.int64),
        seen["obs_value"].to_numpy(float),
        np.asarray(people.fillna(implied), float),
        unit,
        upper,
        shocks,
        breaks,
    )
