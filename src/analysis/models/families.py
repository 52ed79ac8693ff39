"""The families of statsmodels as models of the same interface: yardsticks and second opinions.

Each is fitted by maximum likelihood on the same scale as the default model. On a dozen points they are
too sure of themselves (docs/methods.md), which is why none of them is the default.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.special import ndtri

from analysis.exceptions import Text
from analysis.models.counts import BINOMIAL, POISSON, CountTrend
from analysis.models.distribution import LEVELS, Distribution
from analysis.models.series import Array, NotForecastable, Series, Years
from analysis.models.transforms import Scale, scale_of, to_model_scale

Moments = tuple[Array, Array]  # means and standard deviations on the model scale, each shape (horizon,)


@dataclass(frozen=True)
class Estimate:
    """What a family has estimated on the model scale.

    Parameters
    ----------
    ahead : callable
        Given a horizon [years], the `Moments` of the coming years.
    params : mapping of str to float
        Estimates under the names statsmodels gives them.
    fitted : float array, shape (n,), optional
        In-sample means of the observed years, NaN in those that only set the recursion off; None: the family has none.
    """

    ahead: Callable[[int], Moments]
    params: Mapping[str, float]
    fitted: Array | None = None


@dataclass(frozen=True)
class Family:
    """A statsmodels family: `estimate(z, years)` on the model scale, made a distribution here."""

    name: str
    estimate: Callable[[Array, Years], Estimate]

    def fit(self, series: Series) -> FittedFamily:
        """Return the family fitted to the series; three or more years are needed."""
        import statsmodels.tools.sm_exceptions  # noqa: F401  (sets filters of its own: before ours, or they win)

        scale = scale_of(series)
        z, _ = to_model_scale(series, scale)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # convergence on a dozen points; the backtest shows the price
            return FittedFamily(series, scale, self.estimate(z, series.years))

    def forecast(self, series: Series, horizon: int) -> Distribution:
        """Return the distribution of what will be observed; three or more years are needed."""
        return self.fit(series).forecast(horizon)


@dataclass(frozen=True)
class FittedFamily:
    """A family fitted to a series."""

    series: Series
    scale: Scale
    estimate: Estimate

    @property
    def params(self) -> Mapping[str, float]:
        """Return the estimates, on the model scale."""
        return self.estimate.params

    @property
    def fitted(self) -> Array | None:
        """Return the in-sample medians on the indicator's own scale, shape (n,); None where the family has none."""
        return None if self.estimate.fitted is None else self.scale.inverse(self.estimate.fitted)

    def forecast(self, horizon: int) -> Distribution:
        """Return the distribution of what will be observed in the `horizon` years after the last one."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mean, sd = self.estimate.ahead(horizon)
        fine = mean[:, None] + sd[:, None] * ndtri((np.arange(199) + 0.5) / 199)
        quantiles = mean[:, None] + sd[:, None] * ndtri(LEVELS)
        years = self.series.ahead(horizon)
        return Distribution(years, self.scale.inverse(quantiles), self.scale.inverse(fine).mean(axis=1))


def _positions(years: Years) -> Array:
    return np.asarray((years - years[0]).astype(int))


def _every_year(z: Array, years: Years) -> Array:
    index = _positions(years)
    full = np.full(index[-1] + 1, np.nan)
    full[index] = z
    return full


def _state_space(result: Any, years: Years) -> Estimate:
    """Return the estimate of a fitted state space model of statsmodels."""
    fitted = np.array(result.fittedvalues, float)[_positions(years)]
    fitted[: result.filter_results.loglikelihood_burn] = np.nan  # predicted from the diffuse start: from nothing
    params = dict(zip(result.model.param_names, map(float, result.params), strict=True))
    return Estimate(partial(_state_space_ahead, result), params, fitted)


def _state_space_ahead(result: Any, horizon: int) -> Moments:
    forecast = result.get_forecast(horizon)
    return np.asarray(forecast.predicted_mean), np.asarray(forecast.se_mean)


def _components(level: str, **options: Any) -> Callable[[Array, Years], Estimate]:
    def estimate(z: Array, years: Years) -> Estimate:
        from statsmodels.tsa.statespace.structural import UnobservedComponents

        return _state_space(UnobservedComponents(_every_year(z, years), level=level, **options).fit(disp=False), years)

    return estimate


def _damped(z: Array, years: Years) -> Estimate:
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    model = ExponentialSmoothing(_every_year(z, years), trend=True, damped_trend=True)
    return _state_space(model.fit(disp=False), years)


def _straight_line(z: Array, years: Years) -> Estimate:
    """Ordinary least squares on the model scale: the log-linear AARC, the common practice."""
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools.tools import add_constant

    result = OLS(z, add_constant(years - years[-1])).fit()
    const, trend = map(float, result.params)
    return Estimate(partial(_line_ahead, result), {"const": const, "trend": trend}, np.asarray(result.fittedvalues))


def _line_ahead(result: Any, horizon: int) -> Moments:
    from scipy.stats import t as student_t
    from statsmodels.tools.tools import add_constant

    prediction = result.get_prediction(add_constant(np.arange(1, horizon + 1), has_constant="add"))
    widen = student_t.ppf(0.9, result.df_resid) / ndtri(0.9)
    return np.asarray(prediction.predicted_mean), np.asarray(prediction.se_obs) * widen


def _theta(z: Array, years: Years) -> Estimate:
    """Theta method; every year is needed, since a gap has no place in its recursion."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    if (np.diff(years) != 1).any():
        raise NotForecastable(Text("年份有间断，Theta 法不适用", "years are missing, and Theta needs every year"))
    result = ThetaModel(z, period=1, deseasonalize=False).fit()
    params = {str(name): float(value) for name, value in result.params.items()}
    return Estimate(partial(_theta_ahead, result), params)


def _theta_ahead(result: Any, horizon: int) -> Moments:
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
