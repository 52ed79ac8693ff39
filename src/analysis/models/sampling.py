"""From the underlying rate to what will be observed: the chance in a count or a share of so many people."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.models.series import Array
from analysis.models.small_counts import DRAWN, poisson_quantiles

POINTS = 48  # equally probable points that stand for the distribution of a rate
EQUAL = (np.arange(POINTS) + 0.5) / POINTS
_AT = np.linspace(0, 1, 49)
_FAR = 4.0  # standard deviations of chance beyond the outermost rate


def observed_quantiles(rates: Array, people: Array, bounded: bool, levels: Array) -> Array:
    """Return quantiles of the observed share or rate, given equally probable points of the underlying one.

    A count is drawn around its expectation on the square root scale, a share on the arcsine scale, where
    their variance is constant: smooth, never outside the bounds, and without the heavy upper tail that a
    normal approximation of a logarithm gives to a handful of events. Where fewer than five events (or people without
    one) are expected, their number is Poisson; from five to ten the two are joined.

    Parameters
    ----------
    rates : float array, shape (n, POINTS)
        Equally probable points of the rate, as events per person.
    people : float array, shape (n,)
        Denominator expected in the year.
    bounded : bool
        Whether it is a share of people (binomial) or a rate of events (Poisson).
    levels : float array, shape (q,)

    Returns
    -------
    float array, shape (n, q), events per person

    References
    ----------
    Anscombe, "The transformation of Poisson, binomial and negative-binomial data", Biometrika 35 (1948).
    """
    root = np.sqrt(np.clip(rates, 0, 1) if bounded else np.maximum(rates, 0))
    scale = np.arcsin(root) if bounded else root
    sd = 0.5 / np.sqrt(people)
    low, high = scale[:, 0] - _FAR * sd, scale[:, -1] + _FAR * sd
    at = low[:, None] + (high - low)[:, None] * _AT
    p = ndtr((at[:, :, None] - scale[:, None, :]) / sd[:, None, None]).mean(axis=2)
    scores, wanted = ndtri(np.clip(p, 1e-9, 1 - 1e-9)), ndtri(levels)
    drawn = np.array([np.interp(wanted, row, x) for row, x in zip(scores, at, strict=True)])
    spread = np.asarray(np.sin(np.clip(drawn, 0, np.pi / 2)) ** 2 if bounded else np.maximum(drawn, 0) ** 2)
    spread = _few(spread, np.maximum(rates, 0), people, levels)
    if bounded:
        spread = 1 - _few(1 - spread, np.clip(1 - rates[:, ::-1], 0, 1), people, 1 - levels)
        return np.asarray(np.clip(spread, 0, 1))
    return spread


def _few(spread: Array, rates: Array, people: Array, levels: Array) -> Array:
    """Return the quantiles with those of a Poisson count in their place where few events are expected.

    From `DRAWN` events to twice as many one passes into the other, so that a forecast whose expectation falls through
    the bound has no step.
    """
    expected = rates * people[:, None]
    share = np.clip(2.0 - expected.mean(axis=1) / DRAWN, 0.0, 1.0)
    some = np.flatnonzero(share)
    counted = poisson_quantiles(expected[some], levels) / people[some, None]
    out = spread.copy()
    out[some] += share[some, None] * (counted - spread[some])
    return out
