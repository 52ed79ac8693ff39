"""Rates of progress: the average annual rate of change, observed and required."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np


def aarc(start: float, end: float, years: int) -> float:
    """Return the average annual rate of change in percent a year: 100 ln(end / start) / years.

    NaN where a value is not positive or no time has passed.

    References
    ----------
    UNICEF, How to calculate average annual rate of reduction; here a fall is negative.
    """
    if years <= 0 or start <= 0 or end <= 0:
        return math.nan
    return 100.0 * math.log(end / start) / years


def trend_growth(observed: Mapping[int, float], first: int, last: int) -> float:
    """Return the slope of log value on year over `first` ... `last`, a yearly growth rate; NaN below 3 points."""
    years = [year for year in sorted(observed) if first <= year <= last and observed[year] > 0]
    if len(years) < 3:
        return math.nan
    return float(np.polyfit(years, np.log([observed[year] for year in years]), 1)[0])
