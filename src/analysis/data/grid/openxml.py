"""xlsx and xlsm, transitional and strict: values by openpyxl, hidden rows, merges, uncomputed formulas beside them."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import column_index_from_string, coordinate_to_tuple, range_boundaries

from analysis.data.grid.grid import Grid, superscript
from analysis.gate.texts import UNCOMPUTED

MOST_ROWS, MOST_COLUMNS = 1_100_000, 1_000
_TAGS = ("{*}row", "{*}col", "{*}mergeCell")
_STRICT = b"http://purl.oclc.org/ooxml/"
_NAMESPACES = (
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.')


def read_openxml(path: Path) -> list[Grid]:
    """Return the sheets of a workbook that was checked before (`forms.safety.check_workbook`).

    Raises
    ------
    Exception
        Whatever openpyxl finds in a broken workbook; the caller says so.
    """
    source = _transitional(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions openpyxl does not know
        book = load_workbook(source, read_only=True, data_only=True, rich_text=True)
        try:
            with zipfile.ZipFile(source) as archive:
                return [_grid(sheet, archive) for sheet in book.worksheets]
        finally:
            book.close()


def _transitional(path: Path) -> Any:
    """Return the workbook itself, a strict one with the namespaces of the transitional form, which openpyxl reads."""
    with zipfile.ZipFile(path) as given:
        if _STRICT not in given.read("xl/workbook.xml"):
            return path if path.suffix.lower() in (".xlsx", ".xlsm") else io.BytesIO(path.read_bytes())  # by content
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
            for part in given.infolist():
                content = given.read(part)
                for strict, plain in _NAMESPACES:
                    content = content.replace(strict, plain)
                out.writestr(part.filename, content)
    made.seek(0)
    return made


def _grid(sheet: Any, archive: zipfile.ZipFile) -> Grid:
    sheet.reset_dimensions()  # a wrong declared size would cut rows off
    rows = [_trimmed([_value(cell) for cell in row]) for row in _limited(sheet)]
    with archive.open(sheet._worksheet_path.lstrip("/")) as stream:
        grid = _structure(stream, Grid(sheet.title, rows, hidden=sheet.sheet_state != "visible"))
    return grid


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] is None:
        row.pop()
    return row


def _limited(sheet: Any) -> Iterator[Any]:
    for i, row in enumerate(sheet.iter_rows()):
        if i >= MOST_ROWS:
            return
        yield row[:MOST_COLUMNS]


def _value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, CellRichText):
        return "".join(
            superscript(part.text)
            if isinstance(part, TextBlock) and part.font.vertAlign == "superscript"
            else str(part)
            for part in value
        )
    if value is None or isinstance(value, str | bool):
        return value
    form = str(getattr(cell, "number_format", ""))
    return shown(value, form)


def shown(value: Any, form: str) -> Any:
    """Return a number or date as its format shows it.

    0.213 under `0.0%` is 21.3%, 21 under `0"%"` is 21%, a date under `yyyy` is the year.
    """
    if form in ("General", ""):
        return value
    if isinstance(value, date | datetime):
        bare = _LITERAL.sub("", form).lower()
        return value.year if "y" in bare and not re.search("[md]", bare) else value
    if isinstance(value, int | float):
        first = form.split(";")[0]
        if "%" in _LITERAL.sub("", first):
            return f"{value * 100:.12g}%"
        behind = re.search(r'[0#?](?:"([^"]{1,6})"|\\([%‰]))\s*$', first)
        sign = (behind[1] or behind[2] or "").strip() if behind else ""
        return f"{value:.15g}{sign}" if sign else value
    return value


def _structure(stream: Any, grid: Grid) -> Grid:
    """Add to a sheet what its part says beside the values.

    These are merged ranges, hidden rows and columns, formulas without a stored value, and texts that stand in the
    cells themselves with superscript runs.
    """
    number = 0
    events = etree.iterparse(stream, tag=_TAGS, resolve_entities=False, huge_tree=True)
    for _, element in events:
        name = element.tag.rpartition("}")[2]
        if name == "row":
            number = int(element.get("r", number + 1))
            if _is_true(element.get("hidden")):
                grid.hidden_rows.add(number - 1)
            for cell in {part.getparent() for part in element.iter("{*}f", "{*}is")}:
                _beside(grid, cell)
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]
        elif name == "col" and _is_true(element.get("hidden")):
            grid.hidden_columns.update(range(int(element.get("min")) - 1, min(int(element.get("max")), MOST_COLUMNS)))
        elif name == "mergeCell":
            left, top, right, bottom = range_boundaries(element.get("ref"))
            grid.merges.append((int(top or 1) - 1, int(left or 1) - 1, int(bottom or 1) - 1, int(right or 1) - 1))
    return grid


def _beside(grid: Grid, cell: Any) -> None:
    found = _beside_value(cell) if cell.get("r") else None
    if found is None:
        return
    row, column = coordinate_to_tuple(cell.get("r"))
    if row <= len(grid.rows):
        cells = grid.rows[row - 1]
        cells += [None] * (column - len(cells))
        cells[column - 1] = found


def _beside_value(cell: Any) -> Any:
    """Return what openpyxl does not say of a cell: that it was not computed, or its text with superscripts."""
    parts = {part.tag.rpartition("}")[2]: part for part in cell}
    inline = parts.get("is")
    if inline is None:
        return UNCOMPUTED if "f" in parts and ("v" not in parts or not parts["v"].text) else None
    runs = [run for run in inline if run.tag.rpartition("}")[2] == "r"]
    return "".join(_run(run) for run in runs) if any("superscript" in _form(run) for run in runs) else None


def _form(run: Any) -> str:
    return "".join(one.get("val", "") for one in run.iter() if one.tag.rpartition("}")[2] == "vertAlign")


def _run(run: Any) -> str:
    words = "".join(one.text or "" for one in run.iter() if one.tag.rpartition("}")[2] == "t")
    return superscript(words) if "superscript" in _form(run) else words


def _is_true(given: str | None) -> bool:
    return given in ("1", "true")


assert column_index_from_string("ALL") == MOST_COLUMNS
