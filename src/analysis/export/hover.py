"""The fan chart of one indicator as data for the interactive chart library: values show where one points at them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.export.theme import ACCENT, INK, TARGET
from analysis.formats import amount, unit_name
from analysis.plan import Indicator, Target
from analysis.schema import by_quantile

_WORDS = {
    "seen": Text("实际值", "Observed"),
    "middle": Text("预测中位数", "Median forecast"),
    "target": Text("目标", "Target"),
    "band": Text("{level}区间", "{level} interval"),
}


def library() -> Path:
    """Return the file of the chart library, plotly.js, that the installed package holds."""
    spec = find_spec("plotly")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "package_data" / "plotly.min.js"


def hover_chart(
    indicator: Indicator,
    history: pd.DataFrame,
    forecast: pd.DataFrame,
    targets: Sequence[Target],
    bounds: Mapping[str, float],
    lang: Lang,
) -> str:
    """Return the chart as JSON (data and layout), safe inside a script element."""
    seen = history[history["obs_value"].notna()].sort_values("time_period")
    data: list[dict[str, Any]] = []
    if len(forecast):
        wide = by_quantile(forecast)
        years = [int(year) for year in wide.index]
        for low, high, name, alpha in (("0.025", "0.975", "95%", 0.15), ("0.1", "0.9", "80%", 0.3)):
            label = _WORDS["band"](lang).format(level=name)
            data.append(_line(years, wide[low], indicator, lang, label, width=0, legend=False))
            fill = {"fill": "tonexty", "fillcolor": f"rgba(27,108,168,{alpha})"}
            data.append(_line(years, wide[high], indicator, lang, label, width=0) | fill)
        data.append(_line(years, wide["0.5"], indicator, lang, _WORDS["middle"](lang), dash="dash"))
    years = [int(year) for year in seen["time_period"]]
    data.append(
        _line(years, seen["obs_value"], indicator, lang, _WORDS["seen"](lang), colour=INK, mode="lines+markers")
    )
    dated = [(t.year, bounds[t.id]) for t in targets if t.year is not None and t.id in bounds]
    if dated:
        marks = pd.Series([value for _, value in dated])
        points = _line([year for year, _ in dated], marks, indicator, lang, _WORDS["target"](lang), colour=TARGET)
        data.append(points | {"mode": "markers", "marker": {"color": TARGET, "size": 11, "symbol": "diamond"}})
    layout = {
        "font": {"family": "Workbench Sans, sans-serif", "size": 13},
        "margin": {"l": 55, "r": 20, "t": 20, "b": 40},
        "yaxis": {"title": {"text": unit_name(indicator.unit, lang)}, "zeroline": False},
        "xaxis": {"dtick": 2, "tickformat": "d"},
        "legend": {"orientation": "h", "y": -0.15},
        "hovermode": "x unified",
        "plot_bgcolor": "white",
    }
    return json.dumps({"data": data, "layout": layout}, ensure_ascii=False).replace("</", "<\\/")


def _line(
    years: Sequence[int],
    values: pd.Series,
    indicator: Indicator,
    lang: Lang,
    name: str,
    colour: str = ACCENT,
    width: float = 2,
    dash: str = "solid",
    mode: str = "lines",
    legend: bool = True,
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": mode,
        "name": name,
        "x": list(years),
        "y": [round(float(value), 6) for value in values],
        "text": [amount(float(value), indicator.unit, lang, indicator.decimals) for value in values],
        "hovertemplate": "%{text}<extra>%{fullData.name}</extra>",
        "line": {"color": colour, "width": width, "dash": dash},
        "showlegend": legend,
    }
