"""Differences between groups and between streets, each judged against chance."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import beta, binom, chi2, norm, poisson

from analysis.formats import SCALE
from analysis.plan import Plan
from analysis.schema import BREAKDOWNS, EQUITY, FUNNEL, TOTAL

_Z = float(norm.ppf(0.975))


def equity(observations: pd.DataFrame, plan: Plan, area: str) -> pd.DataFrame:
    """Return an `EQUITY` table: every pair of groups of each indicator in its last year with counts.

    Returns
    -------
    DataFrame
        `difference` is first less second, `ratio` first over second, with 95 % intervals (Newcombe for shares,
        exact for counts). `mean_difference` is the mean absolute distance of the groups from the whole, weighted by
        people; `attributable` the share of the whole that would go (come) were all as well off as the best group.

    References
    ----------
    Newcombe, Statistics in Medicine 17 (1998), method 10; WHO, Handbook on Health Inequality Monitoring (2013):
    weighted mean difference from mean, population attributable risk; Ulm, Am. J. Epidemiol. 131 (1990): exact.
    """
    rows = []
    counted = observations[observations["numerator"].notna() & (observations["denominator"] > 0)]
    counted = counted[counted["unit"].isin(list(SCALE)) & (counted["ref_area"] == area)]
    counted = counted[(counted[list(BREAKDOWNS)] != TOTAL).any(axis=1)]
    for one in plan.indicators:
        own = counted[counted["indicator"] == one.id]
        for name in BREAKDOWNS:
            others = [other for other in BREAKDOWNS if other != name]
            parts = own[(own[name] != TOTAL) & (own[others] == TOTAL).all(axis=1)]
            if not len(parts):
                continue
            last = parts[parts["time_period"] == parts["time_period"].max()].sort_values(name)
            rows += list(_pairs(last, name, one.direction == "lower_is_better", one.upper is not None))
    return EQUITY.build(pd.DataFrame(rows)) if rows else EQUITY.empty()


def _pairs(groups: pd.DataFrame, name: str, lower: bool, bounded: bool) -> Iterator[dict[str, Any]]:
    scale = SCALE[str(groups["unit"].iloc[0])]
    events, people = groups["numerator"].to_numpy(float), groups["denominator"].to_numpy(float)
    rates, whole = events / people, events.sum() / people.sum()
    spread = float(np.average(np.abs(rates - whole), weights=people)) * scale
    best = rates.min() if lower else rates.max()
    attributable = float(abs(whole - best) / whole) if whole > 0 else None
    for i, j in combinations(range(len(groups)), 2):
        share = bounded and scale == 100.0
        low, high = difference_interval(events[i], people[i], events[j], people[j], share)
        ratio_low, ratio_high = ratio_interval(events[i], people[i], events[j], people[j])
        yield {
            "indicator": groups["indicator"].iloc[0],
            "dimension": name,
            "first": groups[name].iloc[i],
            "second": groups[name].iloc[j],
            "time_period": int(groups["time_period"].iloc[0]),
            "first_value": rates[i] * scale,
            "second_value": rates[j] * scale,
            "difference": (rates[i] - rates[j]) * scale,
            "difference_low": low * scale,
            "difference_high": high * scale,
            "ratio": rates[i] / rates[j] if rates[j] > 0 else None,
            "ratio_low": ratio_low,
            "ratio_high": ratio_high,
            "mean_difference": spread,
            "attributable": attributable,
        }


def rate_interval(events: float, people: float, share: bool) -> tuple[float, float]:
    """Return the 95 % interval of a rate: Wilson for a share of people, exact Poisson for a rate of events."""
    p = events / people
    if share:
        middle, half = p + _Z**2 / (2 * people), _Z * np.sqrt(p * (1 - min(p, 1.0)) / people + _Z**2 / (4 * people**2))
        bottom = 1 + _Z**2 / people
        return float(max((middle - half) / bottom, 0.0)), float(min((middle + half) / bottom, 1.0))
    low = chi2.ppf(0.025, 2 * events) / 2 if events > 0 else 0.0
    return float(low / people), float(chi2.ppf(0.975, 2 * events + 2) / 2 / people)


def difference_interval(a: float, n: float, b: float, m: float, share: bool) -> tuple[float, float]:
    """Return the 95 % interval of a/n - b/m from the intervals of the two rates (Newcombe's square-and-add)."""
    (low1, high1), (low2, high2) = rate_interval(a, n, share), rate_interval(b, m, share)
    p, q = a / n, b / m
    low = p - q - np.sqrt((p - low1) ** 2 + (high2 - q) ** 2)
    high = p - q + np.sqrt((high1 - p) ** 2 + (q - low2) ** 2)
    return float(low), float(high)


def ratio_interval(a: float, n: float, b: float, m: float) -> tuple[float | None, float | None]:
    """Return the exact 95 % interval of (a/n) / (b/m) for counts, conditional on their sum; None at its open end."""
    low = None if a == 0 else float(beta.ppf(0.025, a, b + 1))
    high = None if b == 0 else float(beta.ppf(0.975, a + 1, b))
    to_ratio = m / n
    return (
        0.0 if low is None else low / (1 - low) * to_ratio,
        None if high is None else high / (1 - high) * to_ratio,
    )


def funnel(observations: pd.DataFrame, plan: Plan, parts: list[str]) -> pd.DataFrame:
    """Return a `FUNNEL` table: each street of each indicator against the limits that chance alone explains.

    The centre is the rate of all streets together; limits are exact binomial or Poisson at 95 and 99.8 %. A street is
    `better` or `worse` only outside the 99.8 % limits, so that nobody is praised or blamed for luck.

    References
    ----------
    Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005).
    """
    rows = []
    whole = (observations[list(BREAKDOWNS)] == TOTAL).all(axis=1) & observations["ref_area"].isin(parts)
    counted = observations[whole & observations["numerator"].notna() & (observations["denominator"] > 0)]
    counted = counted[counted["unit"].isin(list(SCALE))]
    for one in plan.indicators:
        own = counted[counted["indicator"] == one.id]
        last = own[own["time_period"] == own["time_period"].max()]
        if len(last) < 4:
            continue
        scale = SCALE[one.unit]
        events, people = last["numerator"].to_numpy(float), last["denominator"].to_numpy(float)
        centre = float(events.sum() / people.sum())
        share = one.unit == "percent" and one.upper is not None and centre <= 1
        for row, n in zip(last.to_dict("records"), people, strict=True):
            limits = _limits(centre, n, share)
            rate = float(row["numerator"]) / n
            beyond = -1 if rate < limits[2] else 1 if rate > limits[3] else 0
            good = beyond < 0 if one.direction == "lower_is_better" else beyond > 0
            rows.append(
                {
                    "indicator": one.id,
                    "ref_area": row["ref_area"],
                    "time_period": int(row["time_period"]),
                    "obs_value": rate * scale,
                    "denominator": n,
                    "centre": centre * scale,
                    **dict(zip(("low_95", "high_95", "low_998", "high_998"), [x * scale for x in limits], strict=True)),
                    "label": "within" if not beyond else "better" if good else "worse",
                }
            )
    return FUNNEL.build(pd.DataFrame(rows)) if rows else FUNNEL.empty()


def _limits(centre: float, people: float, share: bool) -> tuple[float, float, float, float]:
    out = []
    for tail in (0.025, 0.001):
        if share:
            low, high = binom.ppf(tail, people, centre), binom.ppf(1 - tail, people, centre)
        else:
            low, high = poisson.ppf(tail, centre * people), poisson.ppf(1 - tail, centre * people)
        out += [float(max(low, 0.0)) / people, float(high) / people]
    return out[0], out[1], out[2], out[3]
