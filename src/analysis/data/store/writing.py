"""Writing the rows of a submission, always in the caller's transaction: by COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv
from sqlalchemy import Column, Connection, Integer, String, Table, insert
from sqlalchemy.exc import DBAPIError

from analysis.data.reading import Reading
from analysis.data.store.blocks import blocks_of
from analysis.data.store.report_tables import EVIDENCE, REPORTED
from analysis.data.store.tables import BLOCKS, OBSERVED, ORDER
from analysis.schema import OBSERVATIONS
from analysis.schema.reported import EVIDENCE_FILES

CHUNK = 5_000  # rows sent at once: memory stays flat, one transaction holds them all


def write_observed(connection: Connection, accepted: pd.DataFrame, id: int, vintage: str) -> None:
    """Write the accepted rows of a submission and their blocks; the vintage is the submission's where empty."""
    cell = accepted["cell"].astype(object).fillna("") if "cell" in accepted else ""
    known = accepted.assign(cell=cell)
    rows = known[[*OBSERVATIONS.names, "sheet", "row", "cell"]].assign(submission=id)
    own = rows["vintage"].astype(object)
    rows["vintage"] = own.where(own.notna() & (own != ""), vintage)
    for column in OBSERVED.columns:
        if column.name in rows:
            rows[column.name] = _typed(rows[column.name], column)
    rows = rows.sort_values(list(ORDER))
    write(connection, OBSERVED, rows)
    write(connection, BLOCKS, blocks_of(rows))


def write_reports(connection: Connection, reading: Reading, id: int) -> None:
    """Write the tables of an annual report and the files it names, as rows of a submission."""
    for name, rows in reading.reports.items():
        own = REPORTED[name]
        names = [column.name for column in own.columns if column.name not in ("id", "submission")]
        write(connection, own, rows[names].assign(submission=id))
    if reading.evidence is not None and len(reading.evidence):
        write(connection, EVIDENCE, reading.evidence[EVIDENCE_FILES.names].assign(submission=id))


def _typed(cells: pd.Series, column: Column[Any]) -> pd.Series:
    if isinstance(column.type, String):
        return (cells.fillna("") if column.server_default is not None else cells).astype(str)
    numbers = pd.to_numeric(cells)
    return numbers.astype("Int64") if isinstance(column.type, Integer) else numbers.astype(float)


def write(connection: Connection, table: Table, rows: pd.DataFrame) -> None:
    """Write rows; the names of the columns are those of the table.

    Raises
    ------
    sqlalchemy.exc.DBAPIError
        A constraint is broken, or the server is gone.
    """
    names = [str(name) for name in rows.columns]
    if connection.dialect.name == "postgresql":
        _copy(connection, table, names, rows)
        return
    for part in _parts(rows):
        connection.execute(insert(table), [dict(zip(names, cells, strict=True)) for cells in part])


def _copy(connection: Connection, table: Table, names: Sequence[str], rows: pd.DataFrame) -> None:
    import psycopg  # SQLite needs none

    quote = connection.dialect.identifier_preparer.quote
    statement = f"COPY {quote(table.name)} ({', '.join(map(quote, names))}) FROM STDIN (FORMAT csv)"
    driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for start in range(0, len(rows), CHUNK):
                copy.write(_csv(rows.iloc[start : start + CHUNK]))
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error


def _csv(rows: pd.DataFrame) -> bytes:
    """Return rows as COPY reads them: an empty cell without quotes is NULL, all others have them."""
    out = pa.BufferOutputStream()
    options = csv.WriteOptions(include_header=False, quoting_style="all_valid")
    csv.write_csv(pa.Table.from_pandas(rows, preserve_index=False), out, options)
    return bytes(out.getvalue())


def _parts(rows: pd.DataFrame) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows as tuples, a few thousand at a time, None where a cell is empty."""
    for start in range(0, len(rows), CHUNK):
        part = rows.iloc[start : start + CHUNK]
        columns = [part[name].astype(object) for name in part.columns]
        yield list(zip(*(cells.where(cells.notna(), None).tolist() for cells in columns), strict=True))
