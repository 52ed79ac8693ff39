"""How much each verdict of an area rests on: the count behind it, and the small changes that turn it."""

from __future__ import annotations

import pandas as pd

from analysis.plan import Plan
from analysis.plan.targets import GapOrQualitative
from analysis.schema import SUPPORT, TOTAL

_SIDES = ("U", "R")


def support(details: pd.DataFrame, observations: pd.DataFrame, plan: Plan, area: str) -> pd.DataFrame:
    """Return a `SUPPORT` table, one row a target of an area.

    Parameters
    ----------
    details : DataFrame
        `DETAILS` of the area's targets.
    observations : DataFrame
        `OBSERVATIONS`, one row a series and year.
    plan : Plan
    area : str

    Returns
    -------
    DataFrame
        `numerator` is the count of the last year; of a gap between town and country the smaller of the two counts.
    """
    own = observations[(observations["ref_area"] == area) & observations["residence"].isin(_SIDES)]
    own = own[(own[["sex", "age", "group"]] == TOTAL).all(axis=1)]
    least = {one: _smaller(rows) for one, rows in own.groupby("indicator")}
    counts = [
        least.get(target.indicator) if isinstance(target := plan.target(str(row["target"])), GapOrQualitative) else None
        for row in details.to_dict("records")
    ]
    numerator = pd.to_numeric(pd.Series(counts, index=details.index)).fillna(details["numerator"])
    return SUPPORT.build(details.assign(ref_area=area, numerator=numerator))


def _smaller(rows: pd.DataFrame) -> float | None:
    """Return the smaller count of town and country in the last year that has both; None where none has."""
    wide = rows.pivot_table(index="time_period", columns="residence", values="numerator")
    both = wide.reindex(columns=list(_SIDES)).dropna()
    return float(both.iloc[-1].min()) if len(both) else None
