"""Tables of a Word document: cells over several columns and rows, names repeated on every page, no row split."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph as TextParagraph

from analysis.document.grid import grid, width
from analysis.document.model import Cell, Row, Table
from analysis.document.spans import Spans
from analysis.export.layout import column_widths
from analysis.export.word_style import single_spaced

Fill = Callable[[Any, Spans, bool], None]  # a paragraph, what goes into it, whether it names a column
Places = dict[tuple[int, int], tuple[Cell, int]]  # row and column to the cell there, and how far above it begins
_SIDES = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER, "left": WD_ALIGN_PARAGRAPH.LEFT}


def add_table(out: Any, block: Table, total: float, fill: Fill) -> None:
    """Add a table to a document.

    Parameters
    ----------
    out : docx.document.Document
    block : Table
    total : float [mm]
        Width of the text.
    fill : function
        Writes spans into a paragraph.
    """
    columns = width(block)
    table = out.add_table(rows=0, cols=columns, style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = column_widths(block, total)
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = Mm(wide)
    for header, rows in ((True, block.header), (False, block.rows)):
        if not rows:
            continue
        blank = _row(table, widths, block, header)
        table._tbl.remove(blank)
        places = _places(rows)
        for at, row in enumerate(rows):
            made = deepcopy(blank)  # a copy is much faster than a new row
            table._tbl.append(made)
            if len(row) == columns and all(cell.colspan == cell.rowspan == 1 for cell in row):
                for tc, cell in zip(made.tc_lst, row, strict=True):
                    _write(table, tc, cell, header, fill)
            else:
                _merged(table, made, at, places, header, fill)


def _row(table: Any, widths: list[float], block: Table, header: bool) -> Any:
    """Return the element of a row of empty cells, each with the look of its column."""
    row = table.add_row()
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader") if header else ("w:cantSplit",):
        properties.append(OxmlElement(name))
    for k, cell in enumerate(row.cells):
        cell.width = Mm(widths[k])
        paragraph = cell.paragraphs[0]
        single_spaced(paragraph)
        if header:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            shade = OxmlElement("w:shd")
            for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EEF3F7")):
                shade.set(qn(f"w:{name}"), value)
            cell._tc.get_or_add_tcPr().append(shade)
        elif k < len(block.align) and block.align[k] in ("right", "center"):
            paragraph.alignment = _SIDES[block.align[k]]
    return row._tr


def _write(table: Any, tc: Any, cell: Cell, header: bool, fill: Fill) -> None:
    paragraph = TextParagraph(tc.p_lst[0], table)
    if cell.align and not header and paragraph.alignment != _SIDES[cell.align] and cell.align != "left":
        paragraph.alignment = _SIDES[cell.align]
    fill(paragraph, cell.spans, header)


def _places(rows: tuple[Row, ...]) -> Places:
    """Return, by row and column, the cell that covers a place, and how many rows above it begins."""
    out = {}
    for one in grid(rows):
        for down in range(min(one.cell.rowspan, len(rows) - one.row)):
            out[one.row + down, one.column] = one.cell, down
    return out


def _merged(
    table: Any, row: Any, at: int, places: dict[tuple[int, int], tuple[Cell, int]], header: bool, fill: Fill
) -> None:
    """Fill a row in which cells cover several places: those covered from the left go, from above continue."""
    cells, column = row.tc_lst, 0
    while column < len(cells):
        cell, down = places.get((at, column), (None, 0))
        if cell is None:
            column += 1
            continue
        tc, wide = cells[column], min(cell.colspan, len(cells) - column)
        properties = tc.get_or_add_tcPr()
        if wide > 1:
            tc.width = sum(one.width or 0 for one in cells[column : column + wide])
            properties.get_or_add_gridSpan().val = wide
            for covered in cells[column + 1 : column + wide]:
                row.remove(covered)
        if cell.rowspan > 1:
            properties.get_or_add_vMerge().val = "continue" if down else "restart"
        if not down:
            _write(table, tc, cell, header, fill)
        column += wide
