"""The files of a plan folder as a user left them: read whole, every fault of every file named at once."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.exceptions import Fault, Text, Where
from analysis.places import shown
from analysis.schema.files import ENCODINGS, existing, from_text, unreadable
from analysis.schema.messages import MISSING_CELLS, faults_of
from analysis.schema.tables import Column, Table

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WORKBOOKS = (".xlsx", ".xls", ".et")
_SEPARATORS = (";", "\t", "；", "，", "|")


def text_of(path: Path) -> str:
    """Return the text of a file in UTF-8 or GB18030; a `DataError` says that it is neither."""
    raw = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable(path)


def rows_of(folder: Path, table: Table, trusted: bool = False) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Read one table of a plan folder.

    Parameters
    ----------
    folder : the plan's folder
    table : the table, its file being `<name>.csv`
    trusted : the file was checked before: the cells are not searched for faults again

    Returns
    -------
    rows : one dictionary a row, a missing number being None; empty where there are faults
    faults : every fault of the file. Empty rows at its end, as spreadsheets leave them, are none.

    Raises
    ------
    UsageError
        The file does not exist, nor a workbook of its name.
    """
    path = folder / f"{table.name}.csv"
    workbook = next((one for end in _WORKBOOKS if (one := path.with_suffix(end)).is_file()), None)
    if workbook and not path.is_file():
        return [], [_a_workbook(workbook)]
    text = _without_empty_end(text_of(existing(path)))
    if not trusted and len(text.splitlines()) != 1:  # a header alone is a table without rows
        faults = _faults(text, shown(path), table)
        if faults:
            return [], faults
    return _records(from_text(text, table)), []


def _faults(text: str, file: str, table: Table) -> list[Fault]:
    head = text.lstrip().partition("\n")[0]
    separator = next((one for one in _SEPARATORS if one in head), "")
    if separator and "," not in head:
        return [_wrong_separator(separator, file)]
    faults = faults_of(text, file, table)
    known = {(fault.where.row, fault.where.column) for fault in faults}
    return faults + [one for one in _odd_numbers(text, file, table) if (one.where.row, one.where.column) not in known]


def _odd_numbers(text: str, file: str, table: Table) -> list[Fault]:
    """Return the cells that look like numbers to a reader and are none to a program, such as full-width digits."""
    numeric = [column for column in table.columns if column.kind != "text"]
    faults = []
    reader = csv.DictReader(StringIO(text), skipinitialspace=True)
    reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
    for row, cells in enumerate(reader, 2):
        for column in numeric:
            cell = (cells.get(column.name) or "").strip()
            if cell not in MISSING_CELLS and not _NUMBER.fullmatch(cell):
                faults.append(_no_number(cell, Where(file=file, row=row, column=column.name), column))
    return faults


def _no_number(cell: str, where: Where, column: Column) -> Fault:
    whole = column.kind == "integer"
    return Fault(
        Text(f"“{cell}”", f"'{cell}'"),
        where,
        Text(f"半角{'整数' if whole else '数字'}，如 12", f"a {'whole ' * whole}number in plain digits, such as 12"),
        Text("请以半角数字重填，不带单位和符号。", "Write it in plain digits, without unit or sign."),
    )


def _wrong_separator(separator: str, file: str) -> Fault:
    name = {"\t": ("制表符", "a tab")}.get(separator, (f"“{separator}”", f"'{separator}'"))
    return Fault(
        Text(f"以{name[0]}分隔的表头", f"a header separated by {name[1]}"),
        Where(file=file, row=1),
        Text("以半角逗号分隔的 CSV", "comma-separated values"),
        Text("请另存为以逗号分隔的“CSV UTF-8”。", "Save it again as comma-separated CSV UTF-8."),
    )


def _a_workbook(workbook: Path) -> Fault:
    name = workbook.with_suffix(".csv").name
    return Fault(
        Text(f"只有工作簿 {workbook.name}", f"only the workbook {workbook.name}"),
        Where(file=shown(workbook)),
        Text(f"CSV 文件 {name}", f"a CSV file {name}"),
        Text(f"请在 Excel 或 WPS 中另存为“CSV UTF-8”，文件名 {name}。", f"Save it as CSV UTF-8 under the name {name}."),
    )


def _without_empty_end(text: str) -> str:
    lines = text.splitlines(keepends=True)
    while lines and not lines[-1].strip(", \t\r\n"):
        lines.pop()
    return "".join(lines)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as dictionaries in which a missing number is None."""
    return [
        {str(name): None if pd.isna(cell) else cell for name, cell in row.items()} for row in frame.to_dict("records")
    ]
