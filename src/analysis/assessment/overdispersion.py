"""Limits of a funnel that allow for the spread between areas which is not chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln, ndtri_exp
from scipy.stats import binom, norm, poisson, t

from analysis.models.series import Array

LEAST = 4  # areas: below, nothing can be said of their spread
TAILS = (0.025, 0.001)  # beyond each end of the 95 % and of the 99.8 % limits


@dataclass(frozen=True)
class Spread:
    """How far areas lie apart.

    Parameters
    ----------
    phi : float
        Winsorised mean square of the z-scores over what chance alone gives: 1 where areas differ by chance.
    tau : float
        Standard deviation between areas on the scale of `to_root`; 0 where phi is 1 or less.
    """

    phi: float
    tau: float


@dataclass(frozen=True)
class Funnel:
    """A centre, the spread around it, and the limits of each area, shape (areas, 4): low, high of 95 and of 99.8 %."""

    centre: float
    spread: Spread
    limits: Array


def each_side(areas: int) -> int:
    """Return how many areas are winsorised at each end: a tenth of them, one at least."""
    return max(1, areas // 10)


@lru_cache
def chance_squares(areas: int) -> float:
    """Return the expected sum of squares of standard normal scores around their mean, winsorised at both ends.

    Notes
    -----
    From the order statistics of `areas` normal scores. Unwinsorised it would be `areas` - 1.
    """
    k = each_side(areas)
    z = np.linspace(-9.0, 9.0, 6001)
    place = np.arange(areas - k, areas + 1)[:, None]  # the last that is kept, and those beyond it
    density = (
        gammaln(areas + 1) - gammaln(place) - gammaln(areas - place + 1)
        + (place - 1) * norm.logcdf(z) + (areas - place) * norm.logsf(z) + norm.logpdf(z)
    )  # fmt: skip
    squares = (np.exp(density) * z**2).sum(axis=1) * (z[1] - z[0])
    return float(areas - 2 * squares[1:].sum() + 2 * k * squares[0] - 1)


def factor(areas: int, tail: float) -> float:
    """Return how many tau the limits are wide: Student's t, since tau itself is learnt from few areas.

    References
    ----------
    Tukey, McLaughlin, Sankhya A 25 (1963): areas - 2 winsorised - 1 degrees of freedom.
    """
    return float(t.isf(tail, areas - 2 * each_side(areas) - 1))


def to_root(rates: Array | float, share: bool) -> Array:
    """Return rates (0 to 1, or events per person) where their variance is 1 / (4 people): arcsine root or root."""
    return np.asarray(np.arcsin(np.sqrt(np.clip(rates, 0.0, 1.0))) if share else np.sqrt(rates))


def from_root(roots: Array, share: bool) -> Array:
    """Return rates from roots; beyond the end of the scale the end itself."""
    if share:
        return np.asarray(np.sin(np.clip(roots, 0.0, np.pi / 2)) ** 2)
    return np.asarray(np.maximum(roots, 0.0) ** 2)


def z_scores(events: Array, people: Array, centre: float, share: bool) -> Array:
    """Return normal scores of the exact mid-p values of counts; of the roots where a p-value is too small for a float.

    Parameters
    ----------
    events, people : arrays, shape (areas,)
    centre : float
        Events per person to compare with.
    share : bool
        Events are some of the people (binomial), rather than any number (Poisson).
    """
    counts, trials = np.round(events), np.round(people)
    law = binom(trials, centre) if share else poisson(centre * people)
    half = 0.5 * law.pmf(counts)
    below, above = law.cdf(counts - 1) + half, law.sf(counts) + half
    with np.errstate(divide="ignore"):
        exact = np.where(below < above, ndtri_exp(np.log(below)), -ndtri_exp(np.log(above)))
    roots = (to_root(events / people, share) - to_root(centre, share)) * 2 * np.sqrt(people)
    return np.asarray(np.where(np.isfinite(exact), exact, roots))


def spread_of(events: Array, people: Array, centre: float, share: bool) -> Spread:
    """Return the overdispersion of counts around a centre, a tenth of the areas at each end winsorised.

    tau is the value at which the winsorised squares of (root - centre) / sqrt(1 / (4 people) + tau^2) add up to what
    chance alone gives: a moment estimate that holds however different the areas' sizes are. Winsorising keeps a single
    area far out from widening the limits it is to be judged by.

    Parameters
    ----------
    events, people : arrays, shape (areas,), at least `LEAST`
    centre : float
        Events per person.
    share : bool
        Events are some of the people.

    References
    ----------
    Spiegelhalter, "Handling over-dispersion of performance indicators", Qual. Saf. Health Care 14 (2005);
    Spiegelhalter et al., "Statistical methods for healthcare regulation", JRSS A 175 (2012): winsorised z-scores,
    additive random effects. Paule, Mandel, J. Res. NBS 87 (1982): the moment equation.
    """
    expected = chance_squares(len(events))
    phi = _squares(z_scores(events, people, centre, share)) / expected
    if phi <= 1:
        return Spread(phi, 0.0)
    away = to_root(events / people, share) - to_root(centre, share)
    own = 0.25 / people

    def excess(variance: float) -> float:
        return _squares(away / np.sqrt(own + variance)) - expected

    if excess(0.0) <= 0:
        return Spread(phi, 0.0)
    top = float(len(away) * (away**2).max() / expected)  # no winsorised square is above the largest
    return Spread(phi, float(np.sqrt(brentq(excess, 0.0, top, xtol=1e-14, rtol=1e-10))))


def _squares(scores: Array) -> float:
    ordered, k = np.sort(scores), each_side(len(scores))
    return float((np.clip(scores, ordered[k], ordered[-k - 1]) ** 2).sum())


def exact_limits(people: Array, centre: float, share: bool) -> Array:
    """Return what chance alone explains, shape (areas, 4): exact binomial or Poisson limits of 95 and 99.8 %."""
    law = binom(np.round(people), centre) if share else poisson(centre * people)
    counts = [law.ppf(p) for tail in TAILS for p in (tail, 1 - tail)]
    return np.asarray(np.maximum(np.column_stack(counts), 0.0) / people[:, None])


def limits_of(people: Array, centre: float, spread: Spread, share: bool) -> Array:
    """Return the limits of each area, shape (areas, 4), as rates: exact ones without spread, never inside those.

    With spread they lie sqrt(z^2 / (4 people) + t^2 tau^2) from the centre on the scale of `to_root`: z is the normal
    quantile, t that of `factor`. A share stays within 0 and 1.
    """
    exact = exact_limits(people, centre, share)
    if spread.tau == 0:
        return exact
    middle, out = to_root(centre, share), []
    for k, tail in enumerate(TAILS):
        chance, between = norm.isf(tail) ** 2 / (4 * people), factor(len(people), tail) ** 2 * spread.tau**2
        half = np.sqrt(chance + between)
        out.append(np.minimum(from_root(middle - half, share), exact[:, 2 * k]))
        out.append(np.maximum(from_root(middle + half, share), exact[:, 2 * k + 1]))
    return np.column_stack(out)


def funnel_of(events: Array, people: Array, share: bool) -> Funnel:
    """Return the funnel of areas: around all of them together, or, where they are overdispersed, without those far out.

    Around all together one area far out moves the centre, and then every other one seems to deviate. So where phi is
    above 1 the centre is worked out again: first without the most extreme areas (those winsorised), then from all areas
    within the limits around that.

    Parameters
    ----------
    events, people : arrays, shape (areas,), at least `LEAST`
    share : bool
        Events are some of the people.
    """
    centre = float(events.sum() / people.sum())
    spread = spread_of(events, people, centre, share)
    if spread.phi > 1:
        order, k = np.argsort(z_scores(events, people, centre, share)), each_side(len(events))
        kept = np.isin(np.arange(len(events)), order[k:-k])
        for _ in range(2):
            centre = float(events[kept].sum() / people[kept].sum())
            spread = spread_of(events, people, centre, share)
            limits, rates = limits_of(people, centre, spread, share), events / people
            within = (rates >= limits[:, 2]) & (rates <= limits[:, 3])
            kept = within if within.any() else kept
    return Funnel(centre, spread, limits_of(people, centre, spread, share))
