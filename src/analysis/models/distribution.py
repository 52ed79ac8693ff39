"""The forecast distribution: quantiles on the indicator's own scale, from which all else is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
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
        """Return P(outcome <= value) in `year`.

        Parameters
        ----------
        year : int
            One of `years`.
        value : float
            On the indicator's own scale.

        Returns
        -------
        float
        """
        return cdf_from_quantiles(self.quantiles[int(np.flatnonzero(self.years == year)[0])], value)

    def p_miss(self, year: int, comparison: str, value: float) -> float:
        """Return P(outcome in `year` does not satisfy `comparison` `value`).

        Parameters
        ----------
        year : int
            One of `years`.
        comparison : str
            <, <=, > or >=: strict or not makes no difference to a forecast.
        value : float
            On the indicator's own scale.

        Returns
        -------
        float
            0.0001 to 0.9999, unless the forecast is a single point (`cdf_from_quantiles`).
        """
        met = self.cdf(year, value)
        return 1.0 - met if comparison in ("<", "<=") else 1.0 - (1.0 - met)

    def ppf(self, levels: float | Array) -> Array:
        """Return the quantiles of every year: the inverse of `cdf`.

        Parameters
        ----------
        levels : float, or float array of shape (k,)
            Between 0 and 1. At the 23 levels of `schema.QUANTILES` these are the stored quantiles themselves; beyond
            the outermost they follow the straight lines of `cdf_from_quantiles`, which may leave the indicator's
            range: whoever knows the range cuts them.

        Returns
        -------
        float array, shape (h,), or (h, k) for an array of levels
        """
        nodes, wanted = ndtri(LEVELS), np.atleast_1d(levels)
        stored = np.abs(LEVELS[:, None] - wanted).argmin(axis=0)
        exact = np.abs(LEVELS[stored] - wanted) < 1e-9
        scores = np.where(exact, nodes[stored], ndtri(wanted))
        out = np.array([np.interp(scores, nodes, row) for row in self.quantiles])
        for end, inner in ((0, 4), (-1, -5)):
            beyond = scores < nodes[0] if end == 0 else scores > nodes[-1]
            slope = (self.quantiles[:, end] - self.quantiles[:, inner]) / (nodes[end] - nodes[inner])
            out[:, beyond] = self.quantiles[:, [end]] + slope[:, None] * (scores[beyond] - nodes[end])
        return out if np.ndim(levels) else out[:, 0]

    def to_frame(self) -> pd.DataFrame:
        """Return the quantiles as a frame: a row a year, a column a level.

        Returns
        -------
        DataFrame
            Index `time_period` [calendar year], columns `output_type_id` [level].
        """
        return pd.DataFrame(
            self.quantiles,
            index=pd.Index(self.years, name="time_period"),
            columns=pd.Index(LEVELS, name="output_type_id"),
        )


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
