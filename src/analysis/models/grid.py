"""The parameter combinations the default model averages over, and their prior weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.stats import qmc

from analysis.models.learnt import WEIGHTS
from analysis.models.series import Array

POINTS = 1024
INNOVATION_SD = (0.01, 3.0)  # smallest and largest on the log or logit scale; relative on the identity scale


@dataclass(frozen=True)
class Grid:
    """Parameter combinations, each an array of shape (k,).

    Parameters
    ----------
    noise_share : float array
        Share of the yearly innovation's variance that is passing noise.
    slope_variance_ratio : float array
        Variance of the slope's innovation over that of the yearly one.
    damping : float array
        What is left of the slope after a year.
    initial_slope_variance : float array
        In squared innovations' standard deviations.
    innovation_sd : float array
        Standard deviation of the yearly innovation on the model scale; relative to `Panel.step`.
    """

    noise_share: Array
    slope_variance_ratio: Array
    damping: Array
    initial_slope_variance: Array
    innovation_sd: Array

    def __len__(self) -> int:
        """Return the number of combinations."""
        return len(self.innovation_sd)

    def take(self, kept: np.ndarray) -> Grid:
        """Return the combinations at `kept` (mask or positions)."""
        return Grid(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))


@cache
def parameter_grid() -> Grid:
    """Return the grid: points spread evenly over the five parameters by a Sobol sequence, always the same ones.

    A quarter of the points has no passing noise, two fifths no bending, a fifth no damping, a quarter starts flat.

    References
    ----------
    Sobol, "On the distribution of points in a cube", USSR Comp. Math. Math. Phys. 7 (1967).
    """
    u = np.asarray(qmc.Sobol(5, scramble=False).random(POINTS))
    low, high = INNOVATION_SD
    return Grid(
        noise_share=np.where(u[:, 0] < 0.25, 0.0, (u[:, 0] - 0.25) / 0.75 * 0.97),
        slope_variance_ratio=np.where(u[:, 1] < 0.4, 0.0, 10 ** (-2 + 1.7 * (u[:, 1] - 0.4) / 0.6)),
        damping=np.where(u[:, 2] > 0.8, 1.0, 0.5 + 0.625 * u[:, 2]),
        initial_slope_variance=np.where(u[:, 3] < 0.25, 0.0, 10 ** (-1.3 + 2.1 * (u[:, 3] - 0.25) / 0.75)),
        innovation_sd=low * (high / low) ** u[:, 4],
    )


@cache
def prior(relative: bool) -> Array:
    """Return the prior weights of the grid, shape (k,), adding to one.

    On the log and logit scales they were learnt from published series (`models.learnt`), a tenth of them spread
    evenly; where the yearly step is `relative` to each series' own they are equal.
    """
    flat = np.full(POINTS, 1 / POINTS)
    learnt = flat if relative else np.asarray(WEIGHTS) / sum(WEIGHTS)
    return np.asarray(0.9 * learnt + 0.1 * flat)
