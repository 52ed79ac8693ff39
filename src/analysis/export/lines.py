"""Lines drawn into a fan chart: the chance in each count, and the way the targets ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.assessment.equity import rate_interval
from analysis.exceptions import Lang
from analysis.export.theme import TARGET
from analysis.formats import SCALE
from analysis.plan import Indicator, Target

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def chance(axes: Axes, seen: pd.DataFrame, indicator: Indicator, lang: Lang) -> None:
    """Draw the 95 % interval of each value that is a count of people or events."""
    scale = SCALE.get(indicator.unit)
    if scale is None or "numerator" not in seen:
        return
    counted = seen[seen["numerator"].notna() & (seen["denominator"] > 0)]
    share = indicator.unit == "percent" and indicator.upper is not None
    label = "计数的95%区间" if lang == "zh" else "95% interval of the count"
    if counted.empty:
        return
    pairs = zip(counted["numerator"], counted["denominator"], strict=True)
    low, high = scale * np.array([rate_interval(float(part), float(whole), share) for part, whole in pairs]).T
    axes.vlines(counted["time_period"].to_numpy(int), low, high, color="#999999", lw=1, zorder=1, label=label)


def required(
    axes: Axes, year: int, value: float, targets: Sequence[Target], bounds: Mapping[str, float], lang: Lang
) -> None:
    """Draw the straight way from the last value to the targets still ahead, milestone after milestone."""
    ahead: dict[int, float] = {}
    for one in targets:  # those of goals come first, and they count where a measure names another number
        if one.year is not None and one.year > year and np.isfinite(bounds.get(one.id, np.nan)):
            ahead.setdefault(one.year, bounds[one.id])
    if ahead:
        path = [(year, value), *sorted(ahead.items())]
        label = "达标所需路径" if lang == "zh" else "Required path"
        axes.plot([x for x, _ in path], [y for _, y in path], ":", color=TARGET, lw=1.3, zorder=4, label=label)
