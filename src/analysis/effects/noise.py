"""Regression with autocorrelated noise, averaged over what the noise may be instead of picking one estimate of it.

A dozen points say little about autocorrelation: estimated, it comes out too small, and intervals too narrow. Here the
coefficients are worked out for every point of a grid of noise models, and weighed by the restricted likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import t

RHO = np.round(np.arange(0.0, 0.96, 0.05), 2)  # lag-1 autocorrelation
EXTRA = np.array([0.0, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1.0])  # noise beyond chance, on the log scale


@dataclass(frozen=True)
class Mixture:
    """The effect under each noise model: Student curves with weights that add to one; all coefficients, averaged."""

    centres: np.ndarray
    spreads: np.ndarray
    weights: np.ndarray
    freedom: float
    coefficients: np.ndarray

    @property
    def mean(self) -> float:
        """Return the weighted mean of the estimates."""
        return float(self.weights @ self.centres)

    def cdf(self, value: float) -> float:
        """Return the probability that the effect lies below `value`."""
        return float(self.weights @ t.cdf((value - self.centres) / self.spreads, self.freedom))

    def quantile(self, level: float) -> float:
        """Return the value below which the effect lies with probability `level`."""
        reach = 60 * float(self.spreads.max())
        low, high = float(self.centres.min()) - reach, float(self.centres.max()) + reach
        return float(brentq(lambda value: self.cdf(value) - level, low, high, xtol=1e-10))

    @property
    def p_value(self) -> float:
        """Return twice the smaller probability of the two sides of zero."""
        below = self.cdf(0.0)
        return min(1.0, 2 * min(below, 1 - below))


@dataclass(frozen=True)
class Fits:
    """Generalised least squares under each of m covariances."""

    coefficients: np.ndarray  # (m, k)
    unscaled: np.ndarray  # (m, k, k): their covariance, less the scale
    squares: np.ndarray  # (m,): weighted sum of squared residuals
    dets: np.ndarray  # (m,): restricted log-likelihood without its term in `squares`


def gls(design: np.ndarray, response: np.ndarray, covariances: np.ndarray) -> Fits:
    """Return generalised least squares for a stack of given covariances.

    Parameters
    ----------
    design : array, shape (n, k)
    response : array, shape (n,)
    covariances : array, shape (m, n, n)
    """
    roots = np.linalg.cholesky(covariances)
    both = np.linalg.solve(roots, np.broadcast_to(np.column_stack([design, response]), (len(roots), *_shape(design))))
    x, y = both[:, :, :-1], both[:, :, -1:]
    q, r = np.linalg.qr(x)
    coefficients = np.linalg.solve(r, q.transpose(0, 2, 1) @ y)
    inverse = np.linalg.inv(r)
    squares = ((y - x @ coefficients) ** 2).sum(axis=(1, 2))
    logs = [np.log(np.abs(np.diagonal(part, axis1=1, axis2=2))).sum(axis=1) for part in (roots, r)]
    return Fits(coefficients[:, :, 0], inverse @ inverse.transpose(0, 2, 1), squares, -logs[0] - logs[1])


def _shape(design: np.ndarray) -> tuple[int, int]:
    return len(design), design.shape[1] + 1


def correlation(years: np.ndarray, rho: float) -> np.ndarray:
    """Return the correlation of years under lag-1 autocorrelation `rho`; a gap counts as the years it is long."""
    between = np.abs(np.subtract.outer(years, years)).astype(float)
    return np.asarray(np.where(between == 0, 1.0, np.power(rho, between)))


def averaged(design: np.ndarray, response: np.ndarray, years: np.ndarray, contrast: np.ndarray) -> Mixture:
    """Return the effect `contrast @ coefficients`, averaged over autocorrelations with an even prior.

    References
    ----------
    Harville, "Bayesian inference for variance components using only error contrasts", Biometrika 61 (1974): the
    restricted likelihood as marginal likelihood. Turner et al., BMC Med. Res. Methodol. 21 (2021): how common methods
    fail on short interrupted series.
    """
    free = len(response) - design.shape[1]
    fits = gls(design, response, np.array([correlation(years, float(rho)) for rho in RHO]))
    variances = np.einsum("i,mij,j->m", contrast, fits.unscaled, contrast) * fits.squares / free
    return _mixture(fits, contrast, variances, fits.dets - free / 2 * np.log(fits.squares), free)


def averaged_known(
    design: np.ndarray, response: np.ndarray, years: np.ndarray, contrast: np.ndarray, known: np.ndarray
) -> Mixture:
    """Return the effect where the chance in each value is known (`known`: variances) and further noise may lie on top.

    Averaged over the size of the further noise and its autocorrelation.
    """
    grid = [(0.0, 0.0), *((extra, rho) for extra in EXTRA[1:] for rho in RHO)]
    noises = {rho: correlation(years, float(rho)) for rho in RHO}
    fits = gls(design, response, np.array([np.diag(known) + extra**2 * noises[rho] for extra, rho in grid]))
    priors = np.array([0.0 if not extra else -np.log(len(RHO)) for extra, _ in grid])
    variances = np.einsum("i,mij,j->m", contrast, fits.unscaled, contrast)
    scores = fits.dets - fits.squares / 2 + priors
    return _mixture(fits, contrast, variances, scores, len(response) - design.shape[1])


def _mixture(fits: Fits, contrast: np.ndarray, variances: np.ndarray, scores: np.ndarray, freedom: int) -> Mixture:
    weights = np.exp(scores - scores.max())
    weights = weights / weights.sum()
    every = fits.coefficients
    return Mixture(every @ contrast, np.sqrt(variances), weights, float(freedom), weights @ every)
