"""Rows of the forecasts table as bytes of a file, quickly: those `write_table` would write, or parquet."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from analysis.gate.texts import guarded
from analysis.models import Distribution
from analysis.models.forecasting import Made
from analysis.places import whole
from analysis.schema import FORECASTS, NO_DATA, QUANTILES
from analysis.schema.files import csv_text

_KINDS = (("mean", ""), *(("quantile", f"{level:g}") for level in QUANTILES))  # rows of a series and year, by key
_YEAR = len(_KINDS)
_ENDS = [f",{kind},{level},%.10g\n" for kind, level in _KINDS]


@dataclass(frozen=True)
class Form:
    """A form of file: how the rows of a part become bytes, and how such parts become one file."""

    rows: Callable[[Sequence[Made], str], bytes]
    join: Callable[[Sequence[Path], Path], None]


def csv_rows(made: Sequence[Made], model: str) -> bytes:
    """Return forecasts as rows of the `FORECASTS` table in CSV, without the header: the bytes of `files.write_table`.

    All rows of a year differ in their values only, so the text of one year is a pattern that numbers are set into.
    The series come by name, and each once (`runs.spool`): their rows are then in the order of the table's key.
    """
    out, named = [], _quoted(model)
    for series, ahead, result in made:
        begin = f"{_quoted(series.name)},{named},{series.origin}"
        for year, values in zip(result.years.tolist()[:ahead], _values(result), strict=False):
            start = f"{begin},{year}"
            out.append((start + start.join(_ENDS)) % tuple(values))
    return "".join(out).encode()


def _values(result: Distribution) -> list[list[float]]:
    """Return the values of each year in the order of the table's key: the mean, then its quantiles."""
    values: list[list[float]] = np.column_stack([result.mean, result.quantiles]).tolist()
    return values


def _quoted(text: str) -> str:
    """Return a cell as CSV writes it, safe to stand in a pattern."""
    stream = StringIO()
    csv.writer(stream, lineterminator="").writerow([guarded(text)])
    return stream.getvalue().replace("%", "%%")


def no_data_rows(table: pd.DataFrame | None) -> bytes:
    """Return a `NO_DATA` table as CSV rows; the header where there is no table."""
    if table is None:
        return (",".join(NO_DATA.names) + "\n").encode()
    return csv_text(table, header=False).encode()


def _join_csv(parts: Sequence[Path], aside: Path) -> None:
    with aside.open("wb") as stream:
        stream.write((",".join(FORECASTS.names) + "\n").encode())
        for part in parts:
            with part.open("rb") as own:
                shutil.copyfileobj(own, stream, 1 << 22)


def _parquet_rows(made: Sequence[Made], model: str) -> bytes:
    counts = np.array([ahead for _, ahead, _ in made], np.int64)
    years = int(counts.sum())
    columns = {
        "series_id": pa.array([series.name for series, _, _ in made], pa.string()).take(
            pa.array(np.repeat(np.arange(len(made)), counts * _YEAR))
        ),
        "model": pa.repeat(model, years * _YEAR),
        "origin": np.repeat([series.origin for series, _, _ in made], counts * _YEAR),
        "time_period": np.repeat([year for _, ahead, one in made for year in one.years[:ahead].tolist()], _YEAR),
        "output_type": pa.array([kind for kind, _ in _KINDS] * years, pa.string()),
        "output_type_id": pa.array([level for _, level in _KINDS] * years, pa.string()),
        "value": np.array([year for _, ahead, one in made for year in _values(one)[:ahead]]).ravel(),
    }
    stream = BytesIO()
    parquet.write_table(pa.table(columns, _parquet_schema()), stream)
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
    with whole(out) as aside:
        form.join(parts, aside)
