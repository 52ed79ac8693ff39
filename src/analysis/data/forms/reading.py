"""Reading what a department sends: xlsx, csv in UTF-8 or GB18030, or SDMX; rows in are rows out."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from analysis.data.forms.cells import number, text
from analysis.data.forms.header import find_header
from analysis.data.forms.rows import Context, SetAside, is_unfilled, observation
from analysis.data.forms.safety import check_workbook
from analysis.data.reading import Reading, accepted_table, quarantine_table
from analysis.exceptions import DataError, Text, Where, usage, wrong_data
from analysis.places import shown
from analysis.plan import Plan
from analysis.schema import BREAKDOWNS

META, GUIDE = "_meta", "填报说明"
_MOST_ROWS = 1_100_000  # more than a sheet can hold
_MOST_COLUMNS = 200
Sheet = tuple[str, list[list[Any]]]


def read_submission(
    path: Path, plan: Plan, area: str | None = None, year: int | None = None, areas: Mapping[str, str] | None = None
) -> tuple[Reading, dict[str, str]]:
    """Read a department's file.

    Parameters
    ----------
    path : Path
        .xlsx, .csv, .xml or .json (SDMX).
    plan : Plan
        Defines the indicators.
    area, year : optional
        What rows without one are about; a form says so itself.
    areas : mapping, optional
        Names of the known areas by code; without it only the plan's own area is known.

    Returns
    -------
    reading, about
        `about` holds what the form says of itself: plan, department, year, area; empty for other files.

    Raises
    ------
    UsageError
        There is no such file, or its kind is unknown.
    DataError
        The file is no workbook, unsafe, or has no header that names an indicator and a value.
    """
    if not path.is_file():
        raise usage(
            Text("文件不存在", "the file does not exist"),
            Where(file=shown(path)),
            Text("一个报送文件", "a file to read"),
            Text("请核对路径和文件名。", "Check the path and the name."),
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        sheets, about = _workbook(path)
    elif suffix in (".csv", ".txt"):
        from analysis.data.exchange import is_sdmx_csv, sdmx_csv_rows

        rows = _delimited(path)
        sheets, about = [("", sdmx_csv_rows(rows, _known(plan, areas)) if is_sdmx_csv(rows) else rows)], {}
    elif suffix in (".xml", ".sdmx"):
        from analysis.data.exchange import sdmx_rows

        sheets, about = [("", sdmx_rows(path, _known(plan, areas)))], {}
    else:
        raise usage(
            Text(f"不支持的文件类型 {suffix}", f"files of kind {suffix} cannot be read"),
            Where(file=shown(path)),
            Text("xlsx、csv 或 SDMX（xml、csv）", "xlsx, csv or SDMX (xml, csv)"),
            Text("请另存为 xlsx 或 csv。", "Save it as xlsx or csv."),
        )
    told = number(about.get("year", ""))
    context = Context(
        plan,
        area or about.get("area") or plan.area,
        year or (int(told.value) if told else None),
        areas or {},
        source=path.name if not about else about.get("department", path.name),
    )
    return _read(path, digest, sheets, context, bool(about)), about


def _known(plan: Plan, areas: Mapping[str, str] | None) -> set[str]:
    """Return the ids an exchange file may name as they are."""
    return {one.id for one in plan.indicators} | {plan.area, *(areas or {})}


def _read(path: Path, digest: str, sheets: Sequence[Sheet], context: Context, is_form: bool) -> Reading:
    """Read every row; rows of a form that were left as they were sent out are no data."""
    accepted: list[dict[str, Any]] = []
    aside: list[dict[str, Any]] = []
    seen: set[tuple[Any, ...]] = set()
    headless = []
    for name, rows in sheets:
        header = find_header(rows)
        if header is None:
            headless.append((name, rows))
            continue
        first, places = header
        for i, row in enumerate(rows[first + 1 :], start=first + 2):
            cells = {column: row[j] if j < len(row) else None for column, j in places.items()}
            if not any(text(cell) for cell in row) or (is_form and is_unfilled(cells)):
                continue
            try:
                one = observation(cells, context)
                key = (*(one[k] for k in ("indicator", "ref_area", "time_period", *BREAKDOWNS, "source", "vintage")),)
                if key in seen:
                    raise SetAside("indicator", Text("同一指标、地区、年份和分组已出现过", "the key occurs twice"))
                seen.add(key)
                accepted.append({**one, "sheet": name, "row": i})
            except SetAside as problem:
                aside.append(_set_aside(name, i, row, places, cells, problem))
    if len(headless) == len(sheets):
        raise _no_header(path)
    for name, rows in headless:
        reason = Text("工作表没有可识别的表头", "the sheet has no header that can be read")
        for i, row in enumerate(rows, start=1):
            if any(text(cell) for cell in row):
                aside.append(_set_aside(name, i, row, {}, {}, SetAside("", reason)))
    return Reading(path.name, digest, len(accepted) + len(aside), accepted_table(accepted), quarantine_table(aside))


def _set_aside(
    sheet: str, i: int, row: Sequence[Any], places: Mapping[str, int], cells: Mapping[str, Any], problem: SetAside
) -> dict[str, Any]:
    column = places.get(problem.column)
    return {
        "sheet": sheet,
        "row": i,
        "cell": f"{get_column_letter(column + 1)}{i}" if column is not None else f"A{i}",
        "indicator": text(cells.get("indicator")) or text(cells.get("indicator_name")),
        "time_period": text(cells.get("time_period")),
        "reason_zh": problem.reason.zh,
        "reason_en": problem.reason.en,
        "raw": json.dumps([text(cell) for cell in row[:_MOST_COLUMNS]], ensure_ascii=False),
    }


def _workbook(path: Path) -> tuple[list[Sheet], dict[str, str]]:
    """Return the sheets of data, hidden rows included, and what the form says of itself."""
    check_workbook(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions openpyxl does not know
            book = load_workbook(path, read_only=True, data_only=True)
            sheets = [(sheet.title, list(_rows(sheet))) for sheet in book.worksheets]
            book.close()
    except DataError:
        raise
    except Exception as error:
        raise _broken(path, type(error).__name__) from None
    about = {text(row[0]): text(row[1]) for name, rows in sheets if name == META for row in rows if len(row) > 1}
    return [(name, rows) for name, rows in sheets if name not in (META, GUIDE)], about


def _rows(sheet: Any) -> Iterator[list[Any]]:
    sheet.reset_dimensions()  # a wrong declared size would cut rows off
    for i, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS)):
        if i >= _MOST_ROWS:
            break
        yield [_shown(cell) for cell in row]


def _shown(cell: Any) -> Any:
    """Return a cell's value; a number shown as a percentage as the reader saw it, not as the fraction behind it."""
    value = cell.value
    if isinstance(value, int | float) and "%" in str(getattr(cell, "number_format", "")):
        return f"{value * 100:.12g}%"
    return value


def _delimited(path: Path) -> list[list[Any]]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            content = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _broken(path, "encoding")
    content = content.replace("\x00", "")
    first = content[:4000]
    delimiter = max(",\t;", key=first.count)
    csv.field_size_limit(10_000_000)
    try:
        return [row[:_MOST_COLUMNS] for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)]
    except csv.Error:
        raise _broken(path, "csv") from None


def _broken(path: Path, what: str) -> DataError:
    return wrong_data(
        Text(f"文件无法读取（{what}）", f"the file cannot be read ({what})"),
        Where(file=shown(path)),
        Text("完整的 xlsx，或 UTF-8、GB18030 编码的 csv", "a whole xlsx, or a csv in UTF-8 or GB18030"),
        Text("请用 Excel 或 WPS 打开后另存，再报送。", "Open it in Excel or WPS and save it again."),
    )


def _no_header(path: Path) -> DataError:
    return wrong_data(
        Text("找不到表头", "no header was found"),
        Where(file=shown(path)),
        Text(
            "一行含“指标编码”（或“指标名称”）和“数值”（或“分子”）",
            "a row that names the indicator and the value",
        ),
        Text("请使用 workbench template 生成的表，或补上表头。", "Use the form of `workbench template`."),
    )
