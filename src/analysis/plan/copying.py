"""The copy of a plan a run keeps: complete by itself, and read alike by whatever reads plain comma-separated text."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from analysis.exceptions import Where
from analysis.gate.text_files import text_of
from analysis.places import whole
from analysis.plan.cells import plain, rows_of
from analysis.plan.front import NAME as FRONT
from analysis.plan.reader import sheets_of
from analysis.plan.standard import Standards, inherited, standards
from analysis.plan.tables import ALL, OPTIONAL
from analysis.schema.tables import Table

READ = ("plan.yaml", FRONT, "benchmark.csv", *(f"{table.name}.csv" for table in (*ALL, *OPTIONAL)))
_TABLES = (".csv", ".tsv", ".yaml", ".yml", ".json", ".parquet", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".et")
_PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst")


def unread(folder: Path, path: Path) -> bool:
    """Return whether a file of a plan folder looks like a part of the plan and is read by nothing: a second table."""
    if path.parent == folder and path.name in READ:
        return False
    return path.suffix.lower() in (*_TABLES, *_PACKED)


def copy_plan(source: Path, target: Path, known: Standards | None = None) -> None:
    """Copy a plan folder that was read without a fault.

    A file that is plain already is copied byte by byte. Any other (GB18030, `;` or tab, full-width digits, other
    headers, cells taken from the registry) is written as UTF-8 with commas, the values being those `read_plan` took, so
    that a later registry changes nothing in the copy. A second table that nothing reads is left out: whoever looks at
    the copy must not take it for the plan.

    Parameters
    ----------
    source : Path
        The plan's folder.
    target : Path
        The copy; must not exist.
    known : Standards, optional
        The registry the plan was read with, the project's own where none is given.
    """
    registry = standards() if known is None else known
    shutil.copytree(source, target, ignore=lambda place, names: [n for n in names if unread(source, Path(place, n))])
    for table, sheet, file in sheets_of(source):
        rows = [
            _cells(cells, values, table, registry, Where(file=file, row=row))
            for (row, values), (_, cells) in zip(rows_of(sheet, table, file).good, sheet.rows, strict=True)
        ]
        path = target / f"{table.name}.csv"
        if not _reads_alike(path, rows):
            names = [name for name in table.names if name in sheet.names or any(row[name] for row in rows)]
            _write(path, names, rows)
    for name in ("plan.yaml", FRONT):
        if (source / name).is_file():
            _write_plain(source / name, target / name)


def _cells(
    cells: Mapping[str, str], values: Mapping[str, Any], table: Table, registry: Standards, where: Where
) -> dict[str, str]:
    """Return a row as plain text, an indicator with what it takes from the registry."""
    texts = {column.name: plain(cells.get(column.name, ""), column, cells.get("unit", "")) for column in table.columns}
    if table.name == "indicators":
        full, _ = inherited(values, registry, where)
        own = {name for name, cell in texts.items() if cell}
        texts |= {name: _text(full[name]) for name in table.names if name not in own and full[name] not in (None, "")}
    return texts


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else repr(int(value) if float(value).is_integer() else value)


def _reads_alike(path: Path, rows: list[dict[str, str]]) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as opened:
            found = list(csv.DictReader(opened))
    except (UnicodeDecodeError, csv.Error):
        return False
    return len(found) == len(rows) and all(
        (one.get(name) or "") == cell for one, row in zip(found, rows, strict=True) for name, cell in row.items()
    )


def _write(path: Path, names: list[str], rows: list[dict[str, str]]) -> None:
    text = StringIO()
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with whole(path) as aside:
        aside.write_text(text.getvalue(), encoding="utf-8", newline="")


def _write_plain(source: Path, target: Path) -> None:
    text, _ = text_of(source)
    if target.read_bytes() != text.encode():
        with whole(target) as aside:
            aside.write_text(text, encoding="utf-8", newline="")
