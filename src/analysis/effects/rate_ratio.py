"""Before and after as the ratio of two rates, exact whatever the counts; its evidence is weak by design."""

from __future__ import annotations

import math

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
        where the interval leaves out 1.

    References
    ----------
    Ulm, "A simple method to calculate the confidence interval of a standardized mortality ratio", Am. J. Epidemiol.
    131 (1990); Clopper, Pearson, Biometrika 26 (1934): the events after, given all events, are binomial.
    """
    total = events_before + events_after
    if min(people_before, people_after) <= 0 or total <= 0:
        said = Text("实施前后没有可比的分子和分母", "no comparable counts before and after")
        return not_judged("rate_ratio", "ratio", before, after, said)
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
    return effect.graded()
