"""Differences between groups, and between the parts of an area, judged against chance and the spread of the parts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import beta, binom, chi2, hypergeom, norm

from analysis.assessment.overdispersion import LEAST, funnel_of
from analysis.assessment.volatility import benjamini_hochberg
from analysis.formats import SCALE
from analysis.plan import Indicator, Plan
from analysis.schema import BREAKDOWNS, EQUITY, FUNNEL, TOTAL, is_total

_Z = float(norm.ppf(0.975))


def equity(observations: pd.DataFrame, plan: Plan, area: str) -> pd.DataFrame:
    """Return an `EQUITY` table: every pair of groups of each indicator in its last year with counts.

    Returns
    -------
    DataFrame
        `difference` is first less second, `ratio` first over second, with 95 % intervals (Newcombe for shares,
        exact for counts). `mean_difference` is the mean absolute distance of the groups from the whole, weighted by
        people; `attributable` the share of the whole that would go (come) were all as well off as the best group.
        `p_value` is that of no difference (`equality_p`), `p_adjusted` holds the false discovery rate over all pairs.

    References
    ----------
    Newcombe, Statistics in Medicine 17 (1998), method 10; WHO, Handbook on Health Inequality Monitoring (2013):
    weighted mean difference from mean, population attributable risk; Ulm, Am. J. Epidemiol. 131 (1990): exact.
    Benjamini, Hochberg, JRSS B 57 (1995): false discovery rate.
    """
    rows = []
    counted = observations[observations["numerator"].notna() & (observations["denominator"] > 0)]
    counted = counted[counted["unit"].isin(list(SCALE)) & (counted["ref_area"] == area)]
    counted = counted[(counted[list(BREAKDOWNS)] != TOTAL).any(axis=1)]
    groups: dict[tuple[Any, str], pd.DataFrame] = {}
    for name in BREAKDOWNS:
        others = [other for other in BREAKDOWNS if other != name]
        parts = counted[(counted[name] != TOTAL) & (counted[others] == TOTAL).all(axis=1)]
        groups |= {(indicator, name): own for indicator, own in parts.groupby("indicator", sort=False)}
    for one in plan.indicators:
        for name in BREAKDOWNS:
            if (own := groups.get((one.id, name))) is not None:
                last = own[own["time_period"] == own["time_period"].max()].sort_values(name)
                rows += list(_pairs(last, name, one.direction == "lower_is_better", one.upper is not None))
    if not rows:
        return EQUITY.empty()
    table = pd.DataFrame(rows)
    return EQUITY.build(table.assign(p_adjusted=benjamini_hochberg(table["p_value"].to_numpy(float))))


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
            "p_value": equality_p(events[i], people[i], events[j], people[j], share),
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


def equality_p(a: float, n: float, b: float, m: float, share: bool) -> float:
    """Return the exact two-sided p-value of equal rates a/n and b/m, conditional on a + b; 1 where nothing happened.

    Parameters
    ----------
    a, b : float
        Events.
    n, m : float
        People, or time at risk.
    share : bool
        Events are some of the people (Fisher) rather than any number (binomial).
    """
    a, b = (round(min(a, n)), round(min(b, m))) if share else (round(a), round(b))
    both = a + b
    law = hypergeom(round(n) + round(m), both, round(n)) if share else binom(both, n / (n + m))
    return float(min(2 * min(law.cdf(a), law.sf(a - 1)), 1.0))


def funnel(observations: pd.DataFrame, plan: Plan, parts: list[str]) -> pd.DataFrame:
    """Return a `FUNNEL` table: each part of an area on each indicator against the limits of its last year.

    Limits are exact binomial or Poisson at 95 and 99.8 % where the parts differ by chance; where they are overdispersed
    (`phi` above 1) the spread between them, `tau`, is allowed for. A part is `better` or `worse` only outside the
    99.8 % limits, so that nobody is praised or blamed for luck, nor for what sets all parts apart from each other.

    Parameters
    ----------
    observations : DataFrame
        `OBSERVATIONS`, one row a series and year.
    plan : Plan
    parts : list of str
        Codes of the streets of a district, or of the districts of a city or province; indicators with fewer than four
        of them are left out.

    References
    ----------
    Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005).
    """
    rows = []
    whole = is_total(observations) & observations["ref_area"].isin(parts)
    counted = observations[whole & observations["numerator"].notna() & (observations["denominator"] > 0)]
    counted = counted[counted["unit"].isin(list(SCALE))]
    for one in plan.indicators:
        own = counted[counted["indicator"] == one.id]
        last = own[own["time_period"] == own["time_period"].max()]
        if len(last) >= LEAST:
            rows.append(_judged(last, one))
    return FUNNEL.build(pd.concat(rows)) if rows else FUNNEL.empty()


def _judged(last: pd.DataFrame, one: Indicator) -> pd.DataFrame:
    scale = SCALE[one.unit]
    events, people = last["numerator"].to_numpy(float), last["denominator"].to_numpy(float)
    share = one.unit == "percent" and one.upper is not None and float(events.sum() / people.sum()) <= 1
    found = funnel_of(events, people, share)
    rates = events / people
    beyond = (rates > found.limits[:, 3]).astype(int) - (rates < found.limits[:, 2]).astype(int)
    good = -beyond if one.direction == "lower_is_better" else beyond
    limits = dict(zip(("low_95", "high_95", "low_998", "high_998"), (found.limits * scale).T, strict=True))
    return last[["indicator", "ref_area", "time_period"]].assign(
        obs_value=rates * scale,
        denominator=people,
        centre=found.centre * scale,
        phi=found.spread.phi,
        tau=found.spread.tau,
        **limits,
        label=np.select([good > 0, good < 0], ["better", "worse"], "within"),
    )
