"""Sensitivity to the start year: the same design, had the measure begun a year or two earlier or later."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.effects.result import Check, Effect
from analysis.exceptions import Text


def by_start(estimate: Callable[[int], Effect], start: int, reach: int = 2) -> pd.DataFrame:
    """Return the estimate for each start year from `start - reach` to `start + reach`.

    Parameters
    ----------
    estimate : callable
        Takes a start year, returns an `Effect`.
    start : int
        First year under the measure.
    reach : int
        Years earlier and later that are tried.

    Returns
    -------
    DataFrame
        start, estimate, lower_95, upper_95, p_value; NaN where the minimum data are not there for that start.
    """
    rows = []
    for year in range(start - reach, start + reach + 1):
        one = estimate(year)
        rows.append((year, one.estimate, one.lower_95, one.upper_95, one.p_value))
    return pd.DataFrame(rows, columns=["start", "estimate", "lower_95", "upper_95", "p_value"])


def start_check(estimate: Callable[[int], Effect], start: int) -> Check:
    """Return whether the direction is the same had the measure begun a year earlier or later."""
    signs = [estimate(year).sign for year in (start - 1, start, start + 1)]
    passed = None if 0 in (signs[0], signs[2]) else len(set(signs)) == 1
    said = Text("起始年份前移或后移一年，方向不变", "a start one year earlier or later keeps the direction")
    if passed is False:
        said = Text("起始年份前移或后移一年，方向就改变", "a start one year earlier or later turns the direction")
    if passed is None:
        said = Text("不能检验起始年份的影响", "the influence of the start year could not be checked")
    return Check("start_year", passed, said)
