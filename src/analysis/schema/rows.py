"""How rows of the tables are addressed: series ids, rows about everybody, forecasts by quantile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.schema.tables import BREAKDOWNS, QUANTILES, TOTAL

SERIES = ["indicator", "ref_area", *BREAKDOWNS]  # what a series is named by
LOW_80, MEDIAN, HIGH_80 = (QUANTILES.index(level) for level in (0.1, 0.5, 0.9))  # places among the quantiles


def series_id(keys: pd.DataFrame) -> pd.Series:
    """Return the series id of each row: indicator, area and breakdown codes joined with `|`.

    Parameters
    ----------
    keys : DataFrame
        Columns indicator, ref_area, sex, age, residence, group.

    Returns
    -------
    Series of str
        On the index of `keys`.
    """
    name, *others = (keys[column].astype(str) for column in SERIES)
    for codes in others:
        name = name + "|" + codes
    return name


def is_total(table: pd.DataFrame) -> pd.Series:
    """Return which rows are about everybody: every breakdown code is `_T`.

    Parameters
    ----------
    table : DataFrame
        Columns sex, age, residence, group.

    Returns
    -------
    Series of bool
    """
    return of_group(table, [TOTAL] * len(BREAKDOWNS))


def of_group(table: pd.DataFrame, codes: Sequence[str]) -> pd.Series:
    """Return which rows have these breakdown codes, given in the order of `BREAKDOWNS`.

    Parameters
    ----------
    table : DataFrame
        Columns sex, age, residence, group.
    codes : sequence of str
        One for each breakdown.

    Returns
    -------
    Series of bool
    """
    return (table[list(BREAKDOWNS)] == list(codes)).all(axis=1)


def of_series(table: pd.DataFrame, row: Mapping[Any, Any]) -> pd.Series:
    """Return which rows of a table are of the same series as `row`.

    Parameters
    ----------
    table : DataFrame
        Columns those of `SERIES`.
    row : mapping
        The same keys.

    Returns
    -------
    Series of bool
    """
    return (table[SERIES] == [row[name] for name in SERIES]).all(axis=1)


def by_quantile(forecasts: pd.DataFrame, index: str | list[str] = "time_period") -> pd.DataFrame:
    """Return the quantiles of a `FORECASTS` table side by side, by the names of their levels, the lowest first.

    Parameters
    ----------
    forecasts : DataFrame
    index : str or list of str
        Columns that name a row; the year is enough for a single series.

    Returns
    -------
    DataFrame
        A column a level, in the series' own unit.
    """
    own = forecasts[forecasts["output_type"] == "quantile"]
    wide = own.pivot(index=index, columns="output_type_id", values="value")
    return wide[sorted(wide.columns, key=lambda level: float(str(level)))]
