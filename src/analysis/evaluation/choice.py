"""Choosing the method by cross-validation over indicators, and the pool's weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from analysis.evaluation.backtest import Backtest
from analysis.evaluation.scores import SCORED, crps
from analysis.exceptions import Text
from analysis.models.distribution import LEVELS
from analysis.models.pool import pool_name
from analysis.models.series import Array
from analysis.schema import METHOD_CHOICE

_FOLDS = 10
_FEWEST = 5  # indicators, else series, below which no difference is believed


def choose(test: Backtest, default: str) -> pd.DataFrame:
    """Return a `METHOD_CHOICE` table: each method's CRPS on indicators it was not fitted on, and the one to use.

    Methods are the models of the backtest, their equal pool, and a pool whose weights minimise the CRPS of the other
    folds' indicators. The default stays unless another is better by more than one standard error of the difference
    over indicators (over series where there are fewer than five indicators), and then the best of those is chosen: a
    choice that noise would turn is none.

    Parameters
    ----------
    test : Backtest
    default : str
        Its name among the models of the backtest.

    References
    ----------
    Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984), section 3.4.3: one standard error.
    """
    names = list(test.quantiles)
    stack = np.stack([test.quantiles[name][..., SCORED] for name in names])
    groups = _groups(test)
    folds = np.unique(groups, return_inverse=True)[1] % _FOLDS
    equal = np.full(len(names), 1 / len(names))
    scores = {name: _score(test, stack, np.eye(len(names))[i]) for i, name in enumerate(names)}
    weights = dict(zip(names, np.eye(len(names)), strict=True))
    if len(names) > 1:
        scores["pool_equal"], weights["pool_equal"] = _score(test, stack, equal), equal
        held_out = np.full(len(test.windows), np.nan)
        for fold in np.unique(folds):
            own = folds == fold
            fitted = _fit(test, stack, ~own) if (~own).any() else equal
            held_out[own] = _score(test, stack, fitted)[own]
        scores["pool_fitted"] = held_out
        weights["pool_fitted"] = _fit(test, stack, np.ones(len(folds), bool))
    by_group = pd.DataFrame(scores).groupby(groups).mean()
    return _table(by_group, weights, names, default, test)


def chosen_model(choice: pd.DataFrame) -> str:
    """Return the model name to forecast with: that of a model, or of a pool with its weights."""
    row = choice[choice["chosen"] == "yes"].iloc[0]
    return str(row["weights"]) if str(row["method"]).startswith("pool_") else str(row["method"])


def _table(
    by_group: pd.DataFrame, weights: Mapping[str, Array], names: list[str], default: str, test: Backtest
) -> pd.DataFrame:
    mean = by_group.mean()
    away = by_group.sub(by_group[default], axis=0)
    error = away.std(ddof=1) / np.sqrt(len(by_group))
    if len(by_group) < _FEWEST:
        error[:] = np.inf
    better = [name for name in mean.index if mean[name] + error[name] < mean[default]]
    best = min(better, key=lambda name: mean[name]) if better else default
    rows = []
    for name in mean.sort_values(kind="stable").index:
        reason = _reason(str(name), best, default, bool(better))
        rows.append(
            {
                "method": name,
                "crps": mean[name],
                "against_default": mean[name] / mean[default],
                "standard_error": error[name] / mean[default] if np.isfinite(error[name]) else None,
                "indicators": len(set(test.indicators)),
                "series": len({one.series.name for one in test.windows}),
                "weights": pool_name(dict(zip(names, weights[name], strict=True))),
                "chosen": "yes" if name == best else "no",
                "reason": reason.zh,
                "reason_en": reason.en,
            }
        )
    return METHOD_CHOICE.build(pd.DataFrame(rows))


def _reason(name: str, best: str, default: str, beaten: bool) -> Text:
    if name == best and beaten:
        return Text("优于默认方法超过一个标准误", "better than the default by more than one standard error")
    if name == best:
        return Text("默认方法；没有方法优于它超过一个标准误", "the default; no method is better by one standard error")
    if name == default:
        return Text("默认方法，被超过", "the default, beaten")
    return Text("未优于默认方法一个标准误，或另有更优者", "not better by one standard error, or not the best")


def _groups(test: Backtest) -> np.ndarray:
    """Return what each window belongs to: its indicator, or its series where there are too few indicators."""
    if len(set(test.indicators)) >= _FEWEST:
        return test.indicators
    return np.array([one.series.name for one in test.windows])


def _score(test: Backtest, stack: Array, weights: Array) -> Array:
    """Return each window's scaled CRPS, shape (n,)."""
    quantiles = np.tensordot(weights, stack, axes=1)
    return np.asarray(np.nanmean(crps(test.observed, quantiles, LEVELS[SCORED]), axis=1) / test.scales)


def _fit(test: Backtest, stack: Array, rows: np.ndarray) -> Array:
    """Return the weights on the simplex that minimise the mean CRPS over the indicators of `rows`."""
    _, place, count = np.unique(test.indicators[rows], return_inverse=True, return_counts=True)
    share = 1 / (count[place] * len(count) * test.scales[rows])  # every indicator counts the same
    seen, own = test.observed[rows], stack[:, rows]

    def loss(raw: Array) -> float:
        weights = np.exp(raw - raw.max())
        values = crps(seen, np.tensordot(weights / weights.sum(), own, axes=1), LEVELS[SCORED])
        return float(share @ np.nanmean(values, axis=1))

    raw = minimize(loss, np.zeros(len(stack)), method="L-BFGS-B", options={"maxiter": 60}).x
    weights = np.round(np.exp(raw - raw.max()) / np.exp(raw - raw.max()).sum(), 2)
    return np.asarray(weights / weights.sum())
