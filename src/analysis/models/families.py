"""The families of statsmodels as models of the same interface: yardsticks and second opinions.

Each is fitted by maximum likelihood on the same scale as the default model. On a dozen points they are
too sure of themselves (docs/methods.md), which is why none of them is the default.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from analysis.exceptions import Text
from analysis.models.counts import BINOMIAL, POISSON, CountTrend
from analysis.models.distribution import LEVELS, Distribution
from analysis.models.series import Array, NotForecastable, Series, Years
from analysis.models.transforms import scale_of, to_model_scale

Moments = tuple[Array, Array]  # means and standard deviations on the model scale, each shape (horizon,)


@dataclass(frozen=True)
class Family:
    """A statsmodels family: `moments(z, years, horizon)` on the model scale, made a distribution here."""

    name: str
    moments: Callable[[Array, Years, int], Moments]

    def forecast(self, series: Series, horizon: int) -> Distribution:
        """Return the distribution of what will be observed; three or more years are needed."""
        scale = scale_of(series)
        z, _ = to_model_scale(series, scale)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # convergence on a dozen points; the backtest shows the price
            mean, sd = self.moments(z, series.years, horizon)
        fine = mean[:, None] + sd[:, None] * ndtri((np.arange(199) + 0.5) / 199)
        quantiles = mean[:, None] + sd[:, None] * ndtri(LEVELS)
        years = series.ahead(horizon)
        return Distribution(years, scale.inverse(quantiles), scale.inverse(fine).mean(axis=1))


def _every_year(z: Array, years: Years) -> Array:
    index = (years - years[0]).astype(int)
    full = np.full(index[-1] + 1, np.nan)
    full[index] = z
    return full


def _components(level: str, **options: Any) -> Callable[[Array, Years, int], Moments]:
    def moments(z: Array, years: Years, horizon: int) -> Moments:
        from statsmodels.tsa.statespace.structural import UnobservedComponents

        result = UnobservedComponents(_every_year(z, years), level=level, **options).fit(disp=False)
        forecast = result.get_forecast(horizon)
        return np.asarray(forecast.predicted_mean), np.asarray(forecast.se_mean)

    return moments


def _damped(z: Array, years: Years, horizon: int) -> Moments:
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    model = ExponentialSmoothing(_every_year(z, years), trend=True, damped_trend=True)
    forecast = model.fit(disp=False).get_forecast(horizon)
    return np.asarray(forecast.predicted_mean), np.asarray(forecast.se_mean)


def _straight_line(z: Array, years: Years, horizon: int) -> Moments:
    """Ordinary least squares on the model scale: the log-linear AARC, the common practice."""
    from scipy.stats import t as student_t
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools.tools import add_constant

    result = OLS(z, add_constant(years - years[-1])).fit()
    ahead = np.arange(1, horizon + 1)
    prediction = result.get_prediction(add_constant(ahead, has_constant="add"))
    widen = student_t.ppf(0.9, result.df_resid) / ndtri(0.9)
    return np.asarray(prediction.predicted_mean), np.asarray(prediction.se_obs) * widen


def _theta(z: Array, years: Years, horizon: int) -> Moments:
    """Theta method; every year is needed, since a gap has no place in its recursion."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    if (np.diff(years) != 1).any():
        raise NotForecastable(Text("年份有间断，Theta 法不适用", "years are missing, and Theta needs every year"))
    result = ThetaModel(z, period=1, deseasonalize=False).fit()
    within = result.prediction_intervals(horizon, alpha=0.5)
    sd = np.asarray(within["upper"] - within["lower"]) / (2 * ndtri(0.75))
    return np.asarray(result.forecast(horizon)), sd


FAMILIES: dict[str, Family | CountTrend] = {
    "random_walk": Family("random_walk", _components("random walk")),
    "drift": Family("drift", _components("random walk with drift")),
    "local_level": Family("local_level", _components("local level")),
    "local_linear_trend": Family("local_linear_trend", _components("local linear trend")),
    "damped_trend": Family("damped_trend", _damped),
    "theta": Family("theta", _theta),
    "loglinear": Family("loglinear", _straight_line),
    POISSON.name: POISSON,
    BINOMIAL.name: BINOMIAL,
}
