"""OpenDocument spreadsheets: values with their percent types, hidden rows and sheets, spans, superscripts."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

from analysis.data.grid.grid import Grid, superscript
from analysis.data.grid.openxml import MOST_COLUMNS, MOST_ROWS
from analysis.gate.texts import UNCOMPUTED

_NS = {name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("table", "office", "text", "style")}


def _tag(prefix: str, name: str) -> str:
    return f"{{{_NS[prefix]}}}{name}"


def read_ods(path: Path) -> list[Grid]:
    """Return the sheets of an .ods file that was checked before.

    Raises
    ------
    Exception
        Whatever is wrong with its archive or its XML; the caller says so.
    """
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("content.xml"), etree.XMLParser(resolve_entities=False, huge_tree=True))
    raised = _styles(root, "text-properties", _is_raised)
    hidden = _styles(root, "table-properties", lambda one: one.get(_tag("table", "display")) == "false")
    return [_sheet(table, raised, hidden) for table in root.iter(_tag("table", "table"))]


def _is_raised(properties: Any) -> bool:
    """Return whether a text stands above the line: `super 58%`, or a positive share of the line's height."""
    given = properties.get(_tag("style", "text-position"), "").split(" ")[0]
    return bool(given == "super" or (given.endswith("%") and not given.startswith(("-", "0%"))))


def _styles(root: Any, kind: str, holds: Any) -> set[str]:
    """Return the names of the styles of which a property holds."""
    return {
        style.get(_tag("style", "name"), "")
        for style in root.iter(_tag("style", "style"))
        for part in style.iter(_tag("style", kind))
        if holds(part)
    }


def _sheet(table: Any, raised: set[str], hidden: set[str]) -> Grid:
    grid = Grid(table.get(_tag("table", "name"), ""), [], hidden=table.get(_tag("table", "style-name")) in hidden)
    place = 0
    for column in table.iter(_tag("table", "table-column")):
        times = int(column.get(_tag("table", "number-columns-repeated"), 1))
        if column.get(_tag("table", "visibility")) in ("collapse", "filter"):
            grid.hidden_columns.update(range(place, min(place + times, MOST_COLUMNS)))
        place += times
    blank = 0  # rows seen since the last one with a cell: kept only where another follows
    for row in table.iter(_tag("table", "table-row")):
        times = int(row.get(_tag("table", "number-rows-repeated"), 1))
        first = len(grid.rows) + blank
        cells = _cells(row, raised, grid, first)
        if not any(cell is not None for cell in cells):
            blank += times
        elif first + times <= MOST_ROWS:
            grid.rows += [[] for _ in range(blank)] + [list(cells) for _ in range(times)]
            blank = 0
        if row.get(_tag("table", "visibility")) in ("collapse", "filter"):
            grid.hidden_rows.update(range(first, min(first + times, MOST_ROWS)))
    return grid


def _cells(row: Any, raised: set[str], grid: Grid, number: int) -> list[Any]:
    out: list[Any] = []
    for cell in row:
        if cell.tag not in (_tag("table", "table-cell"), _tag("table", "covered-table-cell")):
            continue
        times = min(int(cell.get(_tag("table", "number-columns-repeated"), 1)), MOST_COLUMNS - len(out))
        across, down = (int(cell.get(_tag("table", f"number-{one}-spanned"), 1)) for one in ("columns", "rows"))
        if across > 1 or down > 1:
            grid.merges.append((number, len(out), number + down - 1, len(out) + across - 1))
        out += [_value(cell, raised)] * max(times, 0)
    while out and out[-1] is None:
        out.pop()
    return out


def _value(cell: Any, raised: set[str]) -> Any:
    kind = cell.get(_tag("office", "value-type"))
    if kind in ("float", "currency"):
        value = float(cell.get(_tag("office", "value")))
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if kind == "percentage":
        return f"{float(cell.get(_tag('office', 'value'))) * 100:.12g}%"
    if kind == "date":
        return _date(cell)
    words = "\n".join(_words(part, raised) for part in cell.iter(_tag("text", "p")))
    if not words and cell.get(_tag("table", "formula")):
        return UNCOMPUTED
    return words or None


def _date(cell: Any) -> Any:
    """Return a date; the year alone where no more of it is shown."""
    said = "".join(cell.itertext()).strip()
    if said.rstrip("年").isdigit() and len(said.rstrip("年")) == 4:
        return int(said.rstrip("年"))
    try:
        return datetime.fromisoformat(cell.get(_tag("office", "date-value")))
    except (TypeError, ValueError):
        return said


def _words(part: Any, raised: set[str]) -> str:
    """Return a paragraph's text, its superscript spans as superscript characters."""
    out = part.text or ""
    for child in part:
        if child.tag == _tag("text", "s"):
            inner = " " * int(child.get(_tag("text", "c"), 1))
        else:
            inner = _words(child, raised)
            inner = superscript(inner) if child.get(_tag("text", "style-name")) in raised else inner
        out += inner + (child.tail or "")
    return out
