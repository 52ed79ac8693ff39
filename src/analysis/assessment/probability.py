"""P(met) for targets over one year, over years that hang together, and over streets and gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.assessment.evidence import Evidence
from analysis.models.distribution import LEVELS

_GAUSS = np.polynomial.legendre.leggauss(64)


def p_bound(evidence: Evidence, year: int, comparison: str, value: float) -> float:
    """Return P(value in `year` satisfies `comparison` `value`)."""
    if comparison in ("<", "<="):
        return evidence.p_below(year, value, strict=comparison == "<")
    if comparison == "=":
        return evidence.p_below(year, value) - evidence.p_below(year, value, strict=True)
    return 1.0 - evidence.p_below(year, value, strict=comparison == ">=")


def p_between(evidence: Evidence, year: int, low: float | None, high: float | None) -> float:
    """Return P(`low` <= value in `year` <= `high`); None: no end on that side."""
    above = 0.0 if low is None else evidence.p_below(year, low, strict=True)
    below = 1.0 if high is None else evidence.p_below(year, high)
    return max(below - above, 0.0)


def p_hold(evidence: Evidence, years: Sequence[int], comparison: str, value: float) -> float:
    """Return P(every one of `years` satisfies the bound), see `p_all`."""
    return p_all(evidence, years, lambda year: p_bound(evidence, year, comparison, value))


def p_all(evidence: Evidence, years: Sequence[int], chance: Callable[[int], float]) -> float:
    """Return P(every one of `years` is met), where `chance` gives P(met) of one.

    The years hang together: their forecasts are joined by the correlation of a random walk,
    corr(s, t) = sqrt(s / t) for s < t years ahead (a Gaussian copula over the stored margins). Observed
    years count as what they are.
    """
    ahead, scores = [], []
    for year in years:
        p = chance(year)
        if year in evidence.observed:
            if p < 0.5:
                return 0.0
            continue
        ahead.append(year - (evidence.latest_year or year))
        scores.append(float(ndtri(np.clip(p, 1e-4, 1 - 1e-4))))
    if len(ahead) < 2:
        return float(chance(years[-1])) if ahead else 1.0
    return _walk_below(np.array(ahead, float), np.array(scores))


def _walk_below(ahead: np.ndarray, scores: np.ndarray) -> float:
    """Return P(W[h] <= scores sqrt(h) in every year `ahead` h) for a random walk W of unit steps.

    The density of the walk that has kept below so far is carried from year to year on 64 Gauss-Legendre points: a
    walk forgets how it came, so that a chain of one-dimensional integrals stands for the multivariate normal one.
    """
    nodes, weights = _GAUSS
    tops = scores * np.sqrt(ahead)
    density = at = lengths = np.empty(0)
    for k, (h, top) in enumerate(zip(ahead, tops, strict=True)):
        step = np.sqrt(h - (ahead[k - 1] if k else 0.0))
        if k == len(ahead) - 1:
            return float(np.clip((lengths * density) @ ndtr((top - at) / step), 0.0, 1.0))
        low = -8.0 * np.sqrt(h)
        here, half = low + (top - low) * (nodes + 1) / 2, (top - low) / 2
        kernel = np.exp(-0.5 * ((here[:, None] - (at if k else np.zeros(1))) / step) ** 2) / (step * np.sqrt(2 * np.pi))
        density = kernel @ (lengths * density) if k else kernel[:, 0]
        at, lengths = here, weights * half
    raise AssertionError("a walk has a last year")


def p_monotone(evidence: Evidence, start: int, year: int, falls: bool) -> float:
    """Return P(every year after `start` up to `year` is below the one before; above where `falls` is False).

    Paths of the forecast, its years joined as in `p_hold`. The noise of single years is taken as part of the path, so
    for small counts this is an upper estimate.
    """
    seen = [y for y in sorted(evidence.observed) if y >= start]
    steps = np.diff([evidence.observed[y] for y in seen])
    if not len(seen) or (steps >= 0 if falls else steps <= 0).any():
        return 0.0
    ahead = [y for y in range(seen[-1] + 1, year + 1) if y in evidence.quantiles]
    if not ahead:
        return 1.0
    h = np.array([y - seen[-1] for y in ahead], float)
    steps_ahead = np.diff(np.concatenate([[0.0], h]))
    walk = np.cumsum(np.random.default_rng(0).standard_normal((4000, len(h))) * np.sqrt(steps_ahead), axis=1)
    scores = walk / np.sqrt(h)
    grid = ndtri(LEVELS)
    values = [np.interp(scores[:, k], grid, evidence.quantiles[y]) for k, y in enumerate(ahead)]
    moves = np.diff(np.column_stack([np.full(len(walk), evidence.observed[seen[-1]]), *values]), axis=1)
    return float(((moves < 0) if falls else (moves > 0)).all(axis=1).mean())


def p_every(parts: Sequence[float]) -> float:
    """Return P(every sub-unit meets the bound), the sub-units taken as independent given their forecasts."""
    return float(np.prod(parts)) if len(parts) else float("nan")
