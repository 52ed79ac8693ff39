"""The gate for observations that come as a table: which rows cannot be, whatever else is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from analysis.exceptions import Text
from analysis.formats import SCALE, base_unit
from analysis.plan import Plan


def impossible(observations: pd.DataFrame, plan: Plan, latest: int | None = None) -> Iterator[tuple[int, str, Text]]:
    """Yield the rows that cannot be taken, each once: its position, the column it is about, and why.

    These are infinite numbers, values outside what the indicator can be (`Indicator.bounds`), numerators above their
    denominators where the share is one of the denominator's own, and years still to come.

    Parameters
    ----------
    observations : DataFrame
        `OBSERVATIONS`; rows of indicators the plan does not define are held to their unit alone.
    plan : Plan
    latest : int, optional
        The last year that can have been observed; this year where none is given.
    """
    last = latest if latest is not None else date.today().year
    known = {one.id: one for one in plan.indicators}
    names = observations["indicator"].to_numpy(object)
    low, high, capped = (np.full(len(observations), np.nan) for _ in range(3))
    for name in pd.unique(names):
        one = known.get(name)
        if one is None:
            continue
        place = (names == name) & (observations["unit"].map(base_unit) == base_unit(one.unit)).to_numpy()
        bounds = one.bounds
        low[place], high[place] = (np.nan if bound is None else bound for bound in bounds)
        own = one.unit in SCALE and (bounds[1] is not None or one.statistic in ("poisson", "binomial"))
        capped[place] = 1.0 if own and not (one.unit == "percent" and (bounds[1] or np.inf) > 100) else np.nan
    value, above, below = (observations[name].to_numpy(float) for name in ("obs_value", "numerator", "denominator"))
    years = observations["time_period"].to_numpy(float)
    infinite = np.isinf(value) | np.isinf(above) | np.isinf(below)
    outside = (value < low - 1e-9) | (value > high + 1e-9)
    more = (above > below) & (capped == 1.0)
    for i in np.flatnonzero(infinite | outside | more | (years > last)).tolist():
        if infinite[i]:
            yield i, "obs_value", Text("数值或分子分母不是有限的数", "the value or a count is no finite number")
        elif outside[i]:
            span = f"{'' if np.isnan(low[i]) else f'{low[i]:g}'}—{'' if np.isnan(high[i]) else f'{high[i]:g}'}"
            zh, en = f"数值 {value[i]:g} 超出范围 {span}", f"{value[i]:g} is outside {span.replace('—', ' to ')}"
            yield i, "obs_value", Text(zh, en)
        elif more[i]:
            yield i, "numerator", Text(f"分子 {above[i]:g} 大于分母 {below[i]:g}", f"{above[i]:g} of {below[i]:g}")
        else:
            yield i, "time_period", Text(f"{years[i]:g} 年尚未到来，不应有统计数据", f"{years[i]:g} is still to come")
