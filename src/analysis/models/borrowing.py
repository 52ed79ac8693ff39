"""Borrowing the level of a rate from the area above, where an area's own counts are few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.models.average import AveragedTrend, Learnt
from analysis.models.series import Parent, Series
from analysis.models.transforms import scale_of, to_model_scale
from analysis.schema import BORROWING

_SPREAD = 0.3  # of areas around their parent on the log or logit scale, where too few of them tell
_FEWEST, _LEAST = 5, 0.05
_RECENT = 3  # years whose mean stands for a level


def lend(series: Sequence[Series], parents: Mapping[str, str], slope: bool = False) -> list[Series]:
    """Return the series, those whose parent is among them with what they may borrow from it.

    The parent's level is its mean of the last three years on the model scale. How far areas lie from their
    parent is estimated from its children where there are five or more (their spread less what chance explains),
    else a standard deviation of 0.3, about 30 %.

    Parameters
    ----------
    series : sequence of Series
    parents : mapping
        Series id of the parent by series id of the child.
    slope : bool
        Lend the parent's mean yearly change of its last ten years as well: for sensitivity analyses only.
    """
    by_name = {one.name: one for one in series if len(one) >= 2}
    children: dict[str, list[Series]] = {}
    for one in by_name.values():
        if parents.get(one.name) in by_name:
            children.setdefault(parents[one.name], []).append(one)
    lent = {}
    for name, members in children.items():
        spread = _spread(by_name[name], members)
        for one in members:
            lent[one.name] = _parent(by_name[name], one, spread, slope)
    return [replace(one, parent=lent.get(one.name)) for one in series]


def borrowing_table(series: Sequence[Series], trend: AveragedTrend, learnt: Learnt) -> pd.DataFrame:
    """Return a `BORROWING` table: what each series borrows, and the weight of the parent's level in its own."""
    rows = [
        {
            "series_id": one.name,
            "parent": one.parent.name,
            "weight": trend.borrowed(one, learnt),
            "level": one.parent.level,
            "spread": one.parent.spread,
            "slope": one.parent.slope,
        }
        for one in series
        if one.parent is not None
    ]
    return BORROWING.build(pd.DataFrame(rows)) if rows else BORROWING.empty()


def _level(series: Series, year: int) -> tuple[float, float]:
    """Return mean and sampling variance of the last years up to `year` on the model scale; NaN without any."""
    z, variance = to_model_scale(series, scale_of(series))
    recent = np.flatnonzero(series.years <= year)[-_RECENT:]
    if not len(recent):
        return float("nan"), float("nan")
    return float(z[recent].mean()), float(variance[recent].mean() / len(recent))


def _spread(parent: Series, children: Sequence[Series]) -> float:
    """Return the standard deviation of the children's levels around their parent's, chance taken out."""
    pairs = [(_level(one, one.origin), _level(parent, one.origin)[0]) for one in children]
    away = np.array([(own - above, chance) for (own, chance), above in pairs if np.isfinite(above)])
    if len(away) < _FEWEST:
        return _SPREAD
    return float(np.sqrt(max(np.mean(away[:, 0] ** 2 - away[:, 1]), _LEAST**2)))


def _parent(parent: Series, child: Series, spread: float, slope: bool) -> Parent | None:
    level, _ = _level(parent, child.origin)
    if not np.isfinite(level):
        return None
    scale = scale_of(parent)
    change = None
    if slope:
        z, _ = to_model_scale(parent, scale)
        recent = np.flatnonzero((parent.years <= child.origin) & (parent.years >= child.origin - 10))
        span = parent.years[recent[-1]] - parent.years[recent[0]]
        change = float((z[recent[-1]] - z[recent[0]]) / span) if span else None
    return Parent(parent.name, float(scale.inverse(np.array([level]))[0]), spread, change)
