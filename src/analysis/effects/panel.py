"""A panel of areas and years: what of it can be compared."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

MOST_MISSING = 0.2


def complete(panel: pd.DataFrame, keep: Collection[str]) -> pd.DataFrame:
    """Return the areas (rows) and years (columns) without a gap.

    An area with more than a fifth of its years missing is left out (not those of `keep`, the areas with the measure),
    then every year in which an area left has no value. Nothing is filled in.
    """
    missing = panel.isna().mean(axis=1)
    areas = panel[(missing <= MOST_MISSING) | panel.index.isin(list(keep))]
    return areas.dropna(axis=1, how="any").sort_index(axis=1)


def with_values(panel: pd.DataFrame, areas: Collection[str]) -> list[str]:
    """Return those of `areas` that have a value in some year."""
    return sorted(area for area in set(areas) & set(panel.index) if panel.loc[area].notna().any())
