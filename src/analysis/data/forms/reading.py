"""Reading what a department sends: forms, tables with a row a value, wide tables, SDMX; rows in are rows out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.data.forms.collector import Collector, Place
from analysis.data.forms.long import read_long
from analysis.data.forms.opening import Opened, Options, open_submission
from analysis.data.forms.years import year_of
from analysis.data.grid import Grid
from analysis.data.grid.grid import address
from analysis.data.reading import LeftOut, Reading
from analysis.data.reported.reading import Reports
from analysis.data.reported.rows import Given
from analysis.data.wide.blocks import Long, blocks_of
from analysis.data.wide.cells import read_table
from analysis.data.wide.layout import Layout
from analysis.data.wide.meaning import Vocabulary
from analysis.data.wide.tables import WideTable, understood
from analysis.exceptions import DataError, Fault, Text, Where, wrong_data
from analysis.gate.numbers import Number, read_number
from analysis.places import shown
from analysis.plan import Plan

SIMULATED = Text("模拟数据，仅供演示", "Simulated data, for demonstration only")
_TITLE_ROWS = 4


@dataclass(frozen=True)
class FileRead:
    """A file read: what came of its numbers, what it says of itself, its wide tables, and whether these are settled.

    While a wide table is not settled nothing of the file may be stored: a person first looks at its mapping.
    `simulated` says that a title calls the data simulated.
    """

    reading: Reading
    about: dict[str, str]
    remarks: tuple[Text, ...]
    tables: tuple[WideTable, ...]
    settled: bool
    simulated: bool = False


class NeedsMapping(DataError):
    """A file has wide tables of which nobody has confirmed what they mean."""


Settle = Callable[[WideTable], bool]  # gives a table the meanings a person confirmed; False where none did


def read_file(
    path: Path, plan: Plan, areas: Mapping[str, str], options: Options, settle: Settle = lambda table: False
) -> FileRead:
    """Read a department's file of whatever shape.

    Parameters
    ----------
    path : Path
        Whatever `grid.open_book` opens, or SDMX-ML (.xml, .sdmx).
    plan : Plan
        Defines the indicators.
    areas : mapping
        Names of the known areas by code; the plan's own is always known.
    options : Options
    settle : callable
        Takes each wide table.

    Raises
    ------
    UsageError
        There is no such file, or its kind is unknown.
    DataError
        The file is no workbook, unsafe, or has no table that can be read.
    """
    opened = open_submission(path, plan, areas, options)
    collector = Collector(plan, left_out=list(opened.left_out))
    tables: list[WideTable] = []
    found = False
    settled = True
    reports = Reports(collector, _given(opened, options))
    for grid in opened.book.sheets:
        if reports.read(grid, bool(opened.about)):
            found = True
            continue
        stray: list[int] = []
        words = Vocabulary(opened.context.names, opened.context.areas)
        for block in blocks_of(grid, words):
            found = found or not isinstance(block, int)
            if isinstance(block, Long):
                read_long(block, opened, collector)
            elif isinstance(block, Layout):
                settled = _read_wide(block, words, opened, collector, tables, settle) and settled
            else:
                stray.append(block)
        if not opened.about:
            _leave(grid, stray, collector)
    if not found:
        raise no_header(path)
    told = reports.tables()
    reading = collector.reading(path.name, opened.sha256, told)
    simulated = not opened.about and any(_says_simulated(grid) for grid in opened.book.sheets)
    remarks = (*opened.book.remarks, *reports.remarks())
    return FileRead(reading, opened.about, remarks, tuple(tables), settled, simulated)


def _given(opened: Opened, options: Options) -> Given:
    """Return what the rows of the annual report leave out; the command counts before what the form says."""
    department = options.department or opened.about.get("department", "")
    own = opened.context
    return Given(own.plan, own.area, department, own.year, bool(opened.about))


def _says_simulated(grid: Grid) -> bool:
    """Return whether one of the first rows calls the data simulated."""
    texts = (cell for row in grid.rows[:_TITLE_ROWS] for cell in row if isinstance(cell, str))
    return any("模拟数据" in cell for cell in texts)


def read_submission(
    path: Path, plan: Plan, area: str | None = None, year: int | None = None, areas: Mapping[str, str] | None = None
) -> tuple[Reading, dict[str, str]]:
    """Read a file that has a row a value: a form, a long table, SDMX.

    Parameters
    ----------
    path, plan : as for `read_file`
    area, year : optional
        What rows without one are about; a form says so itself.
    areas : mapping, optional
        Names of the known areas by code.

    Returns
    -------
    reading, about
        `about` holds what the form says of itself: plan, department, year, area; empty for other files.

    Raises
    ------
    UsageError, DataError
        As for `read_file`; `NeedsMapping` where it has a wide table.
    """
    read = read_file(path, plan, areas or {}, Options(area, year))
    if not read.settled:
        raise needs_mapping(path.name, f"{path.name}.mapping.xlsx")
    return read.reading, read.about


def needs_mapping(file: str, mapping: str) -> NeedsMapping:
    """Return what tells a person to look at the mapping of a file."""
    return NeedsMapping(
        (
            Fault(
                Text("宽表，尚未确认各行各列的含义", "a wide table whose rows and columns nobody has confirmed yet"),
                Where(file=file),
                Text(f"确认后的对应表 {mapping}", f"its mapping, confirmed: {mapping}"),
                Text(
                    f"请打开 {mapping} 核对，然后执行：workbench ingest {file} --mapping {mapping}",
                    f"Look through {mapping}, then run: workbench ingest {file} --mapping {mapping}",
                ),
            ),
        )
    )


def _read_wide(
    layout: Layout, words: Vocabulary, opened: Opened, collector: Collector, tables: list[WideTable], settle: Settle
) -> bool:
    year, fault = year_of(layout.grid.name, layout.titles, opened.context.year)
    table = understood(len(tables) + 1, layout, words, year, fault)
    tables.append(table)
    settled = settle(table)
    read_table(table, opened.context, collector, settled)
    return settled


def _leave(grid: Grid, rows: list[int], collector: Collector) -> None:
    """Name rows outside every table: text is no data, rows with numbers are set aside."""
    reason = Text("不在可识别的表格内（上方没有表头）", "outside every table that can be read (no header above)")
    words = 0
    for i in rows:
        row = grid.rows[i]
        if any(isinstance(read_number(cell), Number) for cell in row):
            cells = "、".join(address(i, j) for j, cell in enumerate(row) if isinstance(read_number(cell), Number))
            collector.set_aside({}, Place(grid.name, i + 1, cells), reason, row)
        else:
            words += 1
    if words:
        collector.left_out.append(LeftOut(Text("文字行（标题、说明、注释）", "rows of text"), grid.name, words))


def no_header(path: Path) -> DataError:
    """Return the error of a file in which neither a header nor a wide table was found."""
    return wrong_data(
        Text("找不到表头", "no header was found"),
        Where(file=shown(path)),
        Text(
            "一行含“指标编码”（或“指标名称”）和“数值”（或“分子”）；或指标×年份、地区×指标的宽表",
            "a row that names the indicator and the value, or a table of indicators by years or areas by indicators",
        ),
        Text(
            "可用的表头见 workbench ingest --headers；也可使用 workbench template 生成的表。",
            "`workbench ingest --headers` lists the headers that are read; or use the form of `workbench template`.",
        ),
    )
