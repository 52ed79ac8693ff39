"""Series to panels: the model scale, the known variances, declared shocks and breaks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.models.series import Array, Series
from analysis.models.transforms import Scale, scale_of, to_model_scale
from analysis.models.trend import Panel

_SHOCK = 25.0  # variance of a declared shock in squared yearly steps: its value then hardly moves the level
_BREAK = 100.0  # variance of the level at a change of definition in squared yearly steps: the level starts anew
TYPICAL = {"log": 0.06, "logit": 0.12}  # a usual yearly step of child indicators, for the two figures above


def build_panel(series: Sequence[Series], scales: Sequence[Scale]) -> Panel:
    """Return the panel of series that have at least one observed year each."""
    years = max(int(one.years[-1] - one.years[0]) + 1 for one in series)
    z = np.full((len(series), years), np.nan)
    variance, jump = np.zeros_like(z), np.zeros_like(z)
    step, parent = np.ones(len(series)), np.full((len(series), 4), np.nan)
    for i, (one, scale) in enumerate(zip(series, scales, strict=True)):
        own, noise = to_model_scale(one, scale)
        at = one.years - one.years[-1] + years - 1
        z[i, at], variance[i, at] = own, noise
        if scale.kind == "identity":
            step[i] = own_step(own, one)
        usual = max(TYPICAL.get(scale.kind, step[i]), own_step(own, one)) if one.shocks or one.breaks else 0.0
        variance[i, at] += _SHOCK * usual**2 * np.isin(one.years, one.shocks)
        jump[i, _columns(one, years)] = _BREAK * usual**2
        if one.parent is not None:
            parent[i] = _parent(one, scale)
    return Panel(z, variance, jump, step, parent)


def own_step(z: Array, series: Series) -> float:
    """Return the usual yearly change of a series: the root mean square, with half of one small change mixed in.

    The small change is 3 % of the largest value, so that a constant series still has a step above zero.
    """
    small = 0.03 * max(float(np.abs(z).max()), 1e-6)
    gaps = np.diff(series.years)
    return float(np.sqrt((np.sum(np.diff(z) ** 2 / gaps) + 0.5 * small**2) / (len(gaps) + 0.5)))


def scales_of(series: Sequence[Series]) -> list[Scale]:
    """Return the scale of each series."""
    return [scale_of(one) for one in series]


def _columns(series: Series, years: int) -> list[int]:
    """Return the columns of the declared breaks that lie inside the series."""
    first, last = int(series.years[0]), int(series.years[-1])
    return [year - last + years - 1 for year in series.breaks if first < year <= last]


def _parent(series: Series, scale: Scale) -> Array:
    parent = series.parent
    assert parent is not None
    level = float(scale.forward(np.array([parent.level]))[0])
    slope = np.nan if parent.slope is None else parent.slope
    return np.array([level, parent.spread**2, slope, (0.3 * parent.spread) ** 2])
