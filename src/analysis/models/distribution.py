"""The forecast distribution: quantiles on the indicator's own scale, from which all else is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.models.series import Array, Years
from analysis.schema import QUANTILES

LEVELS = np.array(QUANTILES)


@dataclass(frozen=True)
class Distribution:
    """Quantiles of one series for some future years.

    Parameters
    ----------
    years : array of int, shape (h,)
    quantiles : float array, shape (h, 23)
        Values at `schema.QUANTILES`, non-decreasing along the second axis.
    mean : float array, shape (h,)
    """

    years: Years
    quantiles: Array
    mean: Array

    def cdf(self, year: int, value: float) -> float:
        """Return P(outcome <= value) in `year`."""
        return cdf_from_quantiles(self.quantiles[int(np.flatnonzero(self.years == year)[0])], value)


def quantile(quantiles: Array, level: float) -> float:
    """Return the value at a level between 0 and 1 given the 23 quantiles of one year, as `cdf_from_quantiles` reads it.

    Levels beyond the outermost quantiles give these.
    """
    return float(np.interp(ndtri(level), ndtri(LEVELS), quantiles))


def cdf_from_quantiles(quantiles: Array, value: float) -> float:
    """Return P(outcome <= value) given the 23 quantiles of one year.

    Between the quantiles, and beyond them, the probability follows straight lines on the
    normal-score scale: exact for a normal forecast, monotone for any. Never exactly 0 or 1,
    unless the forecast is a single point.
    """
    scores = ndtri(LEVELS)
    spread = quantiles[-1] - quantiles[0]
    if spread <= 0:
        return float(value >= quantiles[0])
    x = quantiles + spread * 1e-9 * np.arange(len(quantiles))  # ties (a bound reached) stay invertible
    if value <= x[0]:
        score = scores[0] + (value - x[0]) * (scores[4] - scores[0]) / (x[4] - x[0])
    elif value >= x[-1]:
        score = scores[-1] + (value - x[-1]) * (scores[-1] - scores[-5]) / (x[-1] - x[-5])
    else:
        score = np.interp(value, x, scores)
    return float(np.clip(ndtr(score), 1e-4, 1 - 1e-4))
