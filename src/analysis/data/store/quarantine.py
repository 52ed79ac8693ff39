"""The rows set aside: kept with their cell and reason, and closed when they are corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, String, and_, insert, select, update

from analysis.data.reading import SET_ASIDE
from analysis.data.store.states import Sender
from analysis.data.store.tables import QUARANTINE, SUBMISSIONS
from analysis.data.store.writing import CHUNK

_LENGTHS = {column.name: column.type.length for column in QUARANTINE.columns if isinstance(column.type, String)}


def write(connection: Connection, quarantined: pd.DataFrame, id: int) -> None:
    """Write the rows of a submission that were set aside; `raw` holds whole what a column cuts off."""
    for rows in _chunks(quarantined[list(SET_ASIDE)].to_dict("records")):
        connection.execute(insert(QUARANTINE), [{**_cut(texts(row)), "submission": id} for row in rows])


def close_corrected(connection: Connection, accepted: pd.DataFrame, sender: Sender, id: int) -> None:
    """Close what the sender had in quarantine for an indicator and year that is accepted now."""
    c = SUBMISSIONS.c
    own = select(c.id).where(and_(c.plan == sender.plan, c.area == sender.area, c.department == sender.department))
    mine = and_(QUARANTINE.c.submission.in_(own), QUARANTINE.c.submission != id, QUARANTINE.c.closed_how == "")
    query = select(QUARANTINE.c.id, QUARANTINE.c.indicator, QUARANTINE.c.time_period).where(mine)
    waiting = connection.execute(query).all()
    if not waiting:
        return
    done = {(str(i), str(y)) for i, y in zip(accepted["indicator"], accepted["time_period"], strict=True)}
    closed = [row.id for row in waiting if (row.indicator, row.time_period) in done]
    for some in _chunks(closed):
        values = {"closed_by": id, "closed_how": "corrected"}
        connection.execute(update(QUARANTINE).where(QUARANTINE.c.id.in_(some)).values(**values))


def texts(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row as the database takes it: numbers of rows as numbers or None, the rest as text."""
    out: dict[str, Any] = {}
    for name, value in row.items():
        missing = value is None or value != value  # NaN differs from itself
        if name == "row":
            out[name] = None if missing else int(value)
        else:
            out[str(name)] = "" if missing else str(value)
    return out


def _cut(row: dict[str, Any]) -> dict[str, Any]:
    return {name: cell[: _LENGTHS[name]] if _LENGTHS.get(name) else cell for name, cell in row.items()}


def _chunks(rows: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield list(rows[start : start + CHUNK])
