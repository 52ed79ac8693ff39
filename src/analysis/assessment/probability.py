"""P(met) for targets over one year, over years that hang together, and over streets and gaps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from analysis.assessment.evidence import Evidence
from analysis.models.distribution import LEVELS


def p_bound(evidence: Evidence, year: int, comparison: str, value: float) -> float:
    """Return P(value in `year` satisfies `comparison` `value`)."""
    if comparison in ("<", "<="):
        return evidence.p_below(year, value, strict=comparison == "<")
    if comparison == "=":
        return evidence.p_below(year, value) - evidence.p_below(year, value, strict=True)
    return 1.0 - evidence.p_below(year, value, strict=comparison == ">=")


def p_hold(evidence: Evidence, years: Sequence[int], comparison: str, value: float) -> float:
    """Return P(every one of `years` satisfies the bound).

    The years hang together: their forecasts are joined by the correlation of a random walk,
    corr(s, t) = sqrt(s / t) for s < t years ahead (a Gaussian copula over the stored margins). Observed
    years count as what they are.
    """
    ahead, scores = [], []
    for year in years:
        p = p_bound(evidence, year, comparison, value)
        if year in evidence.observed:
            if p < 0.5:
                return 0.0
            continue
        ahead.append(year - (evidence.latest_year or year))
        scores.append(float(ndtri(np.clip(p, 1e-4, 1 - 1e-4))))
    if len(ahead) < 2:
        return float(p_bound(evidence, years[-1], comparison, value)) if ahead else 1.0
    from scipy.stats import multivariate_normal

    h = np.array(ahead, float)
    correlation = np.sqrt(np.minimum.outer(h, h) / np.maximum.outer(h, h))
    p = multivariate_normal(cov=correlation, allow_singular=True).cdf(np.array(scores), rng=np.random.default_rng(0))
    return float(np.clip(p, 0.0, 1.0))


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


def p_gap_below(first: Evidence, second: Evidence, year: int, gap: float) -> float:
    """Return P(|first - second| < gap) in `year`, the two forecasts taken as independent."""
    a, b = _points(first, year), _points(second, year)
    return float(np.mean(np.abs(a[:, None] - b[None, :]) < gap))


def _points(evidence: Evidence, year: int) -> np.ndarray:
    """Return equally probable points of the distribution in `year`."""
    if year in evidence.observed:
        return np.array([evidence.observed[year]])
    levels = (np.arange(199) + 0.5) / 199
    return np.asarray(np.interp(ndtri(levels), ndtri(LEVELS), evidence.quantiles[year]))
