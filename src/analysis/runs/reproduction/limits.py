"""What a received run may hold at most, counted before anything of it is read into memory; how long it may take.

A zip is held to its own limits while it is unpacked (`archive`). What is counted here is what grows afterwards: packed
tables, parquet whose cells repeat, YAML whose parts refer to one another, rows that are forecast one by one.
"""

from __future__ import annotations

import gzip
import math
import signal
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any

from analysis.exceptions import DataError, Fault, Text, Where, wrong_data

_BLOCK = 1 << 20
_AGAIN = 30.0  # seconds after which it is stopped once more, should the first have met a handler of faults
_TABLES = (".csv", ".gz")
_YAML = (".yaml", ".yml")
_ASK = Text("请向提供者重新索取。", "Ask for the bundle again.")


@dataclass(frozen=True)
class Most:
    """What a received run may hold at most.

    Attributes
    ----------
    table : int
        Bytes of one table, unpacked.
    rows, columns, cells : int
        Of one table.
    line : int
        Bytes of one line of a table.
    text : int
        Bytes of a YAML file.
    aliases : int
        Places of a YAML file that refer to another one.
    record : int
        Bytes of a JSON record.
    inputs, notebooks : int
        How many files.
    """

    table: int = 256 << 20
    rows: int = 2_000_000
    columns: int = 2_000
    cells: int = 40_000_000
    line: int = 1 << 20
    text: int = 1 << 20
    aliases: int = 20
    record: int = 32 << 20
    inputs: int = 500
    notebooks: int = 500


class _Beyond(Exception):
    def __init__(self, found: Text, expected: Text) -> None:
        super().__init__(found.en)
        self.found, self.expected = found, expected


def check_limits(received: Path, most: Most | None = None) -> None:
    """Raise a `DataError` that names every file of a received run that is larger than anything that is read.

    Parameters
    ----------
    received : Path
        The unpacked bundle.
    most : Most, optional

    Raises
    ------
    DataError
        A fault for each file, or one for too many of them.
    """
    limit, faults = most or Most(), list[Fault]()
    inputs = [path for path in sorted((received / "inputs").rglob("*")) if path.is_file()]
    notebooks = list((received / "notebooks").rglob("*"))
    for what, number, allowed in (
        ("inputs", len(inputs), limit.inputs),
        ("notebooks", len(notebooks), limit.notebooks),
    ):
        if number > allowed:
            found = Text(f"{number} 个文件", f"{number} files")
            raise DataError((_fault(what, found, Text(f"至多 {allowed} 个", f"at most {allowed}")),))
    files = [*inputs, *sorted((received / "tables").glob("*.csv")), *sorted(received.glob("*.json"))]
    for path in files:
        try:
            _check(path, limit)
        except _Beyond as error:
            faults.append(_fault(path.relative_to(received).as_posix(), error.found, error.expected))
    if faults:
        raise DataError(tuple(faults))


def _fault(name: str, found: Text, expected: Text) -> Fault:
    return Fault(found, Where(file=name), expected, _ASK)


def _check(path: Path, most: Most) -> None:
    size = path.stat().st_size
    if path.suffix in _YAML:
        _within(size, most.text, "字节", "bytes")
        _within(_aliases(path), most.aliases, "处引用", "references")
    elif path.suffix == ".json":
        _within(size, most.record, "字节", "bytes")
    elif path.suffix == ".parquet":
        _within(size, most.table, "字节", "bytes")
        _parquet(path, most)
    elif path.suffix in _TABLES:
        with path.open("rb") as packed:
            stream: Any = gzip.GzipFile(fileobj=packed) if path.suffix == ".gz" else packed
            try:
                _lines(stream, most)
            except (OSError, EOFError, zlib.error):  # damaged: its reader says so
                return
    else:
        _within(size, most.table, "字节", "bytes")


def _within(number: int, allowed: int, zh: str, en: str) -> None:
    if number > allowed:
        raise _Beyond(
            Text(f"超过 {allowed:,} {zh}", f"more than {allowed:,} {en}"),
            Text(f"至多 {allowed:,} {zh}", f"at most {allowed:,} {en}"),
        )


def _aliases(path: Path) -> int:
    """Return how many words of a file begin as an alias of YAML does."""
    text = path.read_bytes()
    return sum(word.startswith(b"*") and len(word) > 1 for word in text.replace(b"[", b" ").replace(b",", b" ").split())


def _lines(stream: IO[bytes], most: Most) -> None:
    """Count a table block by block, never more of it in memory than a block."""
    size = rows = cells = since = 0
    head = True
    while block := stream.read(_BLOCK):
        size += len(block)
        rows += block.count(b"\n")
        cells += block.count(b",") + block.count(b"\n")
        first, last = block.find(b"\n"), block.rfind(b"\n")
        if head:
            _within(block[: first if first >= 0 else None].count(b","), most.columns, "列", "columns")
            head = False
        _within(since + (first if first >= 0 else len(block)), most.line, "字节（一行）", "bytes in a line")
        since = len(block) - last - 1 if last >= 0 else since + len(block)
        _within(since, most.line, "字节（一行）", "bytes in a line")
        _within(size, most.table, "字节（解压后）", "bytes unpacked")
        _within(rows, most.rows, "行", "rows")
        _within(cells, most.cells, "个单元格", "cells")


def _parquet(path: Path, most: Most) -> None:
    """Count rows, columns and the text the cells would take: a word stored once may stand in a million rows."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowException, OSError, ValueError):  # no parquet: its reader says so
        return
    columns = file.metadata.num_columns
    _within(columns, most.columns, "列", "columns")
    _within(file.metadata.num_rows, most.rows, "行", "rows")
    _within(file.metadata.num_rows * columns, most.cells, "个单元格", "cells")
    groups = [file.metadata.row_group(k) for k in range(file.metadata.num_row_groups)]
    _within(sum(one.total_byte_size for one in groups), most.table, "字节（解压后）", "bytes unpacked")
    texts = [
        one.name for one in file.schema_arrow if pa.types.is_string(one.type) or pa.types.is_large_string(one.type)
    ]
    if not texts:
        return
    size = 0
    for batch in parquet.ParquetFile(path, read_dictionary=texts).iter_batches(1 << 14, columns=texts):
        for column in batch.columns:
            size += _text_bytes(column, pa, pc)
            _within(size, most.table, "字节（解压后）", "bytes unpacked")


def _text_bytes(column: Any, pa: Any, pc: Any) -> int:
    """Return the bytes the texts of a column take, each as often as it stands in it."""
    if pa.types.is_dictionary(column.type):
        lengths = pc.binary_length(column.dictionary)
        return int(pc.sum(pc.take(lengths.cast(pa.int64()), column.indices)).as_py() or 0)
    return int(pc.sum(pc.binary_length(column).cast(pa.int64())).as_py() or 0)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Stop what takes longer, with a `DataError` that says so; without effect outside the main thread.

    Parameters
    ----------
    seconds : float
        At least 1.
    """
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise too_long(seconds)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1.0), _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def too_long(seconds: float) -> DataError:
    """Return the error of a run again that was stopped."""
    minutes = math.ceil(seconds / 60)
    return wrong_data(
        Text(f"复算超过 {minutes} 分钟，已停止", f"it was stopped after {minutes} minutes"),
        Where(item="--max-minutes"),
        Text("在时限内完成的复算", "an evaluation that ends within the time allowed"),
        Text("确属较大的评估时，请用 --max-minutes 放宽。", "Allow more by --max-minutes where it is due."),
    )
