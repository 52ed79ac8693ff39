"""The cells of a plan's tables as text and numbers; every cell that is none of what its column allows is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.exceptions import Fault, Text, Where
from analysis.gate.ids import IdFault, doubled, is_code, is_name, no_name, same_but_for_case
from analysis.plan.sheet import Sheet
from analysis.plan.signs import UNWRITABLE, unwritable
from analysis.plan.tables import LARGEST, NAMES, RANGES, split
from analysis.schema.messages import MISSING_CELLS, empty_cell, no_choice, twice
from analysis.schema.tables import BREAKDOWNS, Column, Table

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"([+-]?\d{1,12})(?:\.0*)?", re.ASCII)
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．－＋％−", "0123456789.-+%-")
_PERCENT = ("percent", "percent_of_baseline", "percent_per_year")


@dataclass(frozen=True)
class Rows:
    """A table's rows: `good` those without a fault as row number and values, `all` those of the file as text.

    `faults` are all there are; `whole` is False where rows of the file could not be read.
    """

    good: tuple[tuple[int, dict[str, Any]], ...]
    all: tuple[tuple[int, dict[str, str]], ...]
    faults: tuple[Fault, ...]
    whole: bool


def rows_of(sheet: Sheet, table: Table, file: str, trusted: bool = False) -> Rows:
    """Return the rows of a sheet, each cell taken as its column wants it.

    Parameters
    ----------
    sheet : the cells as written
    table : the columns; one that is absent is empty in every row
    file : the name shown in faults
    trusted : only what cannot be read is a fault, not what the table does not allow

    Returns
    -------
    Rows : text as written, a missing number None, whole numbers int. Full-width digits are the digits they show; 12%
        is 12 under a unit of percent.
    """
    absent = {column.name for column in table.columns if column.name not in sheet.names}
    good, faults, seen = [], list(sheet.faults), set()
    header = {fault.where.row for fault in sheet.faults}
    for row, cells in sheet.rows:
        values, wrong = _row(cells, table, Where(file=file, row=row), absent, trusted)
        key = tuple(cells.get(name, "") for name in table.key)
        if key in seen and any(key):
            wrong.append(twice(file, table, row))
        seen.add(key)
        faults += wrong
        incomplete = any(column.required and column.name in absent for column in table.columns)
        if not wrong and row not in header and not incomplete:
            good.append((row, values))
    faults += _doubled(sheet, table, file)
    again = {fault.where.row for fault in faults if isinstance(fault, IdFault)}
    return Rows(tuple(one for one in good if one[0] not in again), sheet.rows, tuple(faults), sheet.whole)


def _doubled(sheet: Sheet, table: Table, file: str) -> Iterator[Fault]:
    """Yield the keys that differ from an earlier one by upper and lower case alone."""
    (key,) = table.key
    rows: dict[str, int] = {}
    for row, cells in sheet.rows:
        rows.setdefault(cells.get(key, ""), row)
    for one, other in same_but_for_case(rows):
        yield doubled(one, other, Where(file=file, row=rows[one], column=key))


def _row(
    cells: Mapping[str, str], table: Table, where: Where, absent: set[str], trusted: bool
) -> tuple[dict[str, Any], list[Fault]]:
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for column in table.columns:
        place = Where(file=where.file, row=where.row, column=column.name)
        cell = cells.get(column.name, "")
        try:
            values[column.name] = _value(cell, column, cells.get("unit", ""))
        except ValueError:
            faults.append(_no_number(cell, place, column))
            continue
        if column.name not in absent:
            faults += [
                fault
                for fault in _not_allowed(cell, values[column.name], column, table, place)
                if column.choices or not trusted or isinstance(fault, IdFault)
            ]
    return values, faults


def plain(cell: str, column: Column, unit: str) -> str:
    """Return a cell as plain text: a number in half-width signs, without the sign of percent under such a unit.

    Parameters
    ----------
    cell : as written, without blanks at its ends
    column : the cell's column
    unit : the unit of the cell's row, a code
    """
    if column.kind == "text":
        return cell
    text = cell.translate(_HALF_WIDTH).strip()
    if column.kind == "number" and text.endswith("%") and unit in _PERCENT:
        text = text[:-1].rstrip()
    return text


def _value(cell: str, column: Column, unit: str) -> str | float | int | None:
    text = plain(cell, column, unit)
    if column.kind == "text":
        return text
    if text in MISSING_CELLS:
        return None
    if column.kind == "integer":
        whole = _WHOLE.fullmatch(text)
        if not whole:
            raise ValueError
        return int(whole.group(1))
    if not _NUMBER.fullmatch(text) or not abs(float(text)) <= LARGEST:
        raise ValueError
    return float(text)


def _not_allowed(cell: str, value: Any, column: Column, table: Table, where: Where) -> list[Fault]:
    if value is None or (column.kind == "text" and cell in (MISSING_CELLS if column.required else ("",))):
        return [empty_cell(where, column)] if column.required else []
    if column.kind == "text" and UNWRITABLE.search(cell):
        return [unwritable(cell, where)]
    if column.choices and cell not in column.choices:
        return [no_choice(_said(cell), cell, where, column)]
    if column.name in NAMES.get(table.name, ()):
        fits = is_code if column.name in BREAKDOWNS or column.name == "disaggregations" else is_name
        parts = [cell] if column.name in table.key else split(cell)
        return [no_name(part, where) for part in parts if not fits(part)]
    low, high = RANGES.get(column.name, (-LARGEST, LARGEST))
    if column.kind != "text" and not low <= value <= high:
        return [_out_of_range(cell, low, high, where)]
    return []


def _said(cell: str) -> Text:
    short = UNWRITABLE.sub("�", cell[:80] + "…" * (len(cell) > 80))
    return Text(f"“{short}”", f"'{short}'")


def _no_number(cell: str, where: Where, column: Column) -> Fault:
    whole = column.kind == "integer"
    return Fault(
        _said(cell),
        where,
        Text(f"半角{'整数' if whole else '数字'}，如 12", f"a {'whole ' * whole}number in plain digits, such as 12"),
        Text("请以半角数字重填，不带单位和符号。", "Write it in plain digits, without unit or sign."),
    )


def _out_of_range(cell: str, low: float, high: float, where: Where) -> Fault:
    return Fault(
        _said(cell),
        where,
        Text(f"{low:g}—{high:g} 之间", f"within {low:g} to {high:g}"),
        Text("请核对该数值。", "Check the value."),
    )
