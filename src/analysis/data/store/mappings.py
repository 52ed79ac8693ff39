"""Mappings a person confirmed: how a table of some shape is read, kept for the next file of that shape."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from analysis.data.store.tables import MAPPINGS


def keep(connection: Connection, plan: str, shape: str, content: str, file: str, who: str) -> None:
    """Keep a mapping; the one of the same plan and shape is replaced."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(delete(MAPPINGS).where(_same(plan, shape)))
    values = {"plan": plan, "shape": shape, "content": content, "file": file[:255], "who": who[:80], "at": at}
    connection.execute(insert(MAPPINGS).values(**values))


def find(connection: Connection, plan: str, shape: str) -> tuple[str, str, str] | None:
    """Return content, file and time of the mapping of a plan and shape, or None."""
    c = MAPPINGS.c
    row = connection.execute(select(c.content, c.file, c.at).where(_same(plan, shape))).first()
    return None if row is None else (row[0], row[1], row[2])


def _same(plan: str, shape: str) -> ColumnElement[bool]:
    return and_(MAPPINGS.c.plan == plan, MAPPINGS.c.shape == shape)
