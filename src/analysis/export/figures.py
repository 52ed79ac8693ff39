"""The charts, each a function of tables that returns a matplotlib figure."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.exceptions import Lang
from analysis.export.lines import chance, required
from analysis.export.margins import fit
from analysis.export.theme import ACCENT, INK, STATUS_COLOURS, TARGET, canvas, noticed
from analysis.formats import amount, unit_name
from analysis.narrative.facts import VERDICTS, DomainFact, TargetFact
from analysis.narrative.words import STATUS
from analysis.plan import Indicator, Target
from analysis.schema import by_quantile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PLATE = {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8}  # keeps numbers readable on the fan
_FAN = (("0.025", "0.975", 0.14, "95%"), ("0.1", "0.9", 0.26, "80%"), ("0.25", "0.75", 0.42, "50%"))


def fan_chart(
    indicator: Indicator,
    history: pd.DataFrame,
    forecast: pd.DataFrame,
    targets: Sequence[Target] = (),
    bounds: Mapping[str, float] | None = None,
    notice: str = "",
    lang: Lang = "zh",
) -> Figure:
    """Draw the observed years, the forecast fan and the targets of one indicator.

    Parameters
    ----------
    indicator : Indicator
    history : DataFrame
        Observations of one series (time_period, obs_value, obs_status).
    forecast : DataFrame
        Rows of one series of the forecasts table; may be empty.
    targets : sequence of Target
    bounds : mapping
        Target id to its value on the indicator's scale; a target without one is not drawn.
    notice : str
        Printed on the chart, such as the notice of simulated data.
    """
    from matplotlib.ticker import MaxNLocator

    figure, axes = canvas(3.1, layout=None)
    seen = history[history["obs_value"].notna()].sort_values("time_period")
    years = seen["time_period"].to_numpy(int)
    values = seen["obs_value"].to_numpy(float)
    for run in np.split(np.arange(len(years)), np.flatnonzero(np.diff(years) != 1) + 1):
        axes.plot(years[run], values[run], "-", color=INK, lw=1.4)  # a gap stays a gap
    axes.plot(years, values, "o", color=INK, ms=4, label="实际值" if lang == "zh" else "Observed")
    chance(axes, seen, indicator, lang)
    _breaks(axes, seen, lang)
    if len(forecast) and len(years):
        _fan(axes, forecast, int(years[-1]), float(values[-1]), lang)
    _targets(axes, targets, bounds or {}, indicator, lang)
    if len(years):
        required(axes, int(years[-1]), float(values[-1]), targets, bounds or {}, lang)
        text = amount(values[-1], indicator.unit, lang, indicator.decimals)
        axes.annotate(
            text, (years[-1], values[-1]), xytext=(-6, 9), textcoords="offset points", ha="right", bbox=_PLATE
        )
    axes.set_title(fan_title(indicator, lang), loc="left")
    axes.margins(y=0.12)  # room for the number above the highest point
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    fit(axes)
    noticed(axes, notice)
    return figure


def fan_title(indicator: Indicator, lang: Lang) -> str:
    """Return the title of an indicator's fan chart: its name and unit."""
    unit = unit_name(indicator.unit, lang)
    return f"{indicator.name.zh}（{unit}）" if lang == "zh" else f"{indicator.name.en} ({unit})"


def _breaks(axes: Axes, seen: pd.DataFrame, lang: Lang) -> None:
    for year in seen.loc[seen["obs_status"] == "B", "time_period"]:
        label = "口径变化" if lang == "zh" else "Change of definition"
        axes.axvline(year - 0.5, color="#888888", ls=":", lw=1.2, label=label)
    shocks = seen.loc[seen["obs_status"] == "S", "time_period"].to_numpy(int)
    for run in np.split(shocks, np.flatnonzero(np.diff(shocks) != 1) + 1):
        if len(run):
            label = "特殊事件年份" if lang == "zh" else "Special event"
            axes.axvspan(run[0] - 0.5, run[-1] + 0.5, color="#BBBBBB", alpha=0.3, lw=0, label=label)


def _fan(axes: Axes, forecast: pd.DataFrame, origin: int, last: float, lang: Lang) -> None:
    table = by_quantile(forecast)
    x = np.concatenate([[origin], table.index.to_numpy(int)])

    def path(level: str) -> np.ndarray:
        return np.concatenate([[last], table[level].to_numpy(float)])

    for low, high, alpha, name in _FAN:
        label = f"{name}区间" if lang == "zh" else f"{name} interval"
        axes.fill_between(x, path(low), path(high), color=ACCENT, alpha=alpha, lw=0, label=label)
    axes.plot(x, path("0.5"), "--", color=ACCENT, lw=1.6, label="预测中位数" if lang == "zh" else "Median forecast")


def _targets(
    axes: Axes, targets: Sequence[Target], bounds: Mapping[str, float], indicator: Indicator, lang: Lang
) -> None:
    label = "目标" if lang == "zh" else "Target"
    for target in targets:
        value = bounds.get(target.id)
        if value is None or not np.isfinite(value) or target.year is None:
            continue
        marker = "v" if target.lower_is_better else "^"
        axes.plot([target.year], [value], marker, color=TARGET, ms=8, mec="white", label=label, zorder=5)
        text = amount(value, indicator.unit, lang, indicator.decimals)
        axes.annotate(
            text,
            (target.year, value),
            xytext=(0, 9),
            textcoords="offset points",
            color=TARGET,
            ha="center",
            bbox=_PLATE,
        )
        label = "_nolegend_"


def status_bars(domains: Sequence[DomainFact], lang: Lang = "zh") -> Figure:
    """Draw how many targets of each domain ended in each status, counts written on the bars."""
    figure, axes = canvas(0.45 * len(domains) + 1.1)
    names = [domain.title(lang) for domain in domains]
    left = np.zeros(len(domains))
    for status in VERDICTS:
        counts = np.array([domain.tally.counts[status] for domain in domains])
        if not counts.any():
            continue
        bars = axes.barh(names, counts, left=left, color=STATUS_COLOURS[status], label=STATUS[status](lang), height=0.7)
        dark = status in ("met", "missed", "off_track")
        axes.bar_label(bars, [str(n) if n else "" for n in counts], label_type="center", color="white" if dark else INK)
        left += counts
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.set_xlabel("目标条数" if lang == "zh" else "Number of targets")
    axes.legend(
        loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=8, frameon=False, columnspacing=0.8, handlelength=1.2
    )
    return figure


def probability_dots(facts: Sequence[TargetFact], cuts: Sequence[float], lang: Lang = "zh") -> Figure:
    """Draw P(met) of every target that is still open, lowest first, with the cuts of the verdicts (`Rules.cuts`)."""
    rows = sorted((f for f in facts if 0 < f.p < 1), key=lambda fact: fact.p)
    figure, axes = canvas(max(0.21 * len(rows), 1) + 0.9)
    labels = [f"{_short(fact.name(lang))} {fact.year}{'*' if fact.soft else ''}" for fact in rows]
    position = np.arange(len(rows))
    axes.hlines(position, 0, [100 * fact.p for fact in rows], color="#cccccc", lw=1)
    for status, marker in (("on_track", "o"), ("at_risk", "D"), ("off_track", "s")):
        own = [k for k, fact in enumerate(rows) if fact.status == status]
        if own:
            axes.plot(
                [100 * rows[k].p for k in own],
                own,
                marker,
                ls="",
                color=STATUS_COLOURS[status],
                mec=INK,
                mew=0.6,
                ms=6,
                label=STATUS[status](lang),
            )
    for cut in cuts:
        axes.axvline(100 * cut, color="#888888", ls=":", lw=1)
    axes.set_yticks(position, labels)
    axes.set_xlim(0, 101)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel("达标概率（%）" if lang == "zh" else "Probability of meeting the target (%)")
    axes.legend(loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=3, frameon=False)
    return figure


def _short(name: str, most: int = 34) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def completeness(matrix: pd.DataFrame, lang: Lang = "zh") -> Figure:
    """Draw which indicator has a value in which year: full, empty, or reported as missing."""
    import matplotlib.pyplot as plt
    from matplotlib.colors import ListedColormap

    figure, axes = canvas(0.19 * len(matrix) + 1.0)
    colours = ListedColormap(["#f4f4f4", "#d1495b", ACCENT])
    axes.pcolormesh(matrix.to_numpy(float), cmap=colours, vmin=0, vmax=2, edgecolors="white", lw=0.6)
    axes.set_xticks(np.arange(matrix.shape[1]) + 0.5, [str(year) for year in matrix.columns], rotation=90)
    axes.set_yticks(np.arange(len(matrix)) + 0.5, [_short(str(name)) for name in matrix.index])
    axes.invert_yaxis()
    axes.grid(visible=False)
    names = ("无记录", "报为缺失", "有数据") if lang == "zh" else ("No record", "Reported missing", "Value")
    handles = [plt.Rectangle((0, 0), 1, 1, fc=colours(k), ec="#999999") for k in range(3)]
    axes.legend(handles, names, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3, frameon=False)
    return figure


def show(figure: Figure, caption: str = "", id: str = "") -> None:
    """Display a figure in the notebook once and close it; its caption, by default its title, says what it shows."""
    show_png(png(figure), caption or title(figure), id)


def title(figure: Figure) -> str:
    """Return what a figure says it shows."""
    return figure.axes[0].get_title(loc="left") or figure.get_suptitle()


def png(figure: Figure) -> bytes:
    """Return a figure drawn once, and close it; its layout leaves room for all that stands in it."""
    import matplotlib.pyplot as plt

    layout = figure.get_layout_engine()
    if layout is not None:  # carried out here: `savefig` would first draw the whole figure in vain for its sake
        layout.execute(figure)
        figure.set_layout_engine(None)
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=figure.dpi, metadata={"Software": None})
    plt.close(figure)
    return buffer.getvalue()


def show_png(content: bytes, caption: str, id: str = "") -> None:
    """Display a drawn figure in the notebook, with the caption the documents print below it."""
    from IPython.display import display

    data = {"image/png": b64encode(content).decode("ascii"), "text/plain": caption}
    display(data, raw=True, metadata={"image/png": {"alt": caption, "id": id}})
