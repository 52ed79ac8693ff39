"""Files become tables: frictionless finds every fault of a file, and says where; pandas then reads it."""

from __future__ import annotations

import gzip
import re
from io import StringIO
from pathlib import Path

import pandas as pd

from analysis.exceptions import DataError, Text, Where, usage, wrong_data
from analysis.places import shown
from analysis.schema.messages import MISSING_CELLS, faults_of
from analysis.schema.tables import Table

ENCODINGS = ("utf-8-sig", "gb18030")
# white space at an end of a cell; it begins with the space, because that is what is rare and quickly sought
_LOOSE = re.compile(r'(?s)\s(?:(?=")|(?<=".)|(?<!\n)(?:(?=[,\n])|(?!.)|(?<=[,\n].)|(?<!..)))')


def read_table(path: Path | str, table: Table, trusted: bool = False) -> pd.DataFrame:
    """Read a CSV file (also .gz; UTF-8 or GB18030) as `table`.

    Parameters
    ----------
    path : path of the file
    table : Table
        Further columns of the file are left out; columns the table does not require may be absent.
    trusted : bool
        The file was written through the gate or checked before: the search for faults is left out,
        the table is still built through its gate. An empty table may then be read too.

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


def existing(path: Path | str) -> Path:
    """Return the path of a file that exists; a `UsageError` says that it does not."""
    source = Path(path)
    if not source.is_file():
        raise usage(
            Text("文件不存在", "the file does not exist"),
            Where(file=shown(source)),
            Text("一个 CSV 文件", "a CSV file"),
            Text("请核对路径和文件名。", "Check the path and the name."),
        )
    return source


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
    frame.columns = frame.columns.str.strip()
    if not _LOOSE.search(text):
        return frame
    stripped: pd.DataFrame = frame.apply(lambda cells: cells.str.strip())
    return stripped


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


def unreadable(source: Path) -> DataError:
    """Return the error of a file whose encoding is none of `ENCODINGS`."""
    return wrong_data(
        Text("文件编码无法识别", "the encoding cannot be read"),
        Where(file=shown(source)),
        Text("UTF-8 或 GB18030 编码的文本", "text in UTF-8 or GB18030"),
        Text("请在 Excel 或 WPS 中另存为“CSV UTF-8”。", "Save it again as CSV UTF-8."),
    )
