"""From the underlying rate to what will be observed: the chance in a count or a share of so many people."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from analysis.formats import SCALE
from analysis.models.distribution import LEVELS, Distribution
from analysis.models.series import Array, Series
from analysis.models.transforms import Scale

_CHANCE = ndtri((np.arange(49) + 0.5) / 49)


def sampled(series: Series, scale: Scale, fine: Array, people: float, horizon: int) -> Distribution:
    """Return the distribution of the observed value, given equally probable points of the underlying rate.

    A count is drawn around its expectation on the square root scale, a share on the arcsine scale, where
    their variance is constant: smooth, never outside the bounds, and without the heavy upper tail that a
    normal approximation of a logarithm gives to a handful of events.

    Parameters
    ----------
    fine : float array, shape (h, m)
        Equally probable points of the rate on the model scale.
    people : float
        Denominator expected in the forecast years (the last one known).

    References
    ----------
    Anscombe, "The transformation of Poisson, binomial and negative-binomial data", Biometrika 35 (1948).
    """
    per = SCALE[series.unit]
    rate = scale.inverse(fine)[..., None] / per
    if scale.kind == "logit":
        angle = np.arcsin(np.sqrt(np.clip(rate, 0, 1))) + _CHANCE / (2 * np.sqrt(people))
        values = np.sin(np.clip(angle, 0, np.pi / 2)) ** 2 * per
    else:
        values = np.maximum(np.sqrt(rate * people) + _CHANCE / 2, 0) ** 2 / people * per
    flat = np.sort(values.reshape(horizon, -1), axis=1)
    quantiles = np.quantile(flat, LEVELS, axis=1).T
    return Distribution(series.ahead(horizon), quantiles, flat.mean(axis=1))
