"""Storing a submission: its row, its first step, its observations and what was set aside, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, insert, select, update

from analysis.data.reading import Reading
from analysis.data.store import quarantine
from analysis.data.store.states import Move, Sender, check_move
from analysis.data.store.tables import HISTORY, SUBMISSIONS
from analysis.data.store.writing import write_observed, write_reports
from analysis.exceptions import Text, Where, usage


def submit(connection: Connection, reading: Reading, sender: Sender, notice: Text | None) -> tuple[int, str]:
    """Store a reading as one submission of state reported; returns its id and vintage."""
    now = datetime.now(UTC)
    at = now.isoformat(timespec="seconds")
    count = connection.execute(select(func.coalesce(func.max(SUBMISSIONS.c.id), 0))).scalar_one()
    vintage = f"{now:%Y-%m-%dT%H:%M:%S.%f}-{count + 1:06d}"
    values = {
        "vintage": vintage,
        "state": "reported",
        "file": reading.file,
        "sha256": reading.sha256,
        "reporter": sender.who,
        "at": at,
        "rows": reading.rows,
        "accepted": reading.taken,
        "quarantined": len(reading.quarantined),
        "notice_zh": notice.zh if notice else "",
        "notice_en": notice.en if notice else "",
    }
    id = _row_for(connection, sender, values)
    add_step(connection, id, Move("reported", sender.who, "reporter"), at)
    write_observed(connection, reading.accepted, id, vintage)
    write_reports(connection, reading, id)
    quarantine.write(connection, reading.quarantined, id)
    return id, vintage


def find(connection: Connection, plan: str, area: str, department: str, year: int) -> Sequence[RowMapping]:
    """Return the submissions of a department about a year, and the expected one, in order."""
    c = SUBMISSIONS.c
    same = and_(c.plan == plan, c.area == area, c.department == department, c.year == year)
    return connection.execute(select(SUBMISSIONS).where(same).order_by(c.id)).mappings().all()


def _row_for(connection: Connection, sender: Sender, values: dict[str, Any]) -> int:
    """Fill the row in which the data are expected, else add one."""
    known = find(connection, sender.plan, sender.area, sender.department, sender.year)
    waiting = [row for row in known if row["state"] == "expected"]
    if waiting:
        connection.execute(update(SUBMISSIONS).where(SUBMISSIONS.c.id == waiting[0]["id"]).values(**values))
        return int(waiting[0]["id"])
    about = {"plan": sender.plan, "area": sender.area, "department": sender.department, "year": sender.year}
    return inserted(connection, SUBMISSIONS, {**about, **values})


def inserted(connection: Connection, table: Any, values: dict[str, Any]) -> int:
    """Insert one row and return its id."""
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def move_on(connection: Connection, row: RowMapping, move: Move) -> None:
    """Move a submission to another state, with what follows for its rows set aside; refused where not allowed."""
    steps = connection.execute(select(HISTORY).where(HISTORY.c.submission == row["id"]).order_by(HISTORY.c.id))
    before = [Move(s["state"], s["who"], s["role"], s["reason"]) for s in steps.mappings()]
    check_move(row["state"], row["reporter"] or "", before, move)
    connection.execute(update(SUBMISSIONS).where(SUBMISSIONS.c.id == row["id"]).values(state=move.to))
    at = datetime.now(UTC).isoformat(timespec="seconds")
    add_step(connection, row["id"], move, at)
    if move.to == "returned":
        quarantine.close_returned(connection, row["id"], move, at)


def add_step(connection: Connection, id: int, move: Move, at: str) -> None:
    """Note a step of a submission in its history."""
    values = {"submission": id, "state": move.to, "who": move.who, "role": move.role, "reason": move.reason, "at": at}
    connection.execute(insert(HISTORY).values(**values))


def refuse_twice(connection: Connection, reading: Reading, sender: Sender) -> None:
    """Refuse a file that was submitted before, unless it was returned or nothing of it was accepted."""
    c = SUBMISSIONS.c
    same = and_(c.sha256 == reading.sha256, c.plan == sender.plan, c.department == sender.department)
    row = connection.execute(select(c.id, c.at).where(and_(same, c.state != "returned", c.accepted > 0))).first()
    if row is not None:
        raise usage(
            Text(
                f"同一文件已于 {row.at} 报送，编号 {row.id}", f"this very file was submitted at {row.at}, id {row.id}"
            ),
            Where(file=reading.file),
            Text("新的或改过的文件", "a new or a changed file"),
            Text("无需重复报送；如需更正，请修改后再报。", "Nothing to do; to correct it, change the file first."),
        )
