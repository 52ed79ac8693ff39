"""Many series to one forecasts table; a series that cannot be forecast is a row with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from analysis.models.distribution import Distribution
from analysis.models.registry import DEFAULT_MODEL, model
from analysis.models.series import Series
from analysis.schema import FORECASTS, NO_DATA, QUANTILES

_REASONS = {
    "empty": ("没有任何年度数据", "no observed year"),
    "one_point": ("只有 1 个年度的数据，看不出变化", "one observed year: no change can be seen"),
    "not_fitted": ("模型无法拟合：", "the model could not be fitted: "),
}


def forecast(
    series: Iterable[Series],
    last_year: int | None = None,
    horizon: int = 5,
    model_name: str = DEFAULT_MODEL,
    progress: Callable[[], None] = lambda: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast each series and return the forecasts table and the no_data table.

    Parameters
    ----------
    series : iterable of Series
    last_year : int, optional
        Forecast up to this year; without it `horizon` years after each series' own last year.
    horizon : int
        Years ahead, where `last_year` is not given.
    model_name : str
        A name of `model_names()`.
    progress : callable
        Called once after each series.

    Returns
    -------
    forecasts, no_data : DataFrame
        Tables of `analysis.schema`.

    Raises
    ------
    UsageError
        The model is unknown.
    """
    chosen = model(model_name)
    blocks, failed = [], []
    for one in series:
        ahead = horizon if last_year is None else max(last_year - one.origin, 0) if len(one) else 0
        if len(one) < 2:
            failed.append(_no_data(one, "one_point" if len(one) else "empty"))
        elif ahead > 0:
            try:
                blocks.append(_rows(one, chosen.name, chosen.forecast(one, ahead)))
            except (np.linalg.LinAlgError, ValueError, IndexError, ZeroDivisionError) as error:
                failed.append(_no_data(one, "not_fitted", f"{type(error).__name__}: {error}"))
        progress()
    forecasts = FORECASTS.build(pd.concat(blocks)) if blocks else FORECASTS.empty()
    return forecasts, NO_DATA.build(pd.DataFrame(failed)) if failed else NO_DATA.empty()


def _rows(series: Series, name: str, forecast: Distribution) -> pd.DataFrame:
    if not np.isfinite(forecast.quantiles).all():
        raise ValueError("non-finite forecast")
    h, q = forecast.quantiles.shape
    types = [f"{level:g}" for level in QUANTILES]
    values = np.column_stack([forecast.quantiles, forecast.mean]).ravel()
    return pd.DataFrame(
        {
            "series_id": series.name,
            "model": name,
            "origin": series.origin,
            "time_period": np.repeat(forecast.years, q + 1),
            "output_type": ([*["quantile"] * q, "mean"]) * h,
            "output_type_id": ([*types, ""]) * h,
            "value": values,
        }
    )


def _no_data(series: Series, reason: str, detail: str = "") -> dict[str, object]:
    zh, en = _REASONS[reason]
    return {
        "series_id": series.name,
        "points": len(series),
        "reason": reason,
        "reason_zh": zh + detail,
        "reason_en": en + detail,
    }
