"""Forecasts of annual series in a frame."""

from __future__ import annotations

import pandas as pd

from analysis.models import DEFAULT_MODEL
from analysis.models import forecast as forecast_series
from analysis.models.from_tables import from_input
from analysis.models.registry import check_model
from analysis.schema import SERIES_INPUT


def forecast(frame: pd.DataFrame, horizon: int = 5, model: str = DEFAULT_MODEL) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast annual series.

    Parameters
    ----------
    frame : DataFrame
        Columns series_id, time_period [calendar year], obs_value, and optionally numerator, denominator, unit
        (percent, per_1000, per_10000, per_100000, ratio, other) and direction. One row a series and year.
    horizon : int
        Years after each series' own last year.
    model : str
        A name of `analysis.models.model_names()`.

    Returns
    -------
    forecasts : DataFrame
        series_id, model, origin, time_period, output_type (quantile or mean), output_type_id (level), value [the
        series' own unit].
    no_data : DataFrame
        The series that could not be forecast, each with its reason.

    Raises
    ------
    UsageError
        The model is unknown.
    DataError
        The frame breaks its table.

    Examples
    --------
    >>> import analysis, pandas as pd
    >>> rates = pd.DataFrame({"series_id": "a", "time_period": range(2015, 2025), "obs_value": range(20, 10, -1)})
    >>> made, failed = analysis.forecast(rates, horizon=2)
    >>> [int(year) for year in made["time_period"].unique()], len(failed)
    ([2025, 2026], 0)
    """
    check_model(model)
    table = SERIES_INPUT.build(frame.assign(**{name: None for name in SERIES_INPUT.names if name not in frame}))
    return forecast_series(from_input(table), horizon=horizon, model_name=model)
