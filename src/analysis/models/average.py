"""The parameter-averaged trend as a model: fit weights, forecast the mixture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from analysis.models.distribution import Distribution, mixture_quantiles
from analysis.models.sampling import sampled
from analysis.models.series import Array, Series
from analysis.models.transforms import scale_of, to_model_scale
from analysis.models.trend import Grid, filter_grid, parameter_grid, typical_step

_NEGLIGIBLE = 1e-4  # grid points below this share of the largest weight do not move any printed digit


@cache
def _grid() -> Grid:
    return parameter_grid()


@dataclass(frozen=True)
class AveragedTrend:
    """`trend_average`: the damped local trend of `models.trend`, averaged over its grid."""

    name: str = "trend_average"

    def forecast(self, series: Series, horizon: int) -> Distribution:
        """Return the distribution of what will be *observed* (sampling noise included).

        Parameters
        ----------
        series : Series
            Two or more observed years.
        horizon : int
            Years after the last observed one.
        """
        scale = scale_of(series)
        z, variance = to_model_scale(series, scale)
        step = typical_step(z, series.years, variance, scale.prior_step)
        grid = _grid()
        full_z, full_variance = _on_every_year(series, z, variance)
        loglike, means, variances = filter_grid(full_z, full_variance, grid, step, horizon)
        weights = np.exp(loglike + grid.log_prior - (loglike + grid.log_prior).max())
        kept = weights > _NEGLIGIBLE
        weights = weights[kept] / weights[kept].sum()
        noise = (grid.noise * (grid.step * step) ** 2)[kept, None]
        quantiles, fine = mixture_quantiles(means[kept], variances[kept] + noise, weights)
        people = series.known_denominators()[-1]
        if np.isfinite(people) and people > 0 and variance[-1] > 0:
            return sampled(series, scale, fine, float(people), horizon)
        years = series.ahead(horizon)
        return Distribution(years, scale.inverse(quantiles), scale.inverse(fine).mean(axis=1))


def _on_every_year(series: Series, z: Array, variance: Array) -> tuple[Array, Array]:
    """Return `z` and `variance` on consecutive years, NaN where nothing was observed."""
    index = series.years - series.years[0]
    full = np.full(int(index[-1]) + 1, np.nan)
    full_variance = np.zeros(len(full))
    full[index], full_variance[index] = z, variance
    return full, full_variance
