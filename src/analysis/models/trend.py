"""The model inside the default forecast: a damped local trend, filtered for many parameters at once.

    z[t]     = level[t] + e[t]                       e ~ N(0, r[t] + w s²)
    level[t] = level[t-1] + d slope[t-1] + n[t]      n ~ N(0, (1 - w) s² + b[t])
    slope[t] = d slope[t-1] + u[t]                   u ~ N(0, q s²)          slope[0] ~ N(0, f s²)

r[t] is the known sampling variance of a point (with that of a declared shock added), b[t] that of a declared
break of the level; s the yearly step, w the share of it that is passing noise, q the share that bends the
trend, d the damping (docs/methods.md). Years without a value are steps without an update. The same filter is
in statsmodels' state space classes; a test holds the two together to 1e-8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.models.grid import Grid
from analysis.models.series import Array

_DIFFUSE = 1e4  # variance of the first level in units of s² or of its chance, the larger: flat over any plausible value


@dataclass(frozen=True)
class Panel:
    """Series on their model scale, on consecutive years, aligned at their last observed year.

    Parameters
    ----------
    z : float array, shape (n, years)
        NaN where nothing was observed; the last column is never NaN.
    variance, jump : float arrays, shape (n, years)
        Variance of each observation that is no news about the level, and of a break of the level in that year.
    step : float array, shape (n,)
        Unit of `Grid.innovation_sd` on the model scale.
    parent : float array, shape (n, 4)
        Mean and variance of the level, then of the slope, that a parent area suggests for the last year; NaN: none.
    """

    z: Array
    variance: Array
    jump: Array
    step: Array
    parent: Array

    def rows(self, kept: np.ndarray | slice) -> Panel:
        """Return the panel of some series, without years before their first observation."""
        first = int(np.isfinite(self.z[kept]).any(axis=0).argmax())
        years = slice(first, None)
        return Panel(
            self.z[kept, years], self.variance[kept, years], self.jump[kept, years], self.step[kept], self.parent[kept]
        )


@dataclass(frozen=True)
class Filtered:
    """What the filter leaves: log-likelihoods (n, k) and the level in the coming years, (horizon, n, k).

    The first observation sets the level and has no part in the likelihood. `passing` (n, k) is the variance of
    passing noise, which an observed value has on top of the level's; `borrowed` (n, k) is the weight of the
    parent's level in the series' own; `now` (n, k) is the variance of the level in the last observed year.
    """

    log_likelihood: Array
    means: Array
    variances: Array
    passing: Array
    borrowed: Array
    now: Array


@dataclass
class _State:
    level: Array
    slope: Array
    p_ll: Array
    p_ls: Array
    p_ss: Array

    def predict(self, damping: Array, q_level: Array, q_slope: Array) -> None:
        """Move one year ahead."""
        self.slope = damping * self.slope
        self.level = self.level + self.slope
        carried = damping * self.p_ls
        self.p_ss = damping * damping * self.p_ss
        self.p_ll = self.p_ll + 2 * carried + self.p_ss + q_level
        self.p_ls = carried + self.p_ss
        self.p_ss = self.p_ss + q_slope

    def update(self, z: Array, noise: Array) -> Array:
        """Take in one observation a series, NaN where there is none; return the log-likelihoods."""
        f = self.p_ll + noise
        seen = np.isfinite(z)
        v = np.where(seen, z, 0.0)[:, None] - self.level
        gain = np.where(seen[:, None], 1.0 / f, 0.0)
        loglike = -0.5 * np.where(seen[:, None], np.log(2 * np.pi * f) + v * v * gain, 0.0)
        k_l, k_s = self.p_ll * gain, self.p_ls * gain
        self.level, self.slope = self.level + k_l * v, self.slope + k_s * v
        self.p_ss = self.p_ss - k_s * self.p_ls
        self.p_ls = self.p_ls - k_s * self.p_ll
        self.p_ll = self.p_ll - k_l * self.p_ll
        return loglike

    def lean(self, parent: Array) -> Array:
        """Lean level and slope on a parent's, each by itself; return the weight of the parent's level."""
        level, spread, slope, slope_spread = (column[:, None] for column in parent.T)
        weight = np.where(np.isfinite(level), self.p_ll / (self.p_ll + spread), 0.0)
        self.level = self.level + weight * (np.nan_to_num(level) - self.level)
        steer = np.where(np.isfinite(slope), self.p_ss / (self.p_ss + slope_spread), 0.0)
        self.slope = self.slope + steer * (np.nan_to_num(slope) - self.slope)
        self.p_ll, self.p_ss = (1 - weight) * self.p_ll, (1 - steer) * self.p_ss
        self.p_ls = np.sqrt((1 - weight) * (1 - steer)) * self.p_ls
        return np.asarray(weight)


def filter_grid(panel: Panel, grid: Grid, horizon: int) -> Filtered:
    """Run the Kalman filter of every grid point over every series and beyond its end.

    Parameters
    ----------
    panel : Panel
    grid : Grid
    horizon : int
        Years to forecast after the last observed one.
    """
    n, years = panel.z.shape
    s2 = (panel.step[:, None] * grid.innovation_sd) ** 2
    passing, q_level, q_slope = grid.noise_share * s2, (1 - grid.noise_share) * s2, grid.slope_variance_ratio * s2
    start = np.isfinite(panel.z).argmax(axis=1)
    zero = np.zeros_like(s2)
    state = _State(zero, zero, zero, zero, zero)
    loglike = np.zeros_like(s2)
    for t in range(years):
        if t:
            state.predict(grid.damping, q_level + panel.jump[:, t, None], q_slope)
            loglike += state.update(panel.z[:, t], panel.variance[:, t, None] + passing)
        begins = start == t
        if begins.any():
            _begin(state, begins, panel, t, passing, s2, grid.initial_slope_variance)
            loglike[begins] = 0.0
    borrowed = state.lean(panel.parent) if np.isfinite(panel.parent).any() else zero
    now = state.p_ll
    means, variances = np.empty((horizon, n, len(grid))), np.empty((horizon, n, len(grid)))
    for h in range(horizon):
        state.predict(grid.damping, q_level, q_slope)
        means[h], variances[h] = state.level, state.p_ll
    return Filtered(loglike, means, variances, passing, borrowed, now)


def _begin(state: _State, begins: Array, panel: Panel, t: int, passing: Array, s2: Array, first_slope: Array) -> None:
    """Set the state of the series whose first observation is in column `t`: a wide prior centred on it."""
    on = begins[:, None]
    noise = panel.variance[:, t, None] + passing
    wide = _DIFFUSE * np.maximum(s2, noise)
    state.level = np.where(on, panel.z[:, t, None], state.level)
    state.slope = np.where(on, 0.0, state.slope)
    state.p_ll = np.where(on, noise * wide / (noise + wide), state.p_ll)
    state.p_ls = np.where(on, 0.0, state.p_ls)
    state.p_ss = np.where(on, first_slope * s2, state.p_ss)
