"""A table of a plan folder as rows of cells: its separator and header recognised, its row numbers kept."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from analysis.exceptions import Fault, Text, Where, meant, nearest
from analysis.gate.text_files import text_of
from analysis.places import shown
from analysis.schema.tables import Table

_READ = (",", ";", "\t")
_NAMED = {"；": "“；”", "，": "“，”", "|": "“|”"}  # seen in files, but part of sentences as well
_NO_CELL = " \t\r\n\u3000\xa0\ufeff"


@dataclass(frozen=True)
class Sheet:
    """Cells by row: `names` are the table's columns in the file's order, `rows` a row number and its cells by name.

    Row numbers are those a spreadsheet shows, the header being one of them. `whole` is False where a row could not be
    read, so that what follows it is unknown; `plain` where a program that knows nothing of other spellings (encoding,
    separator, header) reads the same.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    faults: tuple[Fault, ...] = ()
    whole: bool = True
    plain: bool = True


def sheet_of(path: Path, table: Table) -> Sheet:
    """Return the cells of the file `path` as `table`, and every fault of its form.

    Rows without a filled cell, and columns without one, are none; a row may end before the header does.
    """
    text, faults = text_of(path)
    file = shown(path)
    if faults:
        return Sheet((), (), tuple(faults), whole=False)
    text = text.lstrip("\ufeff")
    tried = [(separator, *_records(text, separator, file)) for separator in _READ]
    fits = [_header(records, table) for _, records, _ in tried]
    best = max(range(len(fits)), key=lambda one: fits[one][1])
    (separator, records, broken), (at, found) = tried[best], fits[best]
    if not found:
        faults = broken if not records and broken else [_no_header(text, file, table)]
        return Sheet((), (), tuple(faults), whole=False)
    header, body = records[at], [one for one in records[at + 1 :] if any(one[1])]
    names, wrong = _names(header, body, file, table)
    rows = tuple((row, {name: cell for name, cell in zip(names, cells, strict=False) if name}) for row, cells in body)
    long = [_too_long(row, len(header[1]), file) for row, cells in body if any(cells[len(header[1]) :])]
    plain = separator == "," and at == 0 and set(header[1]) <= {*table.names, ""} and _as_written(path, text)
    return Sheet(tuple(filter(None, names)), rows, (*wrong, *long, *broken), whole=not broken, plain=plain)


def _as_written(path: Path, text: str) -> bool:
    try:
        return path.read_bytes().decode("utf-8") == text
    except UnicodeDecodeError:
        return False


def normal(name: str) -> str:
    """Return a header as it is compared: without blanks at its ends, in half-width small letters."""
    return unicodedata.normalize("NFKC", name).strip(_NO_CELL).casefold()


def _known(cells: Iterable[str], table: Table) -> int:
    return len({normal(cell) for cell in cells} & set(table.names))


def _header(records: list[tuple[int, list[str]]], table: Table) -> tuple[int, int]:
    """Return which of the first filled rows names most columns of the table, and how many it names."""
    filled = [place for place, (_, cells) in enumerate(records) if any(cells)][:3]
    return max(((place, _known(records[place][1], table)) for place in filled), key=lambda one: one[1], default=(0, 0))


def _records(text: str, separator: str, file: str) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """Return the rows with their numbers, up to the first that cannot be read, and its fault."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    records: list[tuple[int, list[str]]] = []
    try:
        for row, cells in enumerate(reader, 1):
            records.append((row, [cell.strip(_NO_CELL) for cell in cells]))
    except csv.Error as error:
        return records, [_unread(len(records) + 1, error, file)]
    return records, []


def _names(
    header: tuple[int, list[str]], body: list[tuple[int, list[str]]], file: str, table: Table
) -> tuple[list[str], list[Fault]]:
    """Return the table's column of each place (empty for one left out), and the faults of the header."""
    row, labels = header
    names: list[str] = []
    faults: list[Fault] = []
    for place, label in enumerate(labels):
        name = normal(label)
        filled = any(cells[place : place + 1] not in ([], [""]) for _, cells in body)
        if name in table.names and name in names:
            faults.append(_twice(name, row, file))
            names.append("")
        elif name in table.names:
            names.append(name)
        else:
            names.append("")
            if filled or (name and nearest(name, table.names)):
                faults.append(_unknown(label, place, row, file, table))
    missing = [column.name for column in table.columns if column.required and column.name not in names]
    faults += [_missing(name, row, file, table) for name in missing]
    return names, faults


def _columns(table: Table) -> Text:
    must = [column.name for column in table.columns if column.required]
    more = [column.name for column in table.columns if not column.required]
    also = (f"；可有：{'、'.join(more)}", f"; optional: {', '.join(more)}") if more else ("", "")
    return Text(f"须有：{'、'.join(must)}{also[0]}", f"needed: {', '.join(must)}{also[1]}")


def _missing(name: str, row: int, file: str, table: Table) -> Fault:
    return Fault(
        Text(f"缺少 {name} 列", f"there is no column {name}"),
        Where(file=file, row=row, column=name),
        _columns(table),
        Text("请补上该列或改正列名。", "Add the column or correct its name."),
    )


def _unknown(label: str, place: int, row: int, file: str, table: Table) -> Fault:
    action = Text("请改正列名，或删除该列。", "Correct the name, or delete the column.")
    found = (
        Text(f"不认识的列“{label}”", f"an unknown column '{label}'")
        if label
        else Text(f"第 {place + 1} 列有内容而没有列名", f"column {place + 1} has cells but no name")
    )
    return Fault(
        found,
        Where(file=file, row=row, column=label or str(place + 1)),
        _columns(table),
        meant(normal(label), table.names, action),
    )


def _twice(name: str, row: int, file: str) -> Fault:
    return Fault(
        Text(f"列名 {name} 出现两次", f"the column {name} occurs twice"),
        Where(file=file, row=row, column=name),
        Text("每个列名只出现一次", "each column once"),
        Text("请删除或改名其中一列。", "Delete or rename one of them."),
    )


def _no_header(text: str, file: str, table: Table) -> Fault:
    first = next((line for line in text.splitlines() if line.strip(_NO_CELL)), "")
    odd = next((name for sign, name in _NAMED.items() if _known(first.split(sign), table)), "")
    found = (
        Text(f"以{odd}分隔的表头", f"a header separated by {odd}")
        if odd
        else Text(f"找不到表头，首行是“{first[:60]}”", f"no header; the first row is '{first[:60]}'")
    )
    return Fault(
        found,
        Where(file=file, row=1),
        _columns(table),
        Text("请将列名放在首行，以半角逗号分隔。", "Put the names in the first row, separated by commas."),
    )


def _too_long(row: int, width: int, file: str) -> Fault:
    return Fault(
        Text("该行的单元格多于表头", "the row has more cells than the header"),
        Where(file=file, row=row),
        Text(f"{width} 个单元格", f"{width} cells"),
        Text("含逗号的文字请加半角双引号。", "Put words with a comma in plain double quotes."),
    )


def _unread(row: int, error: csv.Error, file: str) -> Fault:
    return Fault(
        Text(f"引号不成对，该行起无法读取（{error}）", f"quotes do not match, nothing can be read from here ({error})"),
        Where(file=file, row=row),
        Text("成对的半角双引号；单元格不超过 13 万字", "plain double quotes in pairs; cells of at most 130,000 signs"),
        Text("请核对该行及其上一行的引号。", "Check the quotes of that row and the one above."),
    )
