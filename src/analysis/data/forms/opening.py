"""Opening what a department sends: its sheets, what it says of itself, what its rows may leave out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.data.forms.lookup import AreaNames, IndicatorNames
from analysis.data.forms.rows import Context
from analysis.data.grid import Book, Grid, open_book
from analysis.data.reading import LeftOut
from analysis.data.reported.sheets import RUBRIC_SHEET
from analysis.exceptions import Text, Where, no_such
from analysis.gate.numbers import Number, read_number
from analysis.gate.texts import text
from analysis.places import shown
from analysis.plan import Plan

META, GUIDE = "_meta", "填报说明"


@dataclass(frozen=True)
class Options:
    """How a file is to be read.

    Parameters
    ----------
    area, year : optional
        What rows without one are about; a form says so itself.
    department : str
        Who reports; the source of rows that name none.
    hidden : bool
        Hidden sheets, rows and columns are read too.
    sheet : str
        The one sheet to read; empty for all.
    """

    area: str | None = None
    year: int | None = None
    department: str = ""
    hidden: bool = False
    sheet: str = ""


@dataclass(frozen=True)
class Opened:
    """A file that was opened: its sheets, what it says of itself, and what its rows may leave out."""

    book: Book
    sha256: str
    about: dict[str, str]
    context: Context
    left_out: tuple[LeftOut, ...]


def open_submission(path: Path, plan: Plan, areas: Mapping[str, str], options: Options) -> Opened:
    """Open a file and set out what its rows may leave out; hidden parts are named and left out.

    Raises
    ------
    UsageError, DataError
        As for `read_submission`; or no sheet has the name asked for.
    """
    book = _book(path, {one.id for one in plan.indicators} | {plan.area, *areas})
    about = {
        text(row[0]): text(row[1]) for grid in book.sheets if grid.name == META for row in grid.rows if len(row) > 1
    }
    own = (META, GUIDE, RUBRIC_SHEET) if about else (META, GUIDE)
    sheets = [grid for grid in book.sheets if grid.name not in own]
    if options.sheet:
        sheets = _named(sheets, options.sheet, path)
    kept, left = [], []
    for grid in sheets:
        if grid.hidden and not options.hidden and grid.name != options.sheet:
            if count := grid.filled():
                left.append(LeftOut(Text("隐藏工作表", "hidden sheet"), grid.name, count))
            continue
        seen, gone = (grid, []) if options.hidden else grid.without_hidden()
        kept.append(seen)
        left += gone
    told = read_number(about.get("year", ""))
    context = Context(
        plan,
        options.area or about.get("area") or plan.area,
        options.year or (int(told.value) if isinstance(told, Number) else None),
        IndicatorNames(plan),
        AreaNames(plan, areas),
        source=about.get("department") or options.department,
        comma=book.decimal_comma,
    )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Opened(replace(book, sheets=kept), digest, about, context, tuple(left))


def _book(path: Path, known: set[str]) -> Book:
    """Open a file; SDMX becomes a table with a row a value, whatever form it has."""
    from analysis.data.exchange import is_sdmx_csv, sdmx_csv_rows, sdmx_rows

    if path.suffix.lower() in (".xml", ".sdmx") and path.is_file():
        return Book(path.name, [Grid("", sdmx_rows(path, known))])
    book = open_book(path)
    first = book.sheets[0] if book.sheets else None
    if first is not None and not first.name and is_sdmx_csv(first.rows):
        first.rows = sdmx_csv_rows(first.rows, known)
    return book


def _named(sheets: list[Grid], name: str, path: Path) -> list[Grid]:
    found = [grid for grid in sheets if grid.name == name]
    if not found:
        where = Where(file=shown(path), item="--sheet")
        raise no_such(Text("没有工作表", "there is no sheet"), name, [grid.name for grid in sheets], where)
    return found
