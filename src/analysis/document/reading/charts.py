"""Interactive charts, which paper cannot show: the still picture kept beside them, and their data as a table."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.document.model import Blocks, Cell, Figure, Row, Table
from analysis.document.reading.settings import MOST_ROWS, Reading
from analysis.document.spans import Image, Spans, plain
from analysis.exceptions import Text

_PLOTLY = "application/vnd.plotly.v1+json"
_VEGA = ("application/vnd.vegalite.", "application/vnd.vega.")
_NO_PICTURE = Text("笔记本中没有它的静态图，数据见表", "the notebook holds no still picture of it; its data follow")
_NOTHING = Text("笔记本中没有它的静态图", "the notebook holds no still picture of it")
_AXES = {
    "x": Text("横轴", "x"),
    "y": Text("纵轴", "y"),
    "z": Text("值", "z"),
    "labels": Text("类别", "label"),
    "values": Text("值", "value"),
    "lon": Text("经度", "longitude"),
    "lat": Text("纬度", "latitude"),
    "locations": Text("地区", "location"),
}


def chart(data: Mapping[str, Any], reading: Reading, drawn: tuple[Image, ...]) -> Blocks | None:
    """Return an interactive chart as a figure with its data, or None where the result is none."""
    found = data.get(_PLOTLY)
    name = next((one for one in data if one.startswith(_VEGA)), None)
    if isinstance(found, Mapping):
        title, table = _title(found), _plotly(found, reading)
    elif name is not None and isinstance(data[name], Mapping):
        title, table = _vega(data[name], reading)
    else:
        return None
    if drawn:
        return (Figure(drawn, title, plain(title), "", table),)
    what = Text(f"交互图“{title}”", f"an interactive chart “{title}”")
    if table is None:
        return (reading.unshown(what, _NOTHING),)
    return (reading.unshown(what, _NO_PICTURE), table)


def _title(found: Mapping[str, Any]) -> str:
    title = (found.get("layout") or {}).get("title") or ""
    return str(title.get("text") or "") if isinstance(title, Mapping) else str(title)


def _plotly(found: Mapping[str, Any], reading: Reading) -> Table | None:
    """Return the traces of a plotly figure below one another, a row a point."""
    traces = [one for one in found.get("data") or [] if isinstance(one, Mapping)]
    names = [one for one in _AXES if any(_array(trace.get(one)) for trace in traces)]
    rows: list[list[str]] = []
    several = len(traces) > 1
    for place, trace in enumerate(traces, start=1):
        columns = [_array(trace.get(name)) for name in names]
        own = str(trace.get("name") or place)
        for k in range(max(map(len, columns), default=0)):
            point = [_said(column[k]) if k < len(column) else "" for column in columns]
            rows.append(([own] if several else []) + point)
    lang = reading.settings.lang
    heads = [Text("系列", "series")(lang)] * several + [_axis(found, name) or _AXES[name](lang) for name in names]
    return _table(heads, rows, _title(found), reading)


def _axis(found: Mapping[str, Any], name: str) -> str:
    title = ((found.get("layout") or {}).get(f"{name}axis") or {}).get("title") or ""
    return str(title.get("text") or "") if isinstance(title, Mapping) else str(title)


def _array(found: Any) -> list[Any]:
    """Return an array of plotly: a list, or numbers in base64 with their type."""
    if isinstance(found, Mapping) and "bdata" in found:
        import numpy as np

        try:
            return list(np.frombuffer(base64.b64decode(str(found["bdata"])), dtype=str(found.get("dtype"))).tolist())
        except (ValueError, TypeError):
            return []
    return list(found) if isinstance(found, Sequence) and not isinstance(found, str) else []


def _vega(found: Mapping[str, Any], reading: Reading) -> tuple[str, Table | None]:
    title = found.get("title") or ""
    title = str(title.get("text") or "") if isinstance(title, Mapping) else str(title)
    values: Any = (found.get("data") or {}).get("values") if isinstance(found.get("data"), Mapping) else None
    sets = found.get("datasets")
    if not values and isinstance(sets, Mapping):
        values = next(iter(sets.values()), None)
    points = [one for one in values or [] if isinstance(one, Mapping)] if isinstance(values, list) else []
    heads = list(dict.fromkeys(str(name) for one in points for name in one))
    return title, _table(heads, [[_said(one.get(name, "")) for name in heads] for one in points], title, reading)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], title: str, reading: Reading) -> Table | None:
    if not rows or not heads:
        return None
    header: tuple[Row, ...] = (tuple(Cell(plain(one)) for one in heads),)
    body = tuple(tuple(Cell(plain(one)) for one in row) for row in rows[:MOST_ROWS])
    notes: tuple[Spans, ...] = ()
    if len(rows) > MOST_ROWS:
        notes = (plain(reading.cut(len(rows))),)
    return Table(header, body, (), plain(title), notes)


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else str(value)
