"""The default model: a damped local trend averaged over its parameters instead of one fitted set.

    z[t]  = level[t] + e[t]                       e ~ N(0, r[t] + w s²)
    level[t] = level[t-1] + d slope[t-1] + n      n ~ N(0, (1 - w) s²)
    slope[t] = d slope[t-1] + u                   u ~ N(0, q s²)

r[t] is the known sampling variance of the point, s the yearly step, w the share of it that is passing
noise, q the share that bends the trend, d the damping; the first slope is N(0, b s²). Each combination on
a fixed grid is one Kalman filter; their weights are prior x Gaussian likelihood of the observed years,
and the forecast is the weighted mixture (docs/methods.md). Missing years are steps without an update.
The same filter is in statsmodels' state space classes; a test holds the two together to 1e-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from analysis.models.series import Array, Years

_DIFFUSE = 1e4  # variance of the first level in units of s²: flat over any plausible value


@dataclass(frozen=True)
class Grid:
    """The parameter combinations, each an array of shape (k,), with their prior weights."""

    noise: Array
    bend: Array
    damping: Array
    first_slope: Array
    step: Array
    log_prior: Array


def parameter_grid() -> Grid:
    """Return the fixed grid; the priors are weak and documented in docs/methods.md."""
    noise = {0.0: 0.4, 0.3: 0.3, 0.7: 0.3}
    bend = {0.0: 0.5, 0.03: 0.3, 0.15: 0.2}
    damping = {0.75: 0.4, 0.95: 0.6}
    first_slope = {0.02: 0.35, 0.3: 0.35, 1.5: 0.3}
    step = {0.4: 0.1, 0.6: 0.2, 0.85: 0.25, 1.2: 0.25, 1.7: 0.15, 2.6: 0.05}
    rows = list(product(noise.items(), bend.items(), damping.items(), first_slope.items(), step.items()))
    values = np.array([[value for value, _ in row] for row in rows])
    prior = np.array([np.prod([weight for _, weight in row]) for row in rows])
    noise_k, bend_k, damping_k, first_k, step_k = values.T
    return Grid(noise_k, bend_k, damping_k, first_k, step_k, np.log(prior))


def typical_step(z: Array, years: Years, variance: Array, prior_step: float) -> float:
    """Return the yearly step the grid is scaled by: root mean square change, less its sampling part.

    One prior change is mixed in, so that a constant series still has a step above zero.
    """
    gaps = np.diff(years)
    change = np.diff(z)
    own = change**2 / gaps - (variance[1:] + variance[:-1]) / gaps
    if not np.isfinite(prior_step):
        prior_step = 0.03 * max(float(np.abs(z).max()), 1e-6)
    raw = float(np.sum(change**2 / gaps))
    kept = max(float(own.sum()), 0.1 * raw)
    return float(np.sqrt((kept + 0.5 * prior_step**2) / (len(gaps) + 0.5)))


def filter_grid(z: Array, variance: Array, grid: Grid, step: float, horizon: int) -> tuple[Array, Array, Array]:
    """Run the Kalman filter of every grid point over one series and beyond its end.

    Parameters
    ----------
    z, variance : float arrays, shape (n,)
        Consecutive years on the model scale; NaN in `z` marks a year without a value.
    grid : Grid
    step : float
        The unit of `grid.step` on the model scale.
    horizon : int
        Years to forecast.

    Returns
    -------
    log_likelihood : shape (k,), without the first observation, which sets the level
    means, variances : shape (k, horizon), of the level; `passing noise` and sampling variance not included
    """
    s2 = (grid.step * step) ** 2
    level, slope = np.full_like(s2, z[0]), np.zeros_like(s2)
    gain_noise = variance[0] + grid.noise * s2
    p_ll = gain_noise * _DIFFUSE * s2 / (gain_noise + _DIFFUSE * s2)
    p_ls, p_ss = np.zeros_like(s2), grid.first_slope * s2
    d, q_level, q_slope = grid.damping, (1 - grid.noise) * s2, grid.bend * s2
    loglike = np.zeros_like(s2)
    means, variances = np.empty((len(s2), horizon)), np.empty((len(s2), horizon))
    for t in range(1, len(z) + horizon):
        level, slope = level + d * slope, d * slope
        p_ll = p_ll + 2 * d * p_ls + d * d * p_ss + q_level
        p_ls = d * p_ls + d * d * p_ss
        p_ss = d * d * p_ss + q_slope
        if t >= len(z):
            means[:, t - len(z)], variances[:, t - len(z)] = level, p_ll
        elif np.isfinite(z[t]):
            f = p_ll + variance[t] + grid.noise * s2
            v = z[t] - level
            loglike -= 0.5 * (np.log(2 * np.pi * f) + v * v / f)
            k_l, k_s = p_ll / f, p_ls / f
            level, slope = level + k_l * v, slope + k_s * v
            p_ss = p_ss - k_s * p_ls
            p_ls = p_ls - k_s * p_ll
            p_ll = p_ll - k_l * p_ll
    return loglike, means, variances
