"""Charts of many areas: who stands where with the chance in it, a map, and every verdict at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.export.comparisons import DARK, TILE, verdict_legend
from analysis.export.theme import ACCENT, INK, STATUS_COLOURS, WIDTH, canvas
from analysis.narrative.region_facts import JUDGED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 45  # districts in one picture: more would not fit a page


def league_chart(league: pd.DataFrame, names: Mapping[str, Text], notice: str = "", lang: Lang = "zh") -> Figure:
    """Draw the share of targets likely to be met, and beside it the 80 % interval of the rank.

    Parameters
    ----------
    league : DataFrame
        `LEAGUE` rows, at most `MOST`.
    names : mapping
        Names of the areas by code.
    """
    rows = league.sort_values(["rank", "ref_area"])
    figure, (left, right) = canvas(0.24 * len(rows) + 1.1, 1, 2, sharey=True, width_ratios=[3, 2])
    place = np.arange(len(rows))
    left.hlines(place, 0, 100 * rows["share_met"], color="#cccccc", lw=1.4)
    left.plot(100 * rows["share_met"], place, "o", color=ACCENT, ms=5)
    left.set_yticks(place, [_named(names, code, lang) for code in rows["ref_area"]], fontsize=8)
    left.set_xlim(0, 102)
    left.set_xlabel("预计达标比例（%）" if lang == "zh" else "Likely met (%)")
    right.hlines(place, rows["rank_low"], rows["rank_high"], color=INK, lw=2)
    right.plot(rows["rank"], place, "|", color=ACCENT, ms=9, mew=2)
    right.set_xlabel("名次及其80%区间" if lang == "zh" else "Rank with its 80% interval")
    right.invert_yaxis()
    _noticed(figure, notice)
    return figure


def verdict_matrix(
    verdicts: pd.DataFrame, targets: Sequence[tuple[str, str]], names: Mapping[str, Text], lang: Lang = "zh"
) -> Figure:
    """Draw one tile a district and target, coloured by the verdict.

    Parameters
    ----------
    verdicts : DataFrame
        `ASSESSMENTS` rows of at most `MOST` districts.
    targets : sequence of tuple
        Id and short name of the targets, in order of the columns.
    """
    import matplotlib.pyplot as plt

    codes = sorted(set(verdicts["ref_area"]))
    known = verdicts.set_index(["ref_area", "target"])["status"].to_dict()
    figure, axes = canvas(0.22 * len(codes) + 2.3)
    for y, code in enumerate(codes):
        for x, (target, _) in enumerate(targets):
            status = str(known.get((code, target), "no_data"))
            axes.add_patch(plt.Rectangle((x + 0.05, y + 0.06), 0.9, 0.88, fc=STATUS_COLOURS[status], ec="none"))
            colour = "white" if status in DARK else INK  # a letter too: a print may be black and white
            axes.text(x + 0.5, y + 0.5, TILE[status](lang), ha="center", va="center", fontsize=6.5, color=colour)
    axes.set_xlim(0, len(targets))
    axes.set_ylim(len(codes), 0)
    axes.set_yticks(np.arange(len(codes)) + 0.5, [_named(names, code, lang) for code in codes], fontsize=8)
    axes.set_xticks(np.arange(len(targets)) + 0.5, [name for _, name in targets], rotation=60, ha="right", fontsize=7)
    axes.grid(visible=False)
    verdict_legend(axes, JUDGED, lang)
    return figure


def district_map(
    borders: Mapping[str, Any],
    shares: Mapping[str, float],
    names: Mapping[str, Text],
    notice: str = "",
    lang: Lang = "zh",
) -> Figure:
    """Draw a map: the darker, the more targets a district is likely to meet; hatched where it is not known.

    Parameters
    ----------
    borders : mapping
        A GeoJSON FeatureCollection of polygons, each with its area's `code` among the properties.
    shares : mapping
        Share of the targets likely to be met, by area.
    """
    import matplotlib as mpl

    figure, axes = canvas(WIDTH * 0.72)
    known = [shares[code] for code in shares]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    scale = mpl.colors.Normalize(100 * low - 1, 100 * high + 1)
    colours = mpl.colormaps["YlGnBu"]
    labelled = len(borders["features"]) <= MOST
    for feature in borders["features"]:
        code = str(feature["properties"]["code"])
        for rings in _polygons(feature["geometry"]):
            value = shares.get(code)
            look = {"fc": "white", "hatch": "///"} if value is None else {"fc": colours(scale(100 * value))}
            axes.add_patch(mpl.patches.PathPatch(_path(rings), ec="#666666", lw=0.6, **look))
        if labelled:
            _label(axes, feature, names, shares.get(code), scale, lang)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.axis("off")
    bar = figure.colorbar(mpl.cm.ScalarMappable(scale, colours), ax=axes, shrink=0.6, pad=0.01)
    bar.set_label("预计达标比例（%）" if lang == "zh" else "Likely met (%)")
    _noticed(figure, notice)
    return figure


def _polygons(geometry: Mapping[str, Any]) -> list[list[list[list[float]]]]:
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else list(geometry["coordinates"])


def _path(rings: Sequence[Sequence[Sequence[float]]]) -> Any:
    from matplotlib.path import Path

    corners = [np.asarray(ring, float)[:, :2] for ring in rings]
    codes = [[Path.MOVETO, *[Path.LINETO] * (len(ring) - 2), Path.CLOSEPOLY] for ring in corners]
    return Path(np.concatenate(corners), np.concatenate(codes))


def _label(
    axes: Axes, feature: Mapping[str, Any], names: Mapping[str, Text], value: float | None, scale: Any, lang: Lang
) -> None:
    largest = max(_polygons(feature["geometry"]), key=lambda rings: np.ptp(np.asarray(rings[0])[:, 0]))
    x, y = np.asarray(largest[0], float)[:-1, :2].mean(axis=0)
    dark = value is not None and scale(100 * value) > 0.55
    text = _named(names, str(feature["properties"]["code"]), lang)
    if value is not None:
        text += f"\n{100 * value:.0f}%"
    axes.text(x, y, text, ha="center", va="center", fontsize=7.5, color="white" if dark else INK)


def _named(names: Mapping[str, Text], code: Any, lang: Lang) -> str:
    return names.get(str(code), Text(str(code), str(code)))(lang)


def _noticed(figure: Figure, notice: str) -> None:
    if notice:
        figure.suptitle(notice, fontsize=8, x=0.99, ha="right", color="#777777")
