"""Charts of effects: observed beside what was to be expected, placebos, parallel trends, sensitivity to the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.effects.did import DiD
from analysis.effects.result import Effect
from analysis.effects.synthetic import Synthetic
from analysis.exceptions import Lang, Text
from analysis.export.theme import ACCENT, INK, TARGET, canvas, noticed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

START = Text("措施起始", "Start of the measure")
OBSERVED = Text("实际值", "Observed")


def _figure(title: str, axis: str, notice: str = "", height: float = 3.1) -> tuple[Figure, Axes]:
    from matplotlib.ticker import MaxNLocator

    figure, axes = canvas(height)
    axes.set_title(title, loc="left")
    axes.set_ylabel(axis)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    noticed(axes, notice)
    return figure, axes


def _start(axes: Axes, start: float, lang: Lang) -> None:
    axes.axvline(start - 0.5, color=TARGET, ls=":", lw=1.3, label=START(lang))


def _legend(axes: Axes) -> None:
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def counterfactual(
    observed: pd.Series,
    expected: pd.Series,
    start: int,
    title: str,
    axis: str,
    lang: Lang,
    fitted: pd.Series | None = None,
    notice: str = "",
) -> Figure:
    """Draw observed values beside those worked out for comparison, the gap since the start shaded.

    Parameters
    ----------
    observed, expected, fitted : Series by year
        `expected` may be empty (minimum data not met): then only what was observed is drawn.
    """
    figure, axes = _figure(title, axis, notice)
    years, values = observed.index.to_numpy(int), observed.to_numpy(float)
    for run in np.split(np.arange(len(years)), np.flatnonzero(np.diff(years) != 1) + 1):
        axes.plot(years[run], values[run], "-", color=INK, lw=1.4)  # a gap stays a gap
    axes.plot(observed.index, observed, "o", color=INK, ms=4, label=OBSERVED(lang))
    if fitted is not None and len(fitted) and np.isfinite(fitted).all():
        axes.plot(fitted.index, fitted, "-", color=ACCENT, lw=1.2, label="拟合" if lang == "zh" else "Fit")
    expected = expected[np.isfinite(expected)]
    if len(expected):
        label = "推算的对照值" if lang == "zh" else "Worked-out comparison"
        axes.plot(expected.index, expected, "--", color=ACCENT, lw=1.6, label=label)
        since = expected.index[expected.index >= start]
        axes.fill_between(since, observed[since], expected[since], color=ACCENT, alpha=0.15, lw=0)
    _start(axes, start, lang)
    _legend(axes)
    return figure


def placebos(found: Synthetic, start: int, title: str, axis: str, lang: Lang) -> Figure:
    """Draw the gap to the synthetic control, and behind it the same for every donor (placebo in space)."""
    figure, axes = _figure(title, axis)
    label = "对照地区各自的差距" if lang == "zh" else "The same for each donor"
    for _, gap in found.placebos.iterrows():
        axes.plot(gap.index, gap, "-", color="#BBBBBB", lw=0.8, label=label)
        label = "_nolegend_"
    own = found.observed - found.synthetic
    axes.plot(own.index, own, "-", color=ACCENT, lw=2.2, label="实施地区" if lang == "zh" else "With the measure")
    axes.axhline(0, color="#888888", lw=0.8)
    _start(axes, start, lang)
    _legend(axes)
    return figure


def in_time(found: Synthetic, title: str, axis: str, lang: Lang) -> Figure:
    """Draw the placebo in time: years before the start alone, the synthetic control fitted up to an earlier year."""
    figure, axes = _figure(title, axis)
    own = found.observed[found.in_time.index]
    axes.plot(own.index, own, "o-", color=INK, ms=4, lw=1.4, label=OBSERVED(lang))
    label = "合成对照（仅用更早年份拟合）" if lang == "zh" else "Synthetic, fitted earlier"
    axes.plot(found.in_time.index, found.in_time, "--", color=ACCENT, lw=1.6, label=label)
    if found.placebo_start is not None:
        label = "假设的起始" if lang == "zh" else "Pretended start"
        axes.axvline(found.placebo_start - 0.5, color="#888888", ls=":", lw=1.3, label=label)
    _legend(axes)
    return figure


def parallel(found: DiD, start: int, title: str, axis: str, lang: Lang, notice: str = "") -> Figure:
    """Draw the parallel-trend plot: both groups by year, and below it their gap with its 95 % interval."""
    from matplotlib.ticker import MaxNLocator

    figure, (top, below) = canvas(4.6, 2, 1, sharex=True)
    top.set_title(title, loc="left")
    names = (("实施地区", "对照地区") if lang == "zh" else ("With the measure", "Without")) + (START(lang),)
    top.plot(found.treated.index, found.treated, "o-", color=ACCENT, ms=3.5, label=names[0])
    top.plot(found.control.index, found.control, "s--", color=INK, ms=3.5, label=names[1])
    top.set_ylabel(axis)
    gap = found.gap
    if len(gap):
        below.fill_between(gap["year"], gap["lower_95"], gap["upper_95"], color=ACCENT, alpha=0.2, lw=0)
        below.plot(gap["year"], gap["gap"], "o-", color=ACCENT, ms=3.5, label="差距" if lang == "zh" else "Gap")
    below.axhline(0, color="#888888", lw=0.8)
    below.set_ylabel("差距（实施前均值为0）" if lang == "zh" else "Gap (mean before = 0)")
    below.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in (top, below):
        _start(axes, start, lang)
    _legend(top)
    noticed(top, notice)
    return figure


def starts(
    table: pd.DataFrame, start: int, effect: Effect, title: str, axis: str, lang: Lang, notice: str = ""
) -> Figure:
    """Draw the estimate with its 95 % interval for each start year of `effects.by_start`."""
    figure, axes = _figure(title, axis, notice, height=2.6)
    known = table[table["estimate"].notna()]
    for row in known.to_dict("records"):
        own = ACCENT if row["start"] == start else "#888888"
        if np.isfinite([row["lower_95"], row["upper_95"]]).all():
            axes.plot([row["start"]] * 2, [row["lower_95"], row["upper_95"]], "-", color=own, lw=2)
        axes.plot([row["start"]], [row["estimate"]], "o", color=own, ms=6)
    axes.axhline(effect.none, color="#888888", ls="--", lw=0.9)
    axes.set_xlabel("起始年份" if lang == "zh" else "Start year")
    axes.set_xticks(table["start"])
    return figure
