"""Charts that compare: streets with each other, town with country, domains, and what was said with what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.export.theme import ACCENT, INK, STATUS_COLOURS, TARGET, WIDTH, canvas, noticed
from analysis.formats import plain, unit_name
from analysis.narrative.facts import VERDICTS, DomainFact
from analysis.narrative.words import LEVEL, STATUS
from analysis.plan import Indicator

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DARK = ("met", "off_track", "missed")
TILE = {
    "met": Text("达", "M"),
    "on_track": Text("望", "T"),
    "at_risk": Text("注", "R"),
    "missed": Text("未", "X"),
    "open": Text("成", "N"),
    "off_track": Text("难", "O"),
    "no_data": Text("缺", "–"),
    "qualitative": Text("证", "Q"),
}


def funnel_chart(
    rows: pd.DataFrame, indicator: Indicator, names: Mapping[str, Text], notice: str = "", lang: Lang = "zh"
) -> Figure:
    """Draw the parts of an area by size against the limits of a funnel; the legend says what the limits allow for.

    Parameters
    ----------
    rows : DataFrame
        `FUNNEL` rows of one indicator.
    names : mapping
        Names of the areas by code.
    """
    figure, axes = canvas(3.4)
    rows = rows.sort_values("denominator")
    people, values = rows["denominator"].to_numpy(float), rows["obs_value"].to_numpy(float)
    for low, high, style, name in (("low_95", "high_95", "--", "95%"), ("low_998", "high_998", "-", "99.8%")):
        label = f"{name}界限" if lang == "zh" else f"{name} limits"
        axes.plot(people, rows[high], style, color="#888888", lw=1.1, label=label)
        axes.plot(people, rows[low], style, color="#888888", lw=1.1)
    centre = float(rows["centre"].iloc[0])
    axes.axhline(centre, color=ACCENT, lw=1.2, label=_centre_name(rows, lang))
    words = {"within": ("o", INK), "better": ("^", ACCENT), "worse": ("s", TARGET)}
    for label, (marker, colour) in words.items():
        own = (rows["label"] == label).to_numpy()
        axes.plot(people[own], values[own], marker, color=colour, ms=6, mec="white", ls="")
    spread = [column.to_numpy(float) for column in (rows["low_95"], rows["high_95"])]
    for k, row in enumerate(rows.to_dict("records")):
        if row["label"] != "within" or not spread[0][k] <= values[k] <= spread[1][k]:
            text = names.get(str(row["ref_area"]), Text(str(row["ref_area"]), str(row["ref_area"])))(lang)
            axes.annotate(text, (people[k], values[k]), xytext=(5, 4), textcoords="offset points", fontsize=8)
    _titled(
        axes,
        indicator,
        f"，{rows['time_period'].iloc[0]}年" if lang == "zh" else f", {rows['time_period'].iloc[0]}",
        lang,
    )
    axes.set_xlabel("分母" if lang == "zh" else "Denominator")
    title = _allowed(rows, lang)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, title=title, title_fontsize=8)
    _marked(axes, notice)
    return figure


def _centre_name(rows: pd.DataFrame, lang: Lang) -> str:
    """Return what the centre is: the rate of all together, or without those far out."""
    together = float(np.average(rows["obs_value"], weights=rows["denominator"]))
    everyone = bool(np.isclose(together, float(rows["centre"].iloc[0])))
    return (Text("全部合计", "All together") if everyone else Text("合计（界限内）", "Those within"))(lang)


def _allowed(rows: pd.DataFrame, lang: Lang) -> str:
    """Return what the limits allow for: chance alone, or the spread between areas too."""
    spread = Text("界限已计入地区间\n非偶然的差异", "Limits allow for the\nspread between areas\nthat is not chance")
    return (spread if rows["tau"].iloc[0] > 0 else Text("界限只计偶然波动", "Limits: chance alone"))(lang)


def street_multiples(
    rows: pd.DataFrame,
    indicator: Indicator,
    names: Mapping[str, Text],
    whole: pd.DataFrame,
    notice: str = "",
    lang: Lang = "zh",
) -> Figure:
    """Draw one small panel a street, the whole district grey behind it.

    Parameters
    ----------
    rows : DataFrame
        Observations of the streets (ref_area, time_period, obs_value) on one indicator.
    whole : DataFrame
        Those of the district.
    """
    from matplotlib.ticker import MaxNLocator

    codes = sorted(rows["ref_area"].unique())
    wide = min(5, len(codes))
    tall = -(-len(codes) // wide)
    figure, panels = canvas(1.35 * tall + 0.5, tall, wide, sharex=True, sharey=True, squeeze=False)
    for axes, code in zip(panels.flat, codes, strict=False):
        own = rows[rows["ref_area"] == code].sort_values("time_period")
        axes.plot(whole["time_period"], whole["obs_value"], color="#bbbbbb", lw=1.4)
        axes.plot(own["time_period"], own["obs_value"], color=ACCENT, lw=1.3)
        last = own.iloc[-1]
        axes.annotate(
            plain(last["obs_value"], indicator.decimals),
            (last["time_period"], last["obs_value"]),
            xytext=(0, 4), textcoords="offset points", ha="right", fontsize=8,
        )  # fmt: skip
        axes.set_title(names.get(code, Text(code, code))(lang), fontsize=8.5)
        axes.xaxis.set_major_locator(MaxNLocator(2, integer=True))
        axes.tick_params(labelsize=7.5)
    for axes in list(panels.flat)[len(codes) :]:
        axes.set_visible(False)
    line = "灰线为全域" if lang == "zh" else "grey: the whole"
    end = f"（{notice}）" if notice and lang == "zh" else f" ({notice})" if notice else ""
    figure.suptitle(f"{indicator.name(lang)}（{unit_name(indicator.unit, lang)}），{line}{end}"
                    if lang == "zh" else f"{indicator.name.en} ({unit_name(indicator.unit, 'en')}); {line}{end}",
                    fontsize=10, x=0.01, ha="left")  # fmt: skip
    return figure


def residence_slopes(
    gaps: Sequence[tuple[str, int, float, float, int, float, float]], notice: str = "", lang: Lang = "zh"
) -> Figure:
    """Draw urban and rural values at two years, a panel an indicator.

    Parameters
    ----------
    gaps : sequence of tuple
        Name, first year, urban, rural; last year, urban, rural.
    """
    wide = min(4, len(gaps))
    tall = -(-len(gaps) // wide)
    figure, panels = canvas(1.8 * tall + 0.4, tall, wide, squeeze=False)
    for axes, (name, first, urban, rural, last, urban_now, rural_now) in zip(panels.flat, gaps, strict=False):
        for start, end, colour, style, label in (
            (urban, urban_now, ACCENT, "-o", "城市" if lang == "zh" else "Urban"),
            (rural, rural_now, TARGET, "--s", "农村" if lang == "zh" else "Rural"),
        ):
            axes.plot([0, 1], [start, end], style, color=colour, ms=4, lw=1.4, label=label)
            for x, value, side in ((0, start, "right"), (1, end, "left")):
                axes.annotate(plain(value, 1), (x, value), xytext=(-5 if x == 0 else 5, -3),
                              textcoords="offset points", ha=side, fontsize=8)  # fmt: skip
        axes.set_xticks([0, 1], [str(first), str(last)])
        axes.set_xlim(-0.6, 1.6)
        axes.margins(y=0.2)
        axes.tick_params(axis="y", left=False, labelleft=False)
        axes.set_title(name if len(name) <= 13 else name[:12] + "…", fontsize=8.5)
    for axes in list(panels.flat)[len(gaps) :]:
        axes.set_visible(False)
    panels.flat[0].legend(frameon=False, fontsize=8, loc="best")
    if notice:
        figure.suptitle(notice, fontsize=8, x=0.99, ha="right", color="#777777")
    return figure


def tile_map(domains: Sequence[DomainFact], lang: Lang = "zh") -> Figure:
    """Draw one tile a target, a row a domain: colour and a letter say the verdict."""
    import matplotlib.pyplot as plt

    width = max(domain.tally.total for domain in domains)
    figure, axes = canvas(0.34 * len(domains) + 0.8)
    for y, domain in enumerate(domains):
        x = 0
        for status in VERDICTS:
            for _ in range(domain.tally.counts[status]):
                axes.add_patch(plt.Rectangle((x + 0.06, y + 0.08), 0.88, 0.84, fc=STATUS_COLOURS[status], ec="none"))
                colour = "white" if status in DARK else INK
                size = 7 if width < 40 else 5.5
                axes.text(x + 0.5, y + 0.5, TILE[status](lang), ha="center", va="center", fontsize=size, color=colour)
                x += 1
    axes.set_xlim(0, width)
    axes.set_ylim(len(domains), 0)
    axes.set_yticks(np.arange(len(domains)) + 0.5, [domain.title(lang) for domain in domains])
    axes.set_xticks([])
    axes.grid(visible=False)
    verdict_legend(axes, VERDICTS, lang)
    return figure


def verdict_legend(axes: Axes, statuses: Sequence[str], lang: Lang = "zh") -> None:
    """Put the letters and colours of verdicts above a chart of tiles."""
    from matplotlib.patches import Rectangle

    handles = [Rectangle((0, 0), 1, 1, fc=STATUS_COLOURS[status]) for status in statuses]
    labels = [f"{TILE[status](lang)} {STATUS[status](lang)}" for status in statuses]
    axes.legend(handles, labels, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=len(statuses), frameon=False,
                columnspacing=1.0, handlelength=1.0)  # fmt: skip


def reliability(rates: pd.DataFrame, lang: Lang = "zh") -> Figure:
    """Draw for each alert level the probability of a miss that was stated against the share that was missed.

    Parameters
    ----------
    rates : DataFrame
        A `LEVEL_RATES` table.
    """
    figure, axes = canvas(WIDTH * 0.5, wide=WIDTH * 0.6)
    axes.plot([0, 100], [0, 100], ":", color="#888888", label="完全可靠" if lang == "zh" else "Perfectly reliable")
    rows = rates.sort_values("said")
    spread = 196 * np.sqrt(rows["missed"] * (1 - rows["missed"]) / rows["n"])
    axes.errorbar(100 * rows["said"], 100 * rows["missed"], spread, fmt="o-", color=ACCENT, capsize=3, lw=1.3, ms=5)
    for row in rows.to_dict("records"):
        none = "无预警" if lang == "zh" else "none"
        name = none if row["level"] == "none" else LEVEL[str(row["level"])](lang)
        axes.annotate(f"{name}（{row['n']:,}）" if lang == "zh" else f"{name} ({row['n']:,})",
                      (100 * row["said"], 100 * row["missed"]), xytext=(8, -10), textcoords="offset points",
                      fontsize=8)  # fmt: skip
    axes.set_xlabel("预测的未达标概率（%）" if lang == "zh" else "Stated probability of a miss (%)")
    axes.set_ylabel("实际未达标（%）" if lang == "zh" else "Missed (%)")
    axes.set_xlim(0, 118)
    axes.legend(frameon=False, loc="upper left")
    return figure


def _titled(axes: Axes, indicator: Indicator, more: str, lang: Lang) -> None:
    unit = unit_name(indicator.unit, lang)
    axes.set_title(
        f"{indicator.name.zh}（{unit}）{more}" if lang == "zh" else f"{indicator.name.en} ({unit}){more}", loc="left"
    )


def _marked(axes: Axes, notice: str) -> None:
    noticed(axes, notice)
