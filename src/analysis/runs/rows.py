"""Rows of the forecasts table as bytes of a file, quickly: those `write_table` would write, or parquet."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from analysis.exceptions import Text, Where, machine_failed
from analysis.places import shown
from analysis.schema import FORECASTS, NO_DATA, QUANTILES

_YEAR = len(QUANTILES) + 1  # rows of one series and year: the quantiles and the mean


@dataclass(frozen=True)
class Form:
    """A form of file: how the rows of a part become bytes, and how such parts become one file."""

    rows: Callable[[pd.DataFrame], bytes]
    join: Callable[[Sequence[Path], Path], None]


def csv_rows(forecasts: pd.DataFrame) -> bytes:
    """Return a `FORECASTS` table as CSV rows without the header: the bytes of `files.write_table`.

    All rows of a year differ in three cells only, so the text of one year is a pattern that numbers are set into.
    """
    if not len(forecasts):
        return b""
    kinds = zip(forecasts["output_type"][:_YEAR], forecasts["output_type_id"][:_YEAR], strict=True)
    ends = [f",{kind},{level},%.10g\n" for kind, level in kinds]
    years = forecasts.iloc[::_YEAR]
    columns = [years[name].tolist() for name in ("series_id", "model", "origin", "time_period")]
    known = {text: _quoted(text) for text in {*columns[0], *columns[1]}}
    out = []
    for row, values in zip(zip(*columns, strict=True), _values(forecasts), strict=True):
        begin = f"{known[row[0]]},{known[row[1]]},{row[2]},{row[3]}"
        out.append((begin + begin.join(ends)) % values)
    return "".join(out).encode()


def _values(forecasts: pd.DataFrame) -> list[tuple[float, ...]]:
    return [tuple(year) for year in forecasts["value"].to_numpy().reshape(-1, _YEAR).tolist()]


def _quoted(text: str) -> str:
    """Return a cell as CSV writes it, safe to stand in a pattern."""
    stream = StringIO()
    csv.writer(stream, lineterminator="").writerow([text])
    return stream.getvalue().replace("%", "%%")


def no_data_rows(table: pd.DataFrame | None) -> bytes:
    """Return a `NO_DATA` table as CSV rows; the header where there is no table."""
    if table is None:
        return (",".join(NO_DATA.names) + "\n").encode()
    return bytes(table.to_csv(index=False, header=False, lineterminator="\n").encode())


def _join_csv(parts: Sequence[Path], aside: Path) -> None:
    with aside.open("wb") as stream:
        stream.write((",".join(FORECASTS.names) + "\n").encode())
        for part in parts:
            with part.open("rb") as own:
                shutil.copyfileobj(own, stream, 1 << 22)


def _parquet_rows(forecasts: pd.DataFrame) -> bytes:
    stream = BytesIO()
    parquet.write_table(pa.Table.from_pandas(forecasts, _parquet_schema(), preserve_index=False), stream)
    return stream.getvalue()


def _parquet_schema() -> pa.Schema:
    kinds = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    return pa.schema([(column.name, kinds[column.kind]) for column in FORECASTS.columns])


def _join_parquet(parts: Sequence[Path], aside: Path) -> None:
    texts = [column.name for column in FORECASTS.columns if column.kind == "text"]
    with parquet.ParquetWriter(aside, _parquet_schema()) as writer:
        for part in parts:
            writer.write_table(parquet.read_table(part, read_dictionary=texts).cast(_parquet_schema()))


FORMS = {"csv": Form(csv_rows, _join_csv), "parquet": Form(_parquet_rows, _join_parquet)}


def put_together(form: Form, parts: Sequence[Path], out: Path) -> None:
    """Write parts as one file, whole or not at all.

    Raises
    ------
    EnvironmentFailure
        The folder cannot be written, or is full.
    """
    aside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        form.join(parts, aside)
        os.replace(aside, out)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise machine_failed(
            Text(f"无法写入（{error.strerror}）", f"cannot be written ({error.strerror})"),
            Where(file=shown(out)),
            Text("可写且有空间的文件夹", "a folder that can be written and has room"),
            Text("请释放空间后重新执行；已完成的部分会保留。", "Make room and run again; finished parts are kept."),
        ) from error
