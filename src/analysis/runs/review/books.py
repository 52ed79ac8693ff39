"""Workbooks of the review: a sheet of locked and free columns, a guide, a hidden sheet that says what it is about."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from analysis.data.forms.look import GREY, HEADER, INPUT, LINE, LOCKED, set_up
from analysis.data.forms.opening import META
from analysis.data.forms.safety import safe_cell
from analysis.exceptions import Lang, Text

_MOST_TEXT = 2000


@dataclass(frozen=True)
class Column:
    """A column: its name in code, its heading, its width in characters, and whether it is filled in by people."""

    name: str
    heading: Text
    width: int
    free: bool = False


@dataclass(frozen=True)
class SheetOf:
    """A sheet.

    Parameters
    ----------
    heads : tuple of str
        Its three lines above the headings: title, whose it is, a hint.
    rows : sequence of mapping
        By names of columns.
    choices : mapping of str to sequence of str
        The list a free column is chosen from.
    """

    name: str
    columns: Sequence[Column]
    heads: tuple[str, str, str]
    rows: Sequence[Mapping[str, Any]]
    choices: Mapping[str, Sequence[str]]
    notice: str = ""


def new_book(sheet: SheetOf, guide: Sequence[str], meta: Mapping[str, str], lang: Lang) -> bytes:
    """Return a workbook of one sheet to fill in, with its guide and what it is about."""
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = sheet.name
    last = get_column_letter(len(sheet.columns))
    for row, said in enumerate(sheet.heads, start=1):
        page[f"A{row}"] = safe_cell(said)
        page.merge_cells(f"A{row}:{last}{row}")
    page["A1"].font, page["A1"].alignment = Font("SimHei", 14, bold=True), Alignment("center", "center", wrap_text=True)
    set_up(page, [(one.heading(lang), one.width) for one in sheet.columns], sheet.notice, (40, 30))
    for i, given in enumerate(sheet.rows, start=HEADER + 1):
        _fill(page, i, sheet.columns, given)
    end = HEADER + max(len(sheet.rows), 1)
    page.print_area = f"A1:{last}{end}"
    page.auto_filter.ref = f"A{HEADER}:{last}{end}"
    page.protection.autoFilter = page.protection.sort = page.protection.deleteRows = False
    for j, one in enumerate(sheet.columns, start=1):
        if one.free:
            _limit(page, get_column_letter(j), end, sheet.choices.get(one.name), lang)
    _guide(book, guide, lang)
    hidden = book.create_sheet(META)
    for pair in meta.items():
        hidden.append(list(pair))
    hidden.sheet_state = "hidden"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(page: Worksheet, i: int, columns: Sequence[Column], row: Mapping[str, Any]) -> None:
    lines = 1
    for j, one in enumerate(columns, start=1):
        cell = page.cell(i, j, safe_cell(row.get(one.name)))
        cell.border, cell.protection = LINE, Protection(locked=not one.free)
        cell.fill, cell.font = (INPUT if one.free else LOCKED), Font("SimSun", 10)
        number = isinstance(row.get(one.name), int)
        cell.alignment = Alignment("center" if number else None, "top", wrap_text=True)
        wide = sum(1 if sign.isascii() else 2 for sign in str(row.get(one.name) or ""))
        lines = max(lines, math.ceil(wide / (0.9 * one.width)))
    page.row_dimensions[i].height = min(14 * lines + 6, 400)


def _limit(page: Worksheet, letter: str, end: int, choices: Sequence[str] | None, lang: Lang) -> None:
    if choices:
        rule = DataValidation("list", formula1=f'"{",".join(choices)}"')
        rule.error = "请从列表中选择" if lang == "zh" else "Choose from the list"
    else:
        rule = DataValidation("textLength", operator="lessThanOrEqual", formula1=str(_MOST_TEXT))
        rule.error = f"不超过{_MOST_TEXT}字" if lang == "zh" else f"Up to {_MOST_TEXT} characters"
    rule.allow_blank = True
    rule.add(f"{letter}{HEADER + 1}:{letter}{end}")
    page.add_data_validation(rule)


def _guide(book: Workbook, said: Sequence[str], lang: Lang) -> None:
    page = book.create_sheet("填写说明" if lang == "zh" else "guide")
    page["A1"] = page.title
    page["A1"].font = Font("SimHei", 14, bold=True)
    page.column_dimensions["A"].width = 100
    for i, line in enumerate(said, start=3):
        page.cell(i, 1, line).font = Font("SimSun", 11)
        page.cell(i, 1).alignment = Alignment(wrap_text=True, vertical="center")
        page.row_dimensions[i].height = 32
    page.protection.sheet = True
    page.sheet_properties.tabColor = GREY
