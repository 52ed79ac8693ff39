"""xls by xlrd, with formats, hidden rows and superscripts; xlsb by calamine, which knows values and sheets alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlrd
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from analysis.data.grid.grid import Grid, superscript
from analysis.data.grid.openxml import shown

_SUPERSCRIPT = 1  # xlrd's escapement


def read_xls(path: Path) -> list[Grid]:
    """Return the sheets of a workbook of Excel 97-2003, which WPS writes as .et too.

    Raises
    ------
    xlrd.XLRDError
        It is no such workbook, or has a password.
    """
    with xlrd.open_workbook(path, formatting_info=True, logfile=_Silent()) as book:
        return [_sheet(book, sheet) for sheet in book.sheets()]


class _Silent:
    """Takes what xlrd would print of odd records."""

    def write(self, text: str) -> None:
        """Print nothing."""


def _sheet(book: Any, sheet: Any) -> Grid:
    rows = [[_cell(book, sheet, i, j) for j in range(sheet.ncols)] for i in range(sheet.nrows)]
    merges = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
    hidden_rows = {i for i, info in sheet.rowinfo_map.items() if info.hidden}
    hidden_columns = {j for j, info in sheet.colinfo_map.items() if info.hidden}
    return Grid(sheet.name, rows, merges, hidden_rows, hidden_columns, sheet.visibility != 0)


def _cell(book: Any, sheet: Any, i: int, j: int) -> Any:
    kind, value = sheet.cell_type(i, j), sheet.cell_value(i, j)
    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if kind == xlrd.XL_CELL_TEXT:
        return _text(book, sheet, i, j, value)
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#N/A")
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    form = book.format_map[book.xf_list[sheet.cell_xf_index(i, j)].format_key].format_str
    if kind == xlrd.XL_CELL_DATE:
        return shown(xlrd.xldate_as_datetime(value, book.datemode), form)
    return shown(int(value) if value.is_integer() else value, form)


def _text(book: Any, sheet: Any, i: int, j: int, value: str) -> str:
    runs = sheet.rich_text_runlist_map.get((i, j))
    if not runs:
        return value
    own = book.xf_list[sheet.cell_xf_index(i, j)].font_index
    starts = [(0, own), *runs]
    ends = [start for start, _ in starts[1:]] + [len(value)]
    parts = ((value[start:end], font) for (start, font), end in zip(starts, ends, strict=True))
    return "".join(
        superscript(part) if book.font_list[font].escapement == _SUPERSCRIPT else part for part, font in parts
    )


def read_xlsb(path: Path) -> list[Grid]:
    """Return the sheets of a binary workbook; hidden rows and number formats cannot be seen in it."""
    book = CalamineWorkbook.from_path(str(path))
    out = []
    for about in book.sheets_metadata:
        rows = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
        cells = [[None if cell == "" else cell for cell in row] for row in rows]
        out.append(Grid(about.name, cells, hidden=about.visible != SheetVisibleEnum.Visible))
    return out
