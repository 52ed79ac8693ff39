"""The chart of scenarios: the median path of each beside the fan of the forecast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.exceptions import Lang
from analysis.export.figures import fan_title
from analysis.export.theme import ACCENT, INK, TARGET, canvas
from analysis.formats import amount
from analysis.narrative.words import SCENARIO
from analysis.plan import Indicator
from analysis.schema import HIGH_80, LOW_80

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LINES = {
    "continue": (ACCENT, "--", ""),
    "required": (TARGET, ":", ""),
    "best_street": ("#2e7d32", "-.", "s"),
    "national": ("#8e5ea2", "-", "D"),
    "shock": ("#555555", (0, (1, 1)), "x"),
    "needed": ("#e67e22", "-", "o"),
}


def scenario_chart(
    indicator: Indicator,
    history: pd.DataFrame,
    quantiles: Mapping[int, np.ndarray],
    paths: Mapping[str, Mapping[int, float]],
    start: tuple[int, float],
    target: tuple[int, float | None],
    notice: str = "",
    lang: Lang = "zh",
) -> Figure:
    """Draw the observed years, the 80 % fan of the forecast and the median path of each scenario.

    Parameters
    ----------
    history : DataFrame
        Observations of one series (time_period, obs_value).
    quantiles : mapping
        Year to the 23 quantiles of the forecast.
    paths : mapping
        Scenario to its median by year.
    start, target : year and value
        Where all paths begin (the model's level now), and where the target stands; without a value nothing is marked.
    """
    from matplotlib.ticker import MaxNLocator

    figure, axes = canvas(3.3)
    seen = history[history["obs_value"].notna()].sort_values("time_period")
    label = "实际值" if lang == "zh" else "Observed"
    axes.plot(seen["time_period"].to_numpy(int), seen["obs_value"].to_numpy(float), "-o", color=INK, ms=4, label=label)
    years = sorted(year for year in quantiles if start[0] < year <= target[0])
    low, high = ([start[1], *(float(quantiles[year][k]) for year in years)] for k in (LOW_80, HIGH_80))
    label = "延续现有趋势的80%区间" if lang == "zh" else "80% interval as it goes on"
    axes.fill_between([start[0], *years], low, high, color=ACCENT, alpha=0.16, lw=0, label=label)
    for name, path in paths.items():
        colour, style, marker = _LINES[name]
        values = [start[1], *(path[year] for year in years)]
        axes.plot(
            [start[0], *years],
            values,
            ls=style,
            marker=marker,
            ms=3.5,
            color=colour,
            lw=1.5,
            label=SCENARIO[name](lang),
        )
    if target[1] is not None:
        _mark(axes, indicator, (target[0], target[1]), lang)
    axes.set_title(fan_title(indicator, lang), loc="left")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3, frameon=False)
    if notice:
        axes.text(0.01, 0.02, notice, transform=axes.transAxes, va="bottom", fontsize=8, color="#777777")
    return figure


def _mark(axes: Axes, indicator: Indicator, target: tuple[int, float], lang: Lang) -> None:
    axes.plot(
        *target, "v" if indicator.direction == "lower_is_better" else "^", color=TARGET, ms=9, mec="white", zorder=6
    )
    text = amount(target[1], indicator.unit, lang, indicator.decimals)
    axes.annotate(
        f"目标 {text}" if lang == "zh" else f"Target {text}",
        target,
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        color=TARGET,
        annotation_clip=False,
    )
