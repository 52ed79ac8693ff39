"""Forecasts of short annual series: the distribution is the forecast."""

from analysis.models.distribution import Distribution
from analysis.models.forecasting import forecast
from analysis.models.registry import DEFAULT_MODEL, model_names
from analysis.models.series import Series

__all__ = ["DEFAULT_MODEL", "Distribution", "Series", "forecast", "model_names"]
