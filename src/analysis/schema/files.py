"""Files become tables: frictionless finds every fault of a file, and says where; pandas then reads it."""

from __future__ import annotations

import gzip
import re
from io import StringIO
from pathlib import Path

import pandas as pd

from analysis.exceptions import DataError
from analysis.gate.text_files import ENCODINGS, unreadable
from analysis.gate.texts import guarded, unguarded
from analysis.places import existing, shown
from analysis.schema.messages import MISSING_CELLS, faults_of
from analysis.schema.tables import Table

GUARDS = ("'=", "'+", "'-", "'@", "'\t", "'\r")  # without one of these no cell of a text is guarded
# white space at an end of a cell; it begins with the space, because that is what is rare and quickly sought
_LOOSE = re.compile(r'(?s)\s(?:(?=")|(?<=".)|(?<!\n)(?:(?=[,\n])|(?!.)|(?<=[,\n].)|(?<!..)))')


def read_table(path: Path | str, table: Table, trusted: bool = False) -> pd.DataFrame:
    """Read a CSV file (also .gz; UTF-8 or GB18030) as `table`.

    Parameters
    ----------
    path : Path or str
    table : Table
        Further columns of the file are left out; columns the table does not require may be absent.
    trusted : bool
        The file was written through the gate or checked before: the search for faults is left out,
        the table is still built through its gate. An empty table may then be read too.

    Returns
    -------
    DataFrame

    Raises
    ------
    UsageError
        The file does not exist.
    DataError
        A column is missing, a cell cannot be read, a key occurs twice: each fault with its row.
    """
    source = existing(path)
    text = _text(source)
    faults = [] if trusted else faults_of(text, shown(source), table)
    if faults:
        raise DataError(faults)
    return from_text(text, table)


def values_of(path: Path, column: str) -> list[str]:
    """Return the different values of a text column of a CSV file, sorted, without reading the other columns."""
    cells = pd.read_csv(path, usecols=[column], dtype=str, keep_default_na=False)[column]
    return sorted(unguarded(one) for one in cells.unique())


def csv_text(table: pd.DataFrame, header: bool = True) -> str:
    """Return a table as CSV: numbers with ten significant digits, no cell or heading that a spreadsheet would run.

    Read again by `read_table`, every text is what it was.
    """
    safe = pd.DataFrame({i: _guarded(table.iloc[:, i]) for i in range(table.shape[1])}, index=table.index)
    safe.columns = pd.Index([guarded(str(name)) for name in table.columns])
    return str(safe.to_csv(index=False, header=header, float_format="%.10g", lineterminator="\n"))


def _guarded(cells: pd.Series) -> pd.Series:
    if not (pd.api.types.is_object_dtype(cells) or pd.api.types.is_string_dtype(cells)):
        return cells
    changed = {one: safe for one in cells.unique() if isinstance(one, str) and (safe := guarded(one)) != one}
    return cells.map(lambda one: changed.get(one, one) if isinstance(one, str) else one) if changed else cells


def from_text(text: str, table: Table) -> pd.DataFrame:
    """Return a CSV text in which no fault was found as `table`."""
    frame = _frame(text)
    for name in table.names:
        if name not in frame.columns:
            frame[name] = ""
    for column in table.columns:
        if column.kind != "text":
            frame[column.name] = _numbers(frame[column.name])
    return table.build(frame)


def _numbers(cells: pd.Series) -> pd.Series:
    try:
        return pd.to_numeric(cells)  # an empty cell is no number to pandas either
    except ValueError:
        return pd.to_numeric(cells.replace(list(MISSING_CELLS), None))


def _frame(text: str) -> pd.DataFrame:
    frame = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False, skipinitialspace=True)
    frame.columns = [unguarded(name) for name in frame.columns.str.strip()]
    if _LOOSE.search(text):
        frame = frame.apply(lambda cells: cells.str.strip())
    if any(mark in text for mark in GUARDS):
        frame = frame.map(unguarded)
    return frame


def _text(source: Path) -> str:
    """Return the file's text; what is neither UTF-8 nor GB18030 is a fault of the file."""
    raw = source.read_bytes()
    if source.suffix == ".gz":
        raw = gzip.decompress(raw)
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable(source)
