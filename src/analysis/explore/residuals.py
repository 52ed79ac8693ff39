"""Residual checks: each year as it was forecast one year before, and the variation around the trend."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.explore.answers import Answer
from analysis.models import Series
from analysis.models.distribution import cdf_from_quantiles
from analysis.schema import by_quantile


@dataclass(frozen=True)
class Residuals:
    """One-year-ahead forecasts of the past, and tests on them.

    `table` has time_period, obs_value, the forecast median, lower_80, upper_80 and score: the normal score of
    P(forecast <= observed), standard normal where the forecasts are right. `p_bias` (mean zero), `p_spread` (variance
    one) and `p_memory` (no autocorrelation, Ljung-Box at lag 1) are None below five years. `volatility` is the row of
    the dispersion test, None where the rules ask for more years.

    References
    ----------
    Diebold, Gunther, Tay, "Evaluating density forecasts", International Economic Review 39 (1998);
    Ljung, Box, "On a measure of lack of fit in time series models", Biometrika 65 (1978).
    """

    table: pd.DataFrame
    p_bias: float | None
    p_spread: float | None
    p_memory: float | None
    volatility: dict[str, object] | None

    @property
    def inside(self) -> int:
        """Return how many years lay inside their 80 % interval."""
        return int(self.table["obs_value"].between(self.table["lower_80"], self.table["upper_80"]).sum())


def residuals(answer: Answer) -> Residuals:
    """Return the residual checks of the series of a view."""
    series = answer.own
    table = pd.DataFrame(columns=["time_period", "obs_value", "median", "lower_80", "upper_80", "score"])
    if series is not None and len(series) > answer.rules.minimum_points:
        table = _ahead(answer, series)
    scores = table["score"].to_numpy(float)
    return Residuals(table, *_tests(scores), _volatility(answer))


def _ahead(answer: Answer, series: Series) -> pd.DataFrame:
    """Return every year after the first `Rules.minimum_points` as it was forecast from the years before it."""
    from analysis.models import forecast

    shocks = answer.view.assume.shocks if answer.view.assume.shocks is not None else series.shocks
    cut = [_first(series, n, shocks) for n in range(answer.rules.minimum_points, len(series))]
    made, _ = forecast(cut, horizon=1, model_name=answer.view.model, learnt=answer.known.weights)
    seen = dict(zip(series.years.tolist(), series.values.tolist(), strict=True))
    rows = []
    for year, own in by_quantile(made).iterrows():
        if year in seen:
            score = float(ndtri(cdf_from_quantiles(own.to_numpy(float), seen[year])))
            rows.append((year, seen[year], *own[["0.5", "0.1", "0.9"]], score))
    return pd.DataFrame(rows, columns=["time_period", "obs_value", "median", "lower_80", "upper_80", "score"])


def _first(series: Series, n: int, shocks: tuple[int, ...]) -> Series:
    """Return the first `n` years of a series, under a name of their own."""
    last = int(series.years[n - 1])
    return replace(
        series,
        name=f"{series.name}@{last}",
        years=series.years[:n],
        values=series.values[:n],
        denominators=series.known_denominators()[:n],
        shocks=tuple(year for year in shocks if year <= last),
        breaks=tuple(year for year in series.breaks if year <= last),
    )


def _tests(scores: np.ndarray) -> tuple[float | None, float | None, float | None]:
    if len(scores) < 5:
        return None, None, None
    from scipy.stats import chi2, norm
    from statsmodels.stats.diagnostic import acorr_ljungbox

    n = len(scores)
    bias = float(2 * norm.sf(abs(scores.mean()) * np.sqrt(n)))
    total = float((scores**2).sum())
    spread = float(2 * min(chi2.cdf(total, n), chi2.sf(total, n)))
    memory = float(acorr_ljungbox(scores, lags=[1])["lb_pvalue"].iloc[0]) if np.ptp(scores) > 0 else 1.0
    return bias, min(spread, 1.0), memory


def _volatility(answer: Answer) -> dict[str, object] | None:
    rows = replace(answer, stored={"observations": answer.history}).volatility.to_dict("records")
    return {str(name): value for name, value in rows[0].items()} if rows else None
