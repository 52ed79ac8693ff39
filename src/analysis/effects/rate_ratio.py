"""Before and after as the ratio of two rates, exact whatever the counts; its evidence is weak by design."""

from __future__ import annotations

import math
from dataclasses import replace

from scipy.stats import binom

from analysis.assessment.equity import ratio_interval
from analysis.effects.result import Effect, not_judged
from analysis.exceptions import Text


def rate_ratio(
    events_before: float, people_before: float, events_after: float, people_after: float, before: int, after: int
) -> Effect:
    """Return the rate after over the rate before, with its exact 95 % interval.

    Parameters
    ----------
    events_before, people_before, events_after, people_after : float
        Counts, and the people (or births) behind them, summed over the years of each side.
    before, after : int
        How many years each side sums up.

    Returns
    -------
    Effect
        On the ratio scale; p is twice the smaller tail of the conditional binomial, so that it is below 0.05 exactly
        where the interval leaves out 1. Without an event before the ratio is infinite: no grade, and the reason says
        so; without one after it is 0. A single year a side is said.

    References
    ----------
    Ulm, "A simple method to calculate the confidence interval of a standardized mortality ratio", Am. J. Epidemiol.
    131 (1990); Clopper, Pearson, Biometrika 26 (1934): the events after, given all events, are binomial.
    """
    lacking = _lacking(events_before, people_before, events_after, people_after, before, after)
    if lacking is not None:
        return not_judged("rate_ratio", "ratio", before, after, lacking)
    total = events_before + events_after
    low, high = ratio_interval(events_after, people_after, events_before, people_before)
    share = people_after / (people_before + people_after)
    tails = binom.cdf(events_after, total, share), binom.sf(events_after - 1, total, share)
    estimate = events_after / people_after / (events_before / people_before) if events_before else math.inf
    effect = Effect(
        "rate_ratio",
        "ratio",
        estimate,
        0.0 if low is None else low,
        math.inf if high is None else high,
        min(1.0, 2 * float(min(tails))),
        before,
        after,
    )
    if not events_before:
        said = Text("实施前没有发生例数，率比无从计算", "no event before the start: there is no ratio")
        return replace(effect, grade="none", reason=said)
    notes = []
    if not events_after:
        notes.append(Text("实施后没有发生例数", "no event after the start"))
    if min(before, after) == 1:
        notes.append(Text("前后各只有1年，一年的高低不代表水平", "one year a side: a single year is no level"))
    return effect.graded().noted(*notes)


def _lacking(
    events_before: float, people_before: float, events_after: float, people_after: float, before: int, after: int
) -> Text | None:
    """Return why there is no ratio; None where there is one."""
    if not min(before, after) or min(people_before, people_after) <= 0:
        return Text("起始年份之前或之后没有可比的分子和分母", "no comparable counts before or since the start")
    if events_before + events_after <= 0:
        return Text("实施前后均没有发生例数，率比无从计算", "no event before or after: there is no ratio")
    return None
