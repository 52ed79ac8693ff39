"""The same observations slightly changed: what would flip a verdict."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.formats import SCALE
from analysis.schema import OBSERVATIONS, series_id


def changed_tables(
    observed: pd.DataFrame, counted: pd.Series, baseline_year: int
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each variant of the observations by its name; `counted` marks the rows that get an event more or fewer."""
    seen = observed["obs_value"].notna()
    last = observed[seen].groupby(series_id(observed[seen]))["time_period"].transform("max")
    is_last = (last == observed.loc[seen, "time_period"]).reindex(observed.index, fill_value=False)
    yield "last_year", OBSERVATIONS.build(observed[~is_last])
    own = is_last & counted
    for name, more in (("one_more", 1), ("one_fewer", -1)):
        yield name, OBSERVATIONS.build(_shifted(observed, own, more))
    yield "baseline", OBSERVATIONS.build(observed[observed["time_period"] != baseline_year])


def _shifted(observed: pd.DataFrame, rows: pd.Series, more: int) -> pd.DataFrame:
    """Return the observations with one event more or fewer in the rows that are counts."""
    table = observed.copy()
    scale = table["unit"].map(SCALE).astype(float)
    events, people = table["numerator"] + more, table["denominator"]
    possible = rows & scale.notna() & events.between(0, np.where(scale == 100, people, np.inf)) & (people > 0)
    table.loc[possible, "numerator"] = events[possible]
    table.loc[possible, "obs_value"] = (events / people * scale)[possible]
    return table
