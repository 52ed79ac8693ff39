"""Scores of forecasts as plain functions over arrays; lower is better unless the name says what it measures.

References
----------
Gneiting, Raftery, "Strictly proper scoring rules, prediction, and estimation", JASA 102 (2007): CRPS.
Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950).
Hyndman, Koehler, "Another look at measures of forecast accuracy", Int. J. Forecasting 22 (2006): MASE.
Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI (2015): ECE.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.distribution import LEVELS
from analysis.models.series import Array

SCORED = (LEVELS > 0.04) & (LEVELS < 0.96)  # evenly spaced levels: the tails have their own coverage


def pinball(observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike) -> Array:
    """Return the quantile loss of each quantile.

    Parameters
    ----------
    observed : array, shape (...)
    quantiles : array, shape (..., q)
    levels : array, shape (q,)

    Returns
    -------
    float array, shape (..., q), in the unit of the values
    """
    y, q, p = np.asarray(observed, float)[..., None], np.asarray(quantiles, float), np.asarray(levels, float)
    return np.asarray(np.where(y >= q, p * (y - q), (1 - p) * (q - y)))


def crps(observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike) -> Array:
    """Return the continuous ranked probability score from quantiles: twice their mean loss, shape (...).

    With levels that are spread evenly it converges to the integral as they grow dense.
    """
    return np.asarray(2 * pinball(observed, quantiles, levels).mean(axis=-1))


def covered(observed: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> Array:
    """Return 1 where the value lies in the interval, its ends included, else 0; the mean is the coverage."""
    y = np.asarray(observed, float)
    return np.asarray((y >= np.asarray(lower)) & (y <= np.asarray(upper)), float)


def scale_of_changes(history: ArrayLike) -> float:
    """Return the mean absolute yearly change of the training years, what errors are divided by in MASE."""
    return max(float(np.mean(np.abs(np.diff(np.asarray(history, float))))), 1e-9)


def brier(outcome: ArrayLike, probability: ArrayLike) -> Array:
    """Return the squared distance of each probability from what happened (1 or 0)."""
    return np.asarray((np.asarray(probability, float) - np.asarray(outcome, float)) ** 2)


def ece(outcome: ArrayLike, probability: ArrayLike, bins: int = 10) -> float:
    """Return the expected calibration error: the mean distance of stated from seen frequency over equal bins."""
    happened, p = np.asarray(outcome, float), np.asarray(probability, float)
    if not len(p):
        return float("nan")
    place = np.clip((p * bins).astype(int), 0, bins - 1)
    parts = [place == i for i in range(bins)]
    return float(sum(abs(p[part].mean() - happened[part].mean()) * part.mean() for part in parts if part.any()))
