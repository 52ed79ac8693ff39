"""How far a forecast may reach: the history's own moves bound its far tails."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.formats import SCALE
from analysis.models.distribution import LEVELS
from analysis.models.series import Array, Series
from analysis.models.trend import Panel

FREE, MOST = 2.0, 2.5  # reaches within which nothing is drawn in, and beyond which nothing goes
_USUAL = 3.0  # standard deviations of usual change that a history without moves still allows
_MEDIAN = int(np.flatnonzero(LEVELS == 0.5)[0])


def reach_of(panel: Panel, typical: float, horizon: int) -> Array:
    """Return how far each series has moved on its model scale, shape (n, horizon): the unit its tails are held to.

    That is the distance from the lowest to the highest value, in proportion where more years are forecast than were
    observed, but at least three standard deviations of a usual yearly change and of the chance in one year's value.

    Parameters
    ----------
    panel : Panel
    typical : float
        Usual yearly change of child indicators in units of `panel.step`.
    horizon : int
    """
    seen = np.isfinite(panel.z)
    ahead = np.arange(1, horizon + 1)
    years = np.maximum(panel.z.shape[1] - 1 - seen.argmax(axis=1), 1)[:, None]
    moved = (np.nanmax(panel.z, axis=1) - np.nanmin(panel.z, axis=1))[:, None] * np.maximum(ahead / years, 1.0)
    chance = np.where(seen, panel.variance, 0.0).sum(axis=1) / seen.sum(axis=1)
    usual = (typical * panel.step[:, None]) ** 2 * ahead
    return np.asarray(np.maximum(moved, _USUAL * np.sqrt(usual + chance[:, None])))


def drawn_in(on_scale: Array, reach: Array) -> Array:
    """Return quantiles, shape (n, horizon, q) with `LEVELS` first, none farther than 2.5 reaches from their median.

    Up to two reaches nothing changes; beyond, distances approach 2.5 smoothly and in order. Student curves around
    a trend that one jump may or may not have begun would else multiply that jump year after year.
    """
    median, unit = on_scale[..., _MEDIAN : _MEDIAN + 1], reach[..., None]
    away = (on_scale - median) / unit
    room = MOST - FREE
    beyond = np.maximum(np.abs(away) - FREE, 0.0)
    held = np.sign(away) * (FREE + room * -np.expm1(-beyond / room))
    return np.asarray(np.where(beyond > 0, median + held * unit, on_scale))


def ceilings(series: Sequence[Series]) -> Array:
    """Return the highest value each series can take, shape (n,): one event per person where its counts say so.

    A rate whose denominators are known and that never had more events than people is taken to count people; visits
    or cases, of which one person may have several, show themselves by a value above one. Infinite where unknown.
    """
    out = np.full(len(series), np.inf)
    for i, one in enumerate(series):
        per, people = SCALE.get(one.unit, np.inf), one.known_denominators()
        if one.unit != "percent" and np.isfinite(people).all() and one.values.max(initial=0.0) <= per:
            out[i] = per
    return out
