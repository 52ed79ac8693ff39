"""How far indicators have come from their baseline to their target, beside the time that has gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.exceptions import Lang
from analysis.export.theme import ACCENT, INK, STATUS_COLOURS, canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEWEST, MOST = 2, 5  # rows of the chart


@dataclass(frozen=True)
class Progress:
    """One indicator of the chart.

    Parameters
    ----------
    name : str
    share : float [percent]
        Of the way from baseline to target, 0 to 100.
    elapsed : float [percent]
        Of the time from the baseline's year to the target's, 0 to 100.
    values : str
        Last value and target, as text.
    """

    name: str
    share: float
    elapsed: float
    values: str

    @property
    def behind(self) -> bool:
        """Return whether more of the time has gone than of the way."""
        return self.share < self.elapsed


def finding(rows: Sequence[Progress], lang: Lang) -> str:
    """Return what the chart shows, for its caption: whether all, most, some or none are behind the time."""
    late = sum(one.behind for one in rows)
    zh = lang == "zh"
    if not late:
        return "薄弱指标的进度不慢于时间进度" if zh else "The weak points keep pace with the time"
    if late == len(rows):
        return "薄弱指标的进度均落后于时间进度" if zh else "All weak points are behind the time"
    if 2 * late > len(rows):
        return "薄弱指标的进度多数落后于时间进度" if zh else "Most weak points are behind the time"
    return "部分薄弱指标的进度落后于时间进度" if zh else "Some weak points are behind the time"


def progress_chart(rows: Sequence[Progress], lang: Lang, notice: str = "") -> Figure:
    """Draw a line an indicator: how much of the way is done, and how much of the time; values stand at the right.

    All texts stand outside the axes, so that none covers a point.
    """
    zh = lang == "zh"
    figure, axes = canvas(0.19 * len(rows) + 0.8)
    places = list(range(len(rows)))
    axes.hlines(places, 0, [one.share for one in rows], color=ACCENT, lw=2.2)
    way = "已走完的路程" if zh else "Way done"
    gone = "已过去的时间" if zh else "Time gone"
    for late, colour in ((True, STATUS_COLOURS["off_track"]), (False, ACCENT)):
        own = [k for k in places if rows[k].behind == late]
        if own:
            name = way if not late else f"{way}（落后）" if zh else f"{way} (behind)"
            axes.plot([rows[k].share for k in own], own, "o", color=colour, ms=7, label=name, zorder=3, clip_on=False)
    axes.plot([one.elapsed for one in rows], places, "|", color=INK, ms=13, mew=2, label=gone, zorder=4)
    axes.set_yticks(places, [one.name for one in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-2, 102)
    said = "从基期到目标（%）" if zh else "From baseline to target (%)"
    axes.set_xlabel(f"{said}　{notice}" if notice else said)
    axes.grid(visible=False, axis="y")
    right = axes.twinx()
    right.set_ylim(axes.get_ylim())
    right.set_yticks(places, [one.values for one in rows])
    right.tick_params(length=0)
    right.grid(visible=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, handletextpad=0.4)
    return figure
