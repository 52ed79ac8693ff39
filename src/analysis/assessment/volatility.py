"""Which indicators fluctuate more than chance explains (波动较大), with the false discovery rate held over the plan.

A share of the smallest rates swings by a third from one year to the next by chance alone; a flat percentage would
call every one of them volatile. Counts are tested against their own chance after the trend is taken out, other
series by the robust score of their last residual.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from analysis.assessment.rules import Rules
from analysis.formats import SCALE
from analysis.schema import VOLATILITY, series_id

_SAMPLES, _NEWTON = 999, 25
_CLOSE = 1e-9  # a step of Newton's method this short leaves an error of its square


def volatility(observations: pd.DataFrame, bounded: dict[str, bool], as_of: int, rules: Rules) -> pd.DataFrame:
    """Return a `VOLATILITY` table: one row for each series with as many years as the rules ask for.

    Parameters
    ----------
    observations : DataFrame
        `OBSERVATIONS`, one row a series and year.
    bounded : mapping
        Whether each indicator is a share of people (binomial) rather than a rate of events (Poisson).
    as_of : int
    rules : Rules
        The shortest series that is tested, the false discovery rate, and the residual that points to the data.

    Returns
    -------
    DataFrame
        `label` is noise (噪声可解释), suspect (疑似异常), or data (口径或数据问题待核): a series with a change of
        definition, or in which a single year stands far out of an otherwise quiet series. `year` and `residual` are the
        year that stands out most, and its standardised residual.

    References
    ----------
    Dean, Lawless, "Tests for detecting overdispersion in Poisson regression models", JASA 84 (1989);
    Benjamini, Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995).
    """
    seen = observations[observations["obs_value"].notna() & (observations["time_period"] <= as_of)]
    rows = []
    for name, own in seen.assign(series_id=series_id(seen)).groupby("series_id"):
        own = own[own["obs_status"] != "S"].sort_values("time_period")
        if len(own) < rules.volatility_points or own["obs_value"].nunique() < 2:
            continue
        rows.append({"series_id": name, **_test(own, bounded.get(str(own["indicator"].iloc[0]), False))})
    if not rows:
        return VOLATILITY.empty()
    table = pd.DataFrame(rows)
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy(float))
    changed = set(series_id(seen[seen["obs_status"] == "B"]))
    table["label"] = [_label(row, row["series_id"] in changed, rules) for row in table.to_dict("records")]
    return VOLATILITY.build(table)


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Return the p-values adjusted for the false discovery rate, in the same order."""
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.minimum.accumulate(scaled[::-1])[::-1]
    out = np.empty_like(adjusted)
    out[order] = np.minimum(adjusted, 1.0)
    return out


def dispersion(
    events: np.ndarray, people: np.ndarray, years: np.ndarray, bounded: bool
) -> tuple[float, float, np.ndarray]:
    """Return Pearson's statistic after a log- or logit-linear trend, its p-value, and the standardised residuals.

    The p-value comes from the chi-square distribution with two degrees of freedom fewer than years; where fewer than
    five events are expected a year, from 999 samples of the fitted trend instead (seed fixed).

    Parameters
    ----------
    events, people, years : arrays, shape (n,)
    bounded : bool
        A share of people (binomial, logit) rather than a rate of events (Poisson, log).
    """
    statistic, residual, mean = _pearson(events[None], people, years, bounded)
    few = min(mean.min(), (people - mean).min() if bounded else np.inf) < 5
    if not few:
        return float(statistic[0]), float(chi2.sf(statistic[0], len(events) - 2)), residual[0]
    rng, n = np.random.default_rng(0), len(events)
    if bounded:
        drawn = rng.binomial(np.rint(people).astype(int), np.clip(mean[0] / people, 0, 1), (_SAMPLES, n))
    else:
        drawn = rng.poisson(mean[0], (_SAMPLES, n))
    others = _pearson(drawn.astype(float), people, years, bounded)[0]
    p = (1 + np.sum(others >= statistic[0] - 1e-9)) / (_SAMPLES + 1)
    return float(statistic[0]), float(p), residual[0]


def _pearson(
    events: np.ndarray, people: np.ndarray, years: np.ndarray, bounded: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return statistics (b,), residuals and means (b, n) of many samples at once: Newton's method on two parameters.

    Maximum likelihood of a generalised linear model, as published packages fit it one sample at a time; a test
    holds the two together.
    """
    x = (years - years.mean()) / max(float(np.ptp(years)), 1.0)
    pooled = (events.sum(axis=1) + 0.25) / (people.sum() + 0.5)
    level = np.log(pooled / (1 - pooled)) if bounded else np.log(pooled)
    slope = np.zeros_like(level)
    for _ in range(_NEWTON):
        mean, weight = _mean(level, slope, x, people, bounded)
        away = events - mean
        s0, s1, s2 = weight.sum(axis=1), (weight * x).sum(axis=1), (weight * x * x).sum(axis=1)
        g0, g1 = away.sum(axis=1), (away * x).sum(axis=1)
        det = np.maximum(s0 * s2 - s1 * s1, 1e-12)
        step0, step1 = (s2 * g0 - s1 * g1) / det, (s0 * g1 - s1 * g0) / det
        longest = np.maximum(np.maximum(np.abs(step0), np.abs(step1)) / 2.0, 1.0)  # no leap where all are zero
        level, slope = np.clip(level + step0 / longest, -40, 40), np.clip(slope + step1 / longest, -40, 40)
        if max(np.abs(step0).max(), np.abs(step1).max()) < _CLOSE:
            break
    mean, weight = _mean(level, slope, x, people, bounded)
    residual = (events - mean) / np.sqrt(np.maximum(weight, 1e-9))
    return (residual**2).sum(axis=1), residual, mean


def _mean(
    level: np.ndarray, slope: np.ndarray, x: np.ndarray, people: np.ndarray, bounded: bool
) -> tuple[np.ndarray, np.ndarray]:
    eta = np.clip(level[:, None] + slope[:, None] * x, -40, 40)
    if bounded:
        share = 1 / (1 + np.exp(-eta))
        return people * share, people * share * (1 - share)
    mean = people * np.exp(eta)
    return mean, mean


def _test(own: pd.DataFrame, bounded: bool) -> dict[str, Any]:
    years = own["time_period"].to_numpy(int)
    people, unit = own["denominator"].to_numpy(float), str(own["unit"].iloc[0])
    scale = SCALE.get(unit)
    if scale is not None and np.isfinite(people).all() and (people > 0).all():
        events = np.rint(own["obs_value"].to_numpy(float) / scale * people)
        share = bounded and bool((events <= people).all())
        statistic, p, residual = dispersion(events, people, years, share)
        kind = "binomial" if share else "poisson"
    else:
        values = own["obs_value"].to_numpy(float)
        residual = _robust(values, years)
        statistic, kind = float(abs(residual[-1])), "robust"
        p = float(2 * norm.sf(statistic))
    most = int(np.argmax(np.abs(residual)))
    return {
        "test": kind,
        "points": len(own),
        "statistic": statistic,
        "p_value": p,
        "year": int(years[most]),
        "residual": float(residual[most]),
    }


def _robust(values: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Return residuals of the Theil-Sen line over their median absolute deviation, made to match a normal."""
    from scipy.stats import theilslopes

    line = theilslopes(values, years)
    residual = values - (line.intercept + line.slope * years)
    spread = 1.4826 * float(np.median(np.abs(residual - np.median(residual))))
    return np.asarray(residual / max(spread, 0.02 * float(np.abs(values).max()), 1e-9))


def _label(row: dict[Any, Any], changed: bool, rules: Rules) -> str:
    if row["p_adjusted"] >= rules.false_discovery:
        return "noise"
    return "data" if changed or abs(row["residual"]) >= rules.suspect_data else "suspect"
