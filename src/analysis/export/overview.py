"""All open targets in one chart: forecasts against what is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.exceptions import Lang
from analysis.export.theme import INK, STATUS_COLOURS, TARGET, canvas
from analysis.marks import Value
from analysis.narrative.facts import TargetFact

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHAPES = {"met": "o", "on_track": "o", "at_risk": "D", "off_track": "s"}
_EDGE = 60.0


def target_overview(facts: Sequence[TargetFact], values: Mapping[str, Value], lang: Lang = "zh") -> Figure:
    """Draw the forecast of every open target, dot and 80 % interval, against the target, by P(met), lowest first.

    The scale is the distance from the target in percent of it, to the right where that is the good side.
    """
    rows = []
    for fact in sorted((f for f in facts if 0 < f.p < 1), key=lambda fact: fact.p):
        names = [f"{fact.id}/{name}" for name in ("target", "forecast", "lower_80", "upper_80")]
        if not all(name in values for name in names) or not values[names[0]].number:
            continue
        goal, *points = [values[name].number for name in names]
        sign = -1 if fact.lower_is_better else 1
        rows.append((fact, [100 * sign * (point - goal) / abs(goal) for point in points]))
    figure, axes = canvas(max(0.2 * len(rows), 1) + 0.9)
    for place, (fact, (middle, low, high)) in enumerate(rows):
        colour = STATUS_COLOURS[fact.status]
        ends = np.clip([low, high], -_EDGE, _EDGE)
        axes.plot(ends, [place, place], "-", color=colour, lw=2.2, solid_capstyle="butt")
        dot = [float(np.clip(middle, -_EDGE, _EDGE))]
        axes.plot(dot, [place], _SHAPES[fact.status], color=colour, mec=INK, mew=0.6, ms=6)
    axes.axvline(0, color=TARGET, lw=1.2)
    labels = [f"{_short(fact.name(lang))} {fact.year}" for fact, _ in rows]
    axes.set_yticks(np.arange(len(rows)), labels, fontsize=8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-_EDGE - 2, _EDGE + 2)
    text = "与目标的距离（目标值的%，右侧为优于目标，超出部分截在边上）"
    axes.set_xlabel(
        text if lang == "zh" else "Distance from the target (% of it, better to the right, cut at the edges)"
    )
    return figure


def _short(name: str, most: int = 30) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
