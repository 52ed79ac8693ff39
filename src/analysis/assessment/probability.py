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
