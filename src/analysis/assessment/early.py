"""Early signals: from the months gone, the probability that the year ends on the right side of a bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, nbinom, t

from analysis.exceptions import Text

LEAST_COUNT, LEAST_SHARE = 3, 4  # whole earlier years needed
_EQUAL = (np.arange(49) + 0.5) / 49
Array = np.ndarray


@dataclass(frozen=True)
class Outlook:
    """What the whole year will be, given its first months: equally fine points and their distribution function.

    Parameters
    ----------
    values : array (n,)
        Possible values of the year, increasing: a count, or a share or level.
    cdf : array (n,)
        P(year <= value).
    elapsed : float
        Share of the year that is usually gone by now.
    """

    values: Array
    cdf: Array
    elapsed: float

    def quantile(self, level: float) -> float:
        """Return the smallest value whose probability reaches `level`."""
        return float(self.values[min(int(np.searchsorted(self.cdf, level)), len(self.values) - 1)])

    def p_at_most(self, value: float) -> float:
        """Return P(year <= value)."""
        k = int(np.searchsorted(self.values, value + 1e-9, side="right"))
        return float(self.cdf[k - 1]) if k else 0.0

    def p_right(self, comparison: str, bound: float) -> float:
        """Return P(year meets the bound)."""
        slack = 1e-9 * max(abs(bound), 1.0)
        if comparison in ("<", "<="):
            return self.p_at_most(bound - 2 * slack - 1e-9 if comparison == "<" else bound + slack)
        return 1.0 - self.p_at_most(bound + slack if comparison == ">" else bound - 2 * slack - 1e-9)


class NoSignal(ValueError):
    """The months say nothing of the year yet; the reason is for the reader."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def enough(before: Array, done: int, least: int) -> None:
    """Raise `NoSignal` below `least` whole earlier years, with no month gone or none left."""
    if len(before) < least:
        zh = f"此前完整年份{len(before)}年，不足{least}年。"
        raise NoSignal(Text(zh, f"{len(before)} whole earlier years, {least} are needed."))
    if not 0 < done < before.shape[1]:
        raise NoSignal(Text("本年还没有数据，或已满一年。", "The year has not begun, or is over."))


def count_outlook(before: Array, so_far: Array) -> Outlook:
    """Return the outlook on a yearly count of events.

    Parameters
    ----------
    before : array (years, parts)
        Events of each month (or quarter) of whole earlier years, in order; then
    so_far : array (done,)
        Events of this year's months gone.

    Notes
    -----
    The rate of this year is gamma around last year's total, with the variance that the yearly changes have beyond the
    chance of one year's count: a random walk of the level. The share of the year gone by now is beta around that of the
    earlier years, with their scatter beyond binomial chance and the error of their mean. Given the share, what is still
    to come is negative binomial; the mixture over 49 equally probable shares is the outlook.

    Raises
    ------
    NoSignal
        Fewer than three whole earlier years, or no event in their months gone.

    References
    ----------
    Gelman et al., Bayesian Data Analysis (2013), 2.6: gamma-Poisson and its negative binomial predictive distribution.
    """
    seen = np.asarray(so_far, float)
    done = len(seen)
    enough(before, done, LEAST_COUNT)
    totals, gone = before.sum(axis=1), before[:, :done].sum(axis=1)
    shares = _share_points(gone, totals)
    mean = totals[-1] + 0.5
    variance = max(float(np.mean(np.diff(totals) ** 2)) - mean, mean)
    shape, rate = mean**2 / variance, mean / variance
    top = int(max(totals.max(), seen.sum() / shares.mean(), mean) * 3 + 30)
    rest = np.arange(top + 1)
    cdf = np.mean([nbinom.cdf(rest, shape + seen.sum(), (rate + p) / (rate + 1)) for p in shares], axis=0)
    return Outlook(rest + float(seen.sum()), cdf, float(shares.mean()))


def _share_points(gone: Array, totals: Array) -> Array:
    """Return equally probable shares of a year gone, by the earlier years."""
    whole = float(totals.sum())
    if gone.sum() <= 0 or whole <= 0:
        raise NoSignal(Text("此前各年同期没有发生数。", "No event in the same months of earlier years."))
    p = float(np.clip((gone.sum() + 0.5) / (whole + 1), 1e-6, 1 - 1e-6))
    each = gone[totals > 0] / totals[totals > 0]
    chance = p * (1 - p) * float(np.mean(1 / totals[totals > 0]))
    scatter = max(float(np.var(each, ddof=1)) - chance, 0.0) if len(each) > 1 else 0.0
    few = (len(each) - 1) / max(len(each) - 3, 1)  # the scatter of a handful of years is itself not known (Student)
    variance = min(scatter * few * (1 + 1 / len(each)) + p * (1 - p) / whole, 0.5 * p * (1 - p))
    size = p * (1 - p) / variance - 1
    return np.asarray(beta.ppf(_EQUAL, p * size, (1 - p) * size))


def level_outlook(
    before: Array, so_far: Array, bounded: bool, chance: float = 0.0, weights: Array | None = None
) -> Outlook:
    """Return the outlook on a share of people or on a level, averaged over the year.

    How far the whole year was from its first months, on the logit or log scale, in each earlier year: the mean and
    scatter of that (Student's t) carry this year's first months to its end.

    Parameters
    ----------
    before : array (years, parts)
        Values of each part of whole earlier years.
    so_far : array (done,)
    bounded : bool
        Whether the values are shares of one (logit), else positive levels (log).
    chance : float
        Variance of the difference that counting alone explains, at least; 0 where no counts are known.
    weights : array (years + 1, parts), optional
        Denominators, this year last (its parts to come ignored); equal ones by default.

    Raises
    ------
    NoSignal
        Fewer than four whole earlier years, or values without a logarithm.
    """
    seen = np.asarray(so_far, float)
    done = len(seen)
    enough(before, done, LEAST_SHARE)
    w = np.ones((len(before) + 1, before.shape[1])) if weights is None else weights
    full = (before * w[:-1]).sum(axis=1) / w[:-1].sum(axis=1)
    gone = (before[:, :done] * w[:-1, :done]).sum(axis=1) / w[:-1, :done].sum(axis=1)
    now = float((seen * w[-1, :done]).sum() / w[-1, :done].sum())
    if min(full.min(), gone.min(), now) <= 0 or (bounded and max(full.max(), gone.max(), now) >= 1):
        raise NoSignal(Text("数值处于上限或下限，无法换算。", "Values at a bound cannot be carried on."))

    def z(x: Array | float) -> Array:
        values = np.asarray(x, float)
        return np.asarray(np.log(values / (1 - values)) if bounded else np.log(values))

    apart = z(full) - z(gone)
    spread = np.sqrt(max(float(np.var(apart, ddof=1)), chance, 1e-12) * (1 + 1 / len(apart)))
    levels = (np.arange(1999) + 0.5) / 1999
    end = z(now) + apart.mean() + spread * t.ppf(levels, len(apart) - 1)
    values = 1 / (1 + np.exp(-end)) if bounded else np.exp(end)
    return Outlook(np.asarray(values), levels, done / before.shape[1])
