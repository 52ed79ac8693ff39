"""A workbook under construction: what is written into a cell and what it means are noted in one go."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from tables.world import SCALE, WORLDS, World

Key = dict[str, Any]
Special = Callable[["Page", int, int, Key, float], None]
_FONTS = ("宋体", "仿宋_GB2312", "黑体", "楷体", "等线")
_EDGE = Side(style="thin")
_WHEN = (2025, 6, 3, 9, 30, 0)  # in every archive, so that the same tables give the same bytes


class Book:
    """A workbook and its truth."""

    def __init__(
        self, name: str, world: World, year: int | None = None, area: str | None = None, no_data: str = ""
    ) -> None:
        self.name, self.world, self.no_data = name, world, no_data
        self.options = {"year": year, "area": area}
        self.pages: list[Page] = []
        self.book = Workbook()
        self.book.remove(self.book.active)

    def page(self, title: str, hidden: bool = False) -> Page:
        """Return a new sheet."""
        sheet = self.book.create_sheet(title)
        if hidden:
            sheet.sheet_state = "hidden"
        self.pages.append(Page(self.world, sheet, _FONTS[(len(self.name) + len(self.pages)) % len(_FONTS)]))
        return self.pages[-1]

    def save(self, folder: Path) -> Path:
        """Write the xlsx and return its path."""
        stream = io.BytesIO()
        self.book.save(stream)
        path = folder / f"{self.name}.xlsx"
        path.write_bytes(_settled(stream.getvalue(), [page.results for page in self.pages]))
        return path

    def truth(self, file: str = "", computed: bool = False, first_only: bool = False) -> dict[str, Any]:
        """Return what the file means.

        `computed`: saved by a program that works formulas out. `first_only`: a csv, which holds the first sheet.
        """
        cells, missing, ask = [], [], []
        for page in self.pages[:1] if first_only else self.pages:
            title = "" if first_only else page.title
            cells += [{"sheet": title, **cell} for cell in page.cells + (page.formulas if computed else [])]
            missing += [[title, *one] for one in page.lacking]
            ask += [[title, *one] for one in page.asks]
            if not computed:
                ask += [[title, cell["cell"], "formula without a stored value"] for cell in page.formulas]
        used = {cell["indicator"]: SCALE.get(self.world.unit[cell["indicator"]]) for cell in cells}
        about = {"file": file or f"{self.name}.xlsx", "plan": self.world.plan, "options": self.options, "scale": used}
        return {**about, "cells": cells, "missing": missing, "ask": ask, "no_data": self.no_data}


class Page:
    """A sheet; rows and columns count from 1."""

    def __init__(self, world: World, sheet: Any, font: str) -> None:
        self.world, self.sheet, self.title, self.font = world, sheet, sheet.title, font
        self.cells: list[Key] = []
        self.formulas: list[Key] = []
        self.lacking: list[list[str]] = []
        self.asks: list[list[str]] = []
        self.results: dict[str, float] = {}

    def text(self, row: int, column: int, content: Any, bold: bool = False, size: int = 10, left: bool = True) -> None:
        """Write a heading, a name or a note."""
        cell = self.sheet.cell(row, column, content)
        cell.font = Font(name="黑体" if bold else self.font, size=size, bold=bold)
        cell.alignment = Alignment(horizontal="left" if left else "center", vertical="center", wrap_text=size < 11)

    def row(self, row: int, column: int, contents: Sequence[Any], bold: bool = False) -> None:
        """Write texts side by side; None leaves a cell out."""
        for j, content in enumerate(contents):
            if content is not None:
                self.text(row, column + j, content, bold, left=False)

    def title_lines(self, width: int, title: str, *below: str) -> int:
        """Write a title and lines below it, merged over the width; return the next row."""
        for i, line in enumerate((title, *below), start=1):
            self.text(i, 1, line, bold=i == 1, size=16 if i == 1 else 10, left=i > 1)
            self.merge(i, 1, i, width)
        self.widths(16 + 2 * (len(title) % 9), 10)
        return len(below) + 2

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge cells."""
        self.sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)

    def widths(self, *widths: int) -> None:
        """Set the widths of the first columns."""
        for j, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(j)].width = width

    def value(
        self, row: int, column: int, key: Key, number: float, shown: Any = None, form: str = "", role: str = "value"
    ) -> None:
        """Write a number, as `shown` where it is written otherwise, and note what it means."""
        self._write(row, column, number if shown is None else shown, form)
        self.cells.append({"cell": _at(row, column), "as": role, **key, "value": number})

    def missing(self, row: int, column: int, symbol: str) -> None:
        """Write the mark of a missing value."""
        self._write(row, column, symbol or None)
        self.lacking.append([_at(row, column), symbol])

    def ask(self, row: int, column: int, content: Any, why: str, form: str = "") -> None:
        """Write what must not be taken without a person."""
        self._write(row, column, content, form)
        self.asks.append([_at(row, column), why])

    def formula(self, row: int, column: int, key: Key, formula: str, number: float, stored: bool) -> None:
        """Write a formula, with its result stored or not."""
        self._write(row, column, formula)
        known = {"cell": _at(row, column), "as": "value", **key, "value": number}
        if stored:
            self.results[_at(row, column)] = number
        (self.cells if stored else self.formulas).append(known)

    def grid(self, top: int, left: int, keys: Sequence[Sequence[Key | None]], special: dict | None = None) -> None:
        """Write the made-up numbers of a block of keys; `special` says by (row, column) from 0 what is otherwise."""
        for i, line in enumerate(keys):
            for j, key in enumerate(line):
                if key is not None:
                    number = self.world.number(key)
                    (special or {}).get((i, j), plain)(self, top + i, left + j, key, number)

    def counts(self, row: int, column: int, key: Key, value_first: bool = False) -> None:
        """Write numerator, denominator and the value they give, side by side."""
        above, below, value = self.world.counts(key)
        order = [("numerator", above), ("denominator", below)]
        order.insert(0 if value_first else 2, ("value", value))
        for j, (role, number) in enumerate(order):
            self.value(row, column + j, key, number, role=role)

    def texts(self) -> list[list[Any]]:
        """Return the sheet row by row as a csv of it would show it: no formats, a merged cell once."""
        return [[_shown(cell) for cell in line] for line in self.sheet.iter_rows()]

    def _write(self, row: int, column: int, content: Any, form: str = "") -> None:
        cell = self.sheet.cell(row, column, content)
        cell.font, cell.alignment = Font(name=self.font, size=10), Alignment(horizontal="center")
        cell.border = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
        if form:
            cell.number_format = form


def plain(page: Page, row: int, column: int, key: Key, number: float) -> None:
    """Write the number as it is."""
    page.value(row, column, key, number)


def written(pattern: str) -> Special:
    """Return what writes the number as text by a pattern such as `{:.2f}①`."""
    return lambda page, row, column, key, number: page.value(row, column, key, number, pattern.format(number))


def wide_digits(page: Page, row: int, column: int, key: Key, number: float) -> None:
    """Write the number in full-width digits."""
    wide = str(number).translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    page.value(row, column, key, number, wide)


def as_percent(form: str) -> Special:
    """Return what writes a share below 1 that a format shows as a percentage."""
    return lambda page, row, column, key, number: page.value(row, column, key, number, round(number / 100, 6), form)


def exactly(number: float, form: str = "") -> Special:
    """Return what writes another number, which then is the true one."""
    return lambda page, row, column, key, _: page.value(row, column, key, number, form=form)


def raised(mark: str) -> Special:
    """Return what writes the number with a raised mark behind it, as a rich text."""

    def write(page: Page, row: int, column: int, key: Key, number: float) -> None:
        block = TextBlock(InlineFont(rFont=page.font, vertAlign="superscript"), mark)
        page.value(row, column, key, number, CellRichText(str(number), block))

    return write


def none(symbol: str) -> Special:
    """Return what writes the mark of a missing value."""
    return lambda page, row, column, *_: page.missing(row, column, symbol)


def ask(content: Any, why: str, form: str = "") -> Special:
    """Return what writes something to be asked about."""
    return lambda page, row, column, *_: page.ask(row, column, content, why, form)


def doubtful(why: str) -> Special:
    """Return what writes the number, where its row or column does not say for sure what it is."""
    return lambda page, row, column, _, number: page.ask(row, column, number, why)


def delimited(page: Page, delimiter: str, encoding: str, comma: bool = False) -> bytes:
    """Return a sheet as delimited text, on request with decimal commas."""
    lines = []
    for row in page.texts():
        cells = [re.sub(r"(?<=\d)\.(?=\d)", ",", cell) if comma else cell for cell in row]
        quoted = [f'"{cell}"' if delimiter in cell or "\n" in cell or '"' in cell else cell for cell in cells]
        lines.append(delimiter.join(quoted) + "\r\n")
    return "".join(lines).encode(encoding)


def _shown(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, int | float) and "%" in cell.number_format:
        return f"{value * 100:.10g}%"
    return str(value)


def _at(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def _settled(raw: bytes, results: Sequence[dict[str, float]]) -> bytes:
    """Return the archive with the stored results of formulas put in and without the time of writing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            for at, number in (results[int(found.group(1)) - 1] if found else {}).items():
                cell = rf'(<c r="{at}"[^>]*><f>[^<]*</f>)<v\s*(?:/>|></v>)'
                part, n = re.subn(cell.encode(), lambda m, v=number: m.group(1) + f"<v>{v!r}</v>".encode(), part)
                assert n == 1, (name, at)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2025-06-03T09:30:00Z", part)
            target.writestr(zipfile.ZipInfo(name, _WHEN), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


__all__ = ["WORLDS", "Book", "Key", "Page", "Special"]
