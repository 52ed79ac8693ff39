"""Forecasts of short annual series: the distribution is the forecast.

One series under study has the verbs of statsmodels; a batch of series becomes a table:

    from analysis.models import TrendAverage, forecast
    TrendAverage(rates, exposure=births, unit="per_1000").fit().get_forecast(5).summary_frame(alpha=0.2)
    forecasts, no_data = forecast([series, ...], horizon=5)
"""

from analysis.models.annual import (
    AnnualModel,
    BinomialTrend,
    DampedTrend,
    Drift,
    LocalLevel,
    LocalLinearTrend,
    LogLinear,
    PoissonTrend,
    Pool,
    RandomWalk,
    Theta,
    TrendAverage,
    TrendAverageUnderlying,
)
from analysis.models.distribution import Distribution
from analysis.models.forecasting import forecast
from analysis.models.prediction import AnnualForecast
from analysis.models.registry import DEFAULT_MODEL, model_names
from analysis.models.results import AnnualResults
from analysis.models.series import Series

__all__ = [
    "DEFAULT_MODEL",
    "AnnualForecast",
    "AnnualModel",
    "AnnualResults",
    "BinomialTrend",
    "DampedTrend",
    "Distribution",
    "Drift",
    "LocalLevel",
    "LocalLinearTrend",
    "LogLinear",
    "PoissonTrend",
    "Pool",
    "RandomWalk",
    "Series",
    "Theta",
    "TrendAverage",
    "TrendAverageUnderlying",
    "forecast",
    "model_names",
]
