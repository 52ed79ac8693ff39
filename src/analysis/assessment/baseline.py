"""How well a baseline is known: the sampling noise of its count, and of the growth up to it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import beta, gamma, t

from analysis.assessment.evidence import Evidence
from analysis.assessment.probability import p_bound
from analysis.formats import SCALE
from analysis.plan import Indicator

_LEVELS = (np.arange(49) + 0.5) / 49


def base_points(evidence: Evidence, years: Sequence[int], value: float, indicator: Indicator) -> np.ndarray:
    """Return equally probable values of the rate behind a baseline of one or several years.

    The published `value` itself where its counts are not known. Else Jeffreys' posterior of the pooled counts: gamma
    for a rate of events, beta for a share of people.

    References
    ----------
    Brown, Cai and DasGupta, "Interval estimation in exponential families", Statistica Sinica 13 (2003).
    """
    counted = [evidence.counts[year] for year in years if year in evidence.counts]
    scale = SCALE.get(indicator.unit)
    if scale is None or len(counted) < len(years):
        return np.array([value])
    events, people = (sum(column) for column in zip(*counted, strict=True))
    if indicator.unit == "percent" and indicator.upper is not None and events <= people:
        return np.asarray(beta.ppf(_LEVELS, events + 0.5, people - events + 0.5) * scale)
    return np.asarray(gamma.ppf(_LEVELS, events + 0.5) / people * scale)


def growth_points(observed: Mapping[int, float], first: int, last: int) -> np.ndarray:
    """Return equally probable yearly growth rates over `first` ... `last`: a log-linear trend, Student's t.

    Empty below 3 positive values: two points have no error of their slope.
    """
    years = np.array([year for year in sorted(observed) if first <= year <= last and observed[year] > 0], float)
    if len(years) < 3:
        return np.array([])
    logs = np.log([observed[int(year)] for year in years])
    slope, level = np.polyfit(years, logs, 1)
    left = logs - (slope * years + level)
    error = math.sqrt(float(left @ left) / (len(years) - 2) / float(((years - years.mean()) ** 2).sum()))
    return np.asarray(slope + error * t.ppf(_LEVELS, len(years) - 2))


def p_against(evidence: Evidence, year: int, comparison: str, bound: float, bounds: np.ndarray) -> tuple[float, float]:
    """Return P(met) with the baseline's noise in it, and on the published baseline alone.

    Parameters
    ----------
    bound : float
        The target worked out from the published baseline.
    bounds : array (n,)
        Equally probable targets. A year that was observed is judged on the published figures alone.
    """
    plain = p_bound(evidence, year, comparison, bound)
    if year in evidence.observed or len(bounds) < 2:
        return plain, plain
    if len(bounds) > len(_LEVELS):
        bounds = np.quantile(bounds, _LEVELS)
    return float(np.mean([p_bound(evidence, year, comparison, float(one)) for one in bounds])), plain
