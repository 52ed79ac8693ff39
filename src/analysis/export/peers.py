"""One indicator across places: the streets of an area beside each other, and the area beside the nation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.assessment.equity import rate_interval
from analysis.exceptions import Lang
from analysis.export.figures import fan_title
from analysis.export.theme import ACCENT, INK, TARGET, canvas, noticed
from analysis.formats import SCALE, amount
from analysis.plan import Indicator

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def places_chart(
    rows: Sequence[tuple[str, int, float, float, float]],
    indicator: Indicator,
    lines: Sequence[tuple[str, float]],
    notice: str = "",
    lang: Lang = "zh",
) -> Figure:
    """Draw the last value of each place with the chance in its count, the best first.

    Parameters
    ----------
    rows : sequence of tuple
        Name, year, value, and the ends of the 95 % interval (NaN where there is no count).
    lines : sequence of tuple
        Values drawn across: of the whole, the nation, the target, each with its name.
    """
    lower = indicator.direction == "lower_is_better"
    ordered = sorted(rows, key=lambda row: row[2] if lower else -row[2])
    figure, axes = canvas(0.24 * len(ordered) + 1.2)
    position = list(range(len(ordered)))
    axes.hlines(position, [r[3] for r in ordered], [r[4] for r in ordered], color="#999999", lw=1.2)
    axes.plot([row[2] for row in ordered], position, "o", color=INK, ms=5)
    colours = {0: ACCENT, 1: "#7a5195", 2: TARGET}
    for k, (name, value) in enumerate(lines):
        text = amount(value, indicator.unit, lang, indicator.decimals)
        style = ("--", ":", "-")[k % 3]
        axes.axvline(value, color=colours[k % 3], ls=style, lw=1.4, label=f"{name} {text}")
    axes.set_yticks(position, [f"{row[0]}（{row[1]}）" if lang == "zh" else f"{row[0]} ({row[1]})" for row in ordered])
    axes.invert_yaxis()
    axes.set_title(fan_title(indicator, lang), loc="left")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    if notice:
        figure.text(0.99, 0.005, notice, ha="right", va="bottom", fontsize=8, color="#777777")
    return figure


def beside_chart(
    own: pd.DataFrame,
    other: pd.DataFrame,
    names: tuple[str, str],
    indicator: Indicator,
    notice: str = "",
    lang: Lang = "zh",
) -> Figure:
    """Draw the history of an area and of a larger one (time_period, obs_value) in one panel."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = canvas(2.8)
    for table, name, style, colour in ((own, names[0], "o-", INK), (other, names[1], "s--", ACCENT)):
        seen = table[table["obs_value"].notna()].sort_values("time_period")
        axes.plot(seen["time_period"], seen["obs_value"], style, color=colour, ms=4, lw=1.4, label=name)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title(fan_title(indicator, lang), loc="left")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    noticed(axes, notice)
    return figure


def chance_of(row: Mapping[Any, Any], indicator: Indicator) -> tuple[float, float]:
    """Return the 95 % interval of an observation on the indicator's scale; NaN where it is no count."""
    scale, events, people = SCALE.get(indicator.unit), row["numerator"], row["denominator"]
    if scale is None or pd.isna(events) or pd.isna(people) or people <= 0:
        return float("nan"), float("nan")
    share = indicator.unit == "percent" and indicator.upper is not None
    low, high = rate_interval(float(events), float(people), share)
    return low * scale, high * scale
