"""Files too large to be held in memory become tables block by block: CSV (also .gz) and parquet.

What is plainly right is checked and converted by Arrow; a block in which anything else is found is read again the way
`read_table` reads, so that both find the same faults and say them in the same words.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from analysis.exceptions import DataError, Fault, Text, Where, wrong_data
from analysis.gate.ids import same_but_for_case
from analysis.gate.texts import unguarded
from analysis.places import existing, shown
from analysis.schema.files import ENCODINGS, GUARDS, csv_text, from_text, unreadable
from analysis.schema.messages import MOST, faults_of
from analysis.schema.tables import Column, Table

_UNGUARD = (r"\A'('*[=+\-@\t\r])", r"\1")
BLOCK = 1 << 24  # bytes of text read at once
_ROWS = 1 << 18  # rows of a parquet file read at once


def read_blocks(path: Path | str, table: Table, size: int = BLOCK) -> Iterator[pd.DataFrame]:
    """Yield a file's rows as tables of the columns and types of `table`, in the order of the file.

    Each cell is checked; whether a key occurs twice is for the caller to see, who has all blocks.

    Parameters
    ----------
    path : path of a CSV file (also .gz; UTF-8 or GB18030) or a parquet file
    table : Table
    size : int
        Bytes of text read at once.

    Raises
    ------
    UsageError
        The file does not exist.
    DataError
        A column is missing or a cell cannot be read: each fault with its row, found in the whole file.
    """
    source = existing(path)
    blocks = _parquet(source, table) if source.suffix == ".parquet" else _lines(source, size)
    faults: list[Fault] = []
    before = 0
    for given, raw in blocks:
        block = _plain(raw, table)
        text = given or ""
        if block is None:
            text = _as_text(raw) if given is None else given
            found = faults_of(text, shown(source), table)
            faults += [replace(one, where=_further(one.where, before)) for one in found]
            if len(faults) >= MOST:
                break
            block = from_text(text, table) if not found else None
        if not faults and block is not None:
            yield block
        before += raw.num_rows if raw is not None else text.count("\n") - 1
    if faults:
        raise DataError(faults[:MOST])


def raw_blocks(path: Path | str, size: int = BLOCK) -> Iterator[pa.Table]:
    """Yield a file's rows as they stand, every cell as text: nothing is checked yet.

    Raises
    ------
    UsageError
        The file does not exist.
    DataError
        It is no text in a known encoding, or no parquet file.
    """
    source = existing(path)
    if source.suffix == ".parquet":
        for batch in parquet_file(source).iter_batches(_ROWS):
            yield pa.table({name: batch[name].cast(pa.string()) for name in batch.schema.names})
        return
    for text, raw in _lines(source, size):
        if raw is None:
            frame = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False).map(unguarded)
            raw = pa.table({name: pa.array(frame[name], pa.string()) for name in frame})
        yield raw


def _as_text(raw: pa.Table) -> str:
    """Return a block of a parquet file as the CSV text it would be."""
    return csv_text(raw.to_pandas())


def _further(where: Where, rows: int) -> Where:
    return where if where.row in (None, 1) else replace(where, row=int(where.row or 0) + rows)


def _lines(source: Path, size: int) -> Iterator[tuple[str, pa.Table | None]]:
    """Yield blocks of whole lines, each below the header: as text, and as Arrow reads it (None where it cannot)."""
    encoding = _encoding(source, size)
    header, rows = "", False
    for body in _cut(source, size):
        text = body.decode(encoding)
        if not header:
            header, _, text = text.lstrip("\ufeff").partition("\n")
            header = header.rstrip("\r") + "\n"
        if text:
            rows = True
            yield header + text, _arrow(header, text)
    if not rows:
        yield header, None


def _arrow(header: str, text: str) -> pa.Table | None:
    labels = [label.strip().strip('"').strip() for label in header.split(",")]
    if len(set(labels)) < len(labels):
        return None
    types = csv.ConvertOptions(column_types=dict.fromkeys(labels, pa.string()), strings_can_be_null=False)
    try:
        raw = csv.read_csv(BytesIO(text.encode()), csv.ReadOptions(column_names=labels), None, types)
    except pa.ArrowInvalid:
        return None
    lines = text.count("\n") + (not text.endswith("\n"))
    if raw.num_rows != lines:  # an empty line, or a cell of several
        return None
    if any(mark in text for mark in GUARDS):
        raw = pa.table({name: pc.replace_substring_regex(raw[name], *_UNGUARD) for name in raw.column_names})
    return raw


def _cut(source: Path, size: int) -> Iterator[bytes]:
    """Yield the bytes of a file in blocks that end with a line, no quoted cell cut through."""
    left = b""
    with gzip.open(source) if source.suffix == ".gz" else source.open("rb") as stream:
        while more := stream.read(size):
            block = left + more
            end = block.rfind(b"\n") + 1
            while end and block.count(b'"', 0, end) % 2:
                end = block.rfind(b"\n", 0, end - 1) + 1
            left = block[end:]
            if end:
                yield block[:end]
    if left:
        yield left


def _encoding(source: Path, size: int) -> str:
    """Return the encoding of a file; only files that are not UTF-8 are read twice for it."""
    for encoding in ENCODINGS:
        try:
            for block in _cut(source, size):
                block.decode(encoding)
            return "utf-8" if encoding == "utf-8-sig" else encoding
        except UnicodeDecodeError:
            continue
    raise unreadable(source)


def parquet_file(source: Path) -> parquet.ParquetFile:
    """Return an open parquet file; a `DataError` says where it is none."""
    try:
        return parquet.ParquetFile(source)
    except pa.ArrowInvalid as error:
        raise wrong_data(
            Text("不是 parquet 文件", "no parquet file"),
            Where(file=shown(source)),
            Text("parquet 文件，或以 .csv 为扩展名的 CSV 文件", "a parquet file, or a CSV file named .csv"),
            Text("请核对文件及其扩展名。", "Check the file and its name."),
        ) from error


def _parquet(source: Path, table: Table) -> Iterator[tuple[str | None, pa.Table]]:
    file = parquet_file(source)
    labels = [name for name in table.names if name in file.schema_arrow.names]
    if not file.metadata.num_rows:
        yield ",".join(labels) + "\n", pa.table({})
    for batch in file.iter_batches(_ROWS, columns=labels):
        yield None, pa.Table.from_batches([batch])


def _plain(raw: pa.Table | None, table: Table) -> pd.DataFrame | None:
    """Return the block with the table's columns, or None where a cell has to be looked at closely."""
    if raw is None or not raw.num_rows:
        return None
    out: dict[str, Any] = {}
    for column in table.columns:
        if column.name not in raw.column_names:
            if column.required:
                return None
            out[column.name] = _absent(column, raw.num_rows)
            continue
        try:
            cells = _converted(raw[column.name], column)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
        if cells is None:
            return None
        out[column.name] = cells
    return pd.DataFrame(out)


def _absent(column: Column, rows: int) -> Any:
    return np.full(rows, "", object) if column.kind == "text" else np.full(rows, np.nan)


def _converted(cells: pa.ChunkedArray, column: Column) -> Any:
    """Return a column's values in their type; None where one is not allowed."""
    text = pa.types.is_string(cells.type)
    if pa.types.is_dictionary(cells.type) or pa.types.is_large_string(cells.type):
        cells, text = cells.cast(pa.string()), True
    if column.kind == "text":
        return _texts(pc.utf8_trim_whitespace(pc.fill_null(cells.cast(pa.string()), "")), column)
    if text:
        cells = pc.utf8_trim_whitespace(pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells))
    values = cells.cast(pa.int64() if column.kind == "integer" else pa.float64())
    if column.required and values.null_count:
        return None
    smallest = pc.min(values).as_py()
    if column.minimum is not None and smallest is not None and smallest < column.minimum:
        return None
    return values.to_numpy()


def _texts(cells: pa.ChunkedArray, column: Column) -> Any:
    """Return text cells as Python strings, each different one made once."""
    coded = cells.combine_chunks().dictionary_encode()
    known = coded.dictionary.to_pylist()
    if (column.required and "" in known) or (column.choices and not set(known) <= {"", *column.choices}):
        return None
    if column.id and not (all(map(column.is_id, filter(None, known))) and not any(same_but_for_case(known))):
        return None
    return np.array(known, object)[coded.indices.to_numpy()]
