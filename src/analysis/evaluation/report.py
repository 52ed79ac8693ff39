"""A backtest as tables: scores by model, indicator and horizon, and how often each verdict was right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.evaluation.backtest import HARDNESS, Backtest
from analysis.evaluation.published import PUBLISHED, Progress
from analysis.evaluation.scores import SCORED, brier, covered, crps, ece
from analysis.models.distribution import LEVELS, cdf_from_quantiles
from analysis.models.series import Array
from analysis.models.transforms import scale_of, to_model_scale
from analysis.schema import FORECAST_SCORES as SCORES
from analysis.schema import TOTAL, VERDICT_SCORES

_BASELINE = 5  # years between baseline and origin: the middle of a ten-year plan


def score_table(test: Backtest) -> pd.DataFrame:
    """Return a `FORECAST_SCORES` table.

    Rows for each model, indicator (`_T`: the mean over indicators) and year ahead (0: all of them).
    Errors are divided by the mean absolute yearly change of the training part.
    """
    parts = [_cases(test, name) for name in test.quantiles]
    cases = pd.concat(parts, ignore_index=True).dropna(subset=["crps"])
    judged = pd.concat([judged_targets(test, name) for name in test.quantiles], ignore_index=True)
    every = pd.concat([cases, cases.assign(horizon=0)], ignore_index=True)
    measures = ["mase", "crps", "cover_50", "cover_80", "cover_95"]
    table = every.groupby(["model", "indicator", "horizon"])[measures].mean()
    table["n"] = every.groupby(["model", "indicator", "horizon"])["series"].nunique()
    p = judged.groupby(["model", "indicator"])[["brier"]].mean().assign(horizon=0).set_index("horizon", append=True)
    table = table.join(p)
    overall = table.groupby(["model", "horizon"])[[*measures, "brier"]].mean()
    overall["n"] = table.groupby(["model", "horizon"])["n"].sum()
    overall["ece"] = pd.Series(
        {(name, 0): ece(own["missed"], own["p"]) for name, own in judged.groupby("model")}, dtype=float
    ).rename_axis(["model", "horizon"])
    overall["left_out"] = pd.Series({(name, 0): count for name, count in test.left_out.items()}, dtype=float)
    whole = overall.reset_index().assign(indicator=TOTAL)
    return SCORES.build(pd.concat([table.reset_index(), whole]).reindex(columns=SCORES.names))


def verdict_table(test: Backtest) -> pd.DataFrame:
    """Return a `VERDICT_SCORES` table: how often "the target will be missed" was right.

    A model says so where P(miss) is a half or more; a published rule by its own class, with the baseline five years
    before the origin. Its Brier score is that of a verdict of 0 or 1. Rules that do not judge a target are left out.
    """
    rows = []
    for name in test.quantiles:
        own = judged_targets(test, name)
        rows.append({"method": name, **_right(own["missed"].to_numpy(float), own["p"].to_numpy(float))})
    said = pd.DataFrame(_opinions(test), columns=["method", "missed", "p"])
    for rule, own in said.groupby("method", sort=False):
        rows.append({"method": str(rule), **_right(own["missed"].to_numpy(float), own["p"].to_numpy(float))})
    return VERDICT_SCORES.build(pd.DataFrame(rows, columns=VERDICT_SCORES.names))


def _right(missed: Array, p: Array) -> dict[str, float]:
    flagged = p >= 0.5

    def share(of: np.ndarray) -> float:
        return float(flagged[of].mean()) if of.any() else float("nan")

    return {
        "n": len(p),
        "right": float((flagged == (missed > 0)).mean()) if len(p) else float("nan"),
        "brier": float(brier(missed, p).mean()) if len(p) else float("nan"),
        "hits": share(missed > 0),
        "false_alarms": share(missed == 0),
    }


def _cases(test: Backtest, name: str) -> pd.DataFrame:
    q, y, scale = test.quantiles[name], test.observed, test.scales[:, None]
    at = {level: q[..., int(np.argmin(np.abs(LEVELS - level)))] for level in (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)}
    unseen = np.isnan(y)

    def flat(x: Array) -> Array:
        return np.where(unseen, np.nan, x).ravel()

    n, horizon = y.shape
    return pd.DataFrame(
        {
            "model": name,
            "series": np.repeat([one.series.name for one in test.windows], horizon),
            "indicator": np.repeat(test.indicators, horizon),
            "horizon": np.tile(np.arange(1, horizon + 1), n),
            "mase": flat(np.abs(at[0.5] - y) / scale),
            "crps": flat(crps(y, q[..., SCORED], LEVELS[SCORED]) / scale),
            "cover_50": flat(covered(y, at[0.25], at[0.75])),
            "cover_80": flat(covered(y, at[0.1], at[0.9])),
            "cover_95": flat(covered(y, at[0.025], at[0.975])),
        }
    )


def judged_targets(test: Backtest, name: str) -> pd.DataFrame:
    """Return P(miss) and what happened for every target of the last year held out."""
    rows = []
    for one, quantiles in zip(test.windows, test.quantiles[name], strict=True):
        last = one.observed[-1]
        for target in one.targets():
            if np.isnan(target) or np.isnan(last):
                continue
            below = cdf_from_quantiles(quantiles[-1], target)
            p = 1 - below if one.lower_is_better else below
            missed = float(last > target if one.lower_is_better else last < target)
            rows.append((name, one.indicator, p, missed, (p - missed) ** 2))
    return pd.DataFrame(rows, columns=["model", "indicator", "p", "missed", "brier"])


def _opinions(test: Backtest) -> Iterator[tuple[str, float, float]]:
    for one in test.windows:
        years, values, last = one.series.years, one.series.values, one.observed[-1]
        if np.isnan(last) or one.lower_is_better is None:
            continue
        known = _variances(one.series.values, *to_model_scale(one.series, scale_of(one.series)))
        for _, target in zip(HARDNESS, one.targets(), strict=True):
            if np.isnan(target):
                continue
            end = int(years[-1]) + len(one.observed)
            start = int(years[-1]) - _BASELINE
            case = Progress(years, values, target, end, one.lower_is_better, start, known)
            missed = float(last > target if one.lower_is_better else last < target)
            for name, rule in PUBLISHED.items():
                met = rule(case).met
                if met is not None:
                    yield name, missed, float(not met)


def _variances(values: Array, z: Array, variance: Array) -> Array:
    """Return sampling variances on the indicator's own scale (delta method on the log scale)."""
    return np.asarray(values**2 * variance)
