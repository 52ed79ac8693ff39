"""Many series to one forecasts table; a series that cannot be forecast is a row with a reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
import pandas as pd

from analysis.exceptions import Text
from analysis.models.average import AveragedTrend, Learnt
from analysis.models.distribution import Distribution
from analysis.models.fitted import Fitted
from analysis.models.pool import PREFIX, FittedPool, pool_weights, pooled
from analysis.models.registry import DEFAULT_MODEL, check_model, model
from analysis.models.series import NotForecastable, Series
from analysis.schema import FORECASTS, NO_DATA, QUANTILES

_REASONS = {
    "empty": ("没有任何年度数据", "no observed year"),
    "one_point": ("只有 1 个年度的数据，看不出变化", "one observed year: no change can be seen"),
    "not_fitted": ("模型无法拟合：", "the model could not be fitted: "),
}
# what a fit raises on a dozen awkward points; anything else is a mistake of the program
FIT_ERRORS = (np.linalg.LinAlgError, ValueError, IndexError, ZeroDivisionError)
NON_FINITE = ValueError("non-finite forecast")
Made = tuple[Series, int, Distribution]
_TYPES = [*(f"{level:g}" for level in QUANTILES), ""]


def forecast(
    series: Iterable[Series],
    last_year: int | None = None,
    horizon: int = 5,
    model_name: str = DEFAULT_MODEL,
    progress: Callable[[int], None] = lambda done: None,
    learnt: Learnt | None = None,
    only: Collection[str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast each series and return the forecasts table and the no_data table.

    Parameters
    ----------
    series : iterable of Series
        The default model learns its parameters' weights from all of them together.
    last_year : int, optional
        Forecast up to this year; without it `horizon` years after each series' own last year.
    horizon : int
        Years ahead, where `last_year` is not given.
    model_name : str
        A name of `model_names()`, or a pool (`models.pool`).
    progress : callable
        Told how many more series are done.
    learnt : Learnt, optional
        Weights learnt before (a frozen round, a part of a larger batch); without them they are learnt here.
    only : collection of str, optional
        Names of the series to forecast; the others are learnt from all the same, so that no number changes.

    Returns
    -------
    forecasts, no_data : DataFrame
        Tables of `analysis.schema`.

    Raises
    ------
    UsageError
        The model is unknown.
    """
    done, failed = distributions(series, last_year, horizon, model_name, progress, learnt, only)
    return FORECASTS.build(_rows(done, model_name)) if done else FORECASTS.empty(), failed


def distributions(
    series: Iterable[Series],
    last_year: int | None = None,
    horizon: int = 5,
    model_name: str = DEFAULT_MODEL,
    progress: Callable[[int], None] = lambda done: None,
    learnt: Learnt | None = None,
    only: Collection[str] | None = None,
) -> tuple[list[Made], pd.DataFrame]:
    """Forecast each series as `forecast` does; the distributions come back as they are, with the no_data table.

    Returns
    -------
    made : list
        Series, years to the end of its forecast, and distribution, in the order of the series.
    no_data : DataFrame
    """
    check_model(model_name)
    able, failed = [], []
    for one in series:
        if (lacking := too_short(one)) is not None:
            if only is not None and one.name not in only:
                continue
            failed.append(_no_data(one, lacking))
            progress(1)
        else:
            able.append(one)
    years = [horizon if last_year is None else max(last_year - one.origin, 0) for one in able]
    wanted = [both for both in zip(able, years, strict=True) if only is None or both[0].name in only]
    chosen = [one for one, _ in wanted]
    made = _batch(model_name, chosen, able, max(years, default=0), progress, learnt) if chosen else []
    done: list[Made] = []
    for (one, ahead), result in zip(wanted, made, strict=True):
        if isinstance(result, Exception):
            failed.append(_no_data(one, "not_fitted", result))
        elif not np.isfinite(result.quantiles).all():
            failed.append(_no_data(one, "not_fitted", NON_FINITE))
        elif ahead > 0:
            done.append((one, ahead, result))
    return done, NO_DATA.build(pd.DataFrame(failed)) if failed else NO_DATA.empty()


def fit(name: str, series: Series, learnt: Learnt | None = None) -> Fitted:
    """Fit a model to one series: what `forecast` does for each of a batch, kept for further questions.

    Parameters
    ----------
    name : str
        A name of `model_names()`, or a pool (`models.pool`).
    series : Series
        Two or more observed years.
    learnt : Learnt, optional
        Weights the default model learnt from a batch; without them it learns from this series alone.

    Returns
    -------
    Fitted
        Its `forecast(horizon)` is the distribution that the batch gives.

    Raises
    ------
    UsageError
        The model is unknown.
    ValueError, IndexError, ZeroDivisionError, LinAlgError
        The model cannot be fitted: what `forecast` turns into a row of the no_data table.
    """
    check_model(name)
    if name.startswith(PREFIX):
        weights = pool_weights(name)
        return FittedPool(weights, series, {member: fit(member, series, learnt) for member in weights})
    chosen = model(name)
    return chosen.fit(series, learnt) if isinstance(chosen, AveragedTrend) else chosen.fit(series)


def too_short(series: Series) -> str | None:
    """Return why a series is too short for any model, as a reason of the no_data table; None where it is not."""
    return None if len(series) > 1 else "one_point" if len(series) else "empty"


def said_of(reason: str, problem: Exception | None = None) -> Text:
    """Return a reason of the no_data table in words, with what went wrong."""
    zh, en = _REASONS[reason]
    if isinstance(problem, NotForecastable):
        return Text(zh + problem.reason.zh, en + problem.reason.en)
    detail = "" if problem is None else str(problem) or type(problem).__name__
    return Text(zh + detail, en + detail)


def _batch(
    name: str,
    series: Sequence[Series],
    taught: Sequence[Series],
    horizon: int,
    progress: Callable[[int], None],
    learnt: Learnt | None,
) -> Sequence[Distribution | Exception]:
    """Return a distribution, or what went wrong, for each series; `taught` are those that weights are learnt from."""
    if name.startswith(PREFIX):
        weights = pool_weights(name)
        return pooled(weights, series, lambda member: _batch(member, series, taught, horizon, progress, learnt))
    chosen = model(name)
    if isinstance(chosen, AveragedTrend):
        known = chosen.learn(taught) if learnt is None else learnt
        return chosen.forecast_many(series, max(horizon, 1), known, progress)
    out: list[Distribution | Exception] = []
    for one in series:
        try:
            out.append(chosen.forecast(one, max(horizon, 1)))
        except FIT_ERRORS as error:
            out.append(error)
        progress(1)
    return out


def _rows(done: Sequence[Made], name: str) -> pd.DataFrame:
    """Return the rows of the forecasts table, series by series, year by year, the mean after its quantiles."""
    years = np.concatenate([result.years[:ahead] for _, ahead, result in done])
    values = np.concatenate([np.column_stack([r.quantiles, r.mean])[:ahead] for _, ahead, r in done])
    counts = [ahead for _, ahead, _ in done]
    width = values.shape[1]
    return pd.DataFrame(
        {
            "series_id": np.repeat(np.repeat([one.name for one, _, _ in done], counts), width),
            "model": name,
            "origin": np.repeat(np.repeat([one.origin for one, _, _ in done], counts), width),
            "time_period": np.repeat(years, width),
            "output_type": (["quantile"] * (width - 1) + ["mean"]) * len(years),
            "output_type_id": _TYPES * len(years),
            "value": values.ravel(),
        }
    )


def _no_data(series: Series, reason: str, problem: Exception | None = None) -> dict[str, object]:
    said = said_of(reason, problem)
    return {
        "series_id": series.name,
        "points": len(series),
        "reason": reason,
        "reason_zh": said.zh,
        "reason_en": said.en,
    }
