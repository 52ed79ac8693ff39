"""Reading and writing the monitoring database."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, RowMapping, and_, func, insert, select, update

from analysis.data.reading import Reading
from analysis.data.store import mappings, quarantine
from analysis.data.store.known import codes_above, codes_below, known
from analysis.data.store.states import Move, Sender, check_move
from analysis.data.store.tables import AREA_NAMES, BLOCKS, HISTORY, QUARANTINE, SUBMISSIONS
from analysis.data.store.writing import write_observed
from analysis.exceptions import Text, Where, usage
from analysis.schema import OBSERVATIONS


@dataclass(frozen=True)
class Store:
    """An open monitoring database."""

    engine: Engine

    def close(self) -> None:
        """Close the connections; the store opens new ones when it is used again."""
        self.engine.dispose()

    def expect(self, plan: str, area: str, department: str, year: int, due: str) -> int:
        """Note that a department's data of a year are due (state 未报); known already, it is left as it is."""
        with self.engine.begin() as connection:
            known = _find(connection, plan, area, department, year)
            if known:
                return int(known[-1]["id"])
            values = {"plan": plan, "area": area, "department": department, "year": year, "due": due}
            return _inserted(connection, SUBMISSIONS, {**values, "state": "expected"})

    def submit(self, reading: Reading, sender: Sender, notice: Text | None = None) -> tuple[int, str]:
        """Store a file as one submission in one transaction: all of its rows or none.

        Returns
        -------
        id, vintage
            The vintage is the time of the submission, unique and sorting by time.

        Raises
        ------
        UsageError
            The very same file was submitted before.
        """
        now = datetime.now(UTC)
        at = now.isoformat(timespec="seconds")
        with self.engine.begin() as connection:
            _refuse_twice(connection, reading, sender)
            count = connection.execute(select(func.coalesce(func.max(SUBMISSIONS.c.id), 0))).scalar_one()
            values = {
                "vintage": f"{now:%Y-%m-%dT%H:%M:%S.%f}-{count + 1:06d}",
                "state": "reported",
                "file": reading.file,
                "sha256": reading.sha256,
                "reporter": sender.who,
                "at": at,
                "rows": reading.rows,
                "accepted": len(reading.accepted),
                "quarantined": len(reading.quarantined),
                "notice_zh": notice.zh if notice else "",
                "notice_en": notice.en if notice else "",
            }
            id = _row_for(connection, sender, values)
            _add_step(connection, id, Move("reported", sender.who, "reporter"), at)
            write_observed(connection, reading.accepted, id, str(values["vintage"]))
            quarantine.write(connection, reading.quarantined, id)
            quarantine.close_corrected(connection, reading.accepted, sender, id)
        return id, str(values["vintage"])

    def advance(self, id: int, move: Move) -> None:
        """Move a submission to another state; a step that is not allowed is a `UsageError`."""
        with self.engine.begin() as connection:
            row = connection.execute(select(SUBMISSIONS).where(SUBMISSIONS.c.id == id)).mappings().first()
            if row is None:
                raise usage(
                    Text(f"没有编号为 {id} 的报送", f"there is no submission {id}"),
                    Where(item=str(id)),
                    Text("workbench submissions 列出的编号", "an id listed by `workbench submissions`"),
                    Text("请核对编号。", "Check the id."),
                )
            steps = connection.execute(select(HISTORY).where(HISTORY.c.submission == id).order_by(HISTORY.c.id))
            before = [Move(s["state"], s["who"], s["role"], s["reason"]) for s in steps.mappings()]
            check_move(row["state"], row["reporter"] or "", before, move)
            connection.execute(update(SUBMISSIONS).where(SUBMISSIONS.c.id == id).values(state=move.to))
            _add_step(connection, id, move, datetime.now(UTC).isoformat(timespec="seconds"))

    def observations(
        self, area: str | None = None, as_of_vintage: str | None = None, latest: bool = False, below: bool = True
    ) -> pd.DataFrame:
        """Return the `OBSERVATIONS` known by a vintage; those of returned submissions are left out.

        Parameters
        ----------
        area : str, optional
            This area and those below it.
        as_of_vintage : str, optional
            Later vintages are left out: what was known then. A date such as 2026-03 will do.
        latest : bool
            Of each key the last vintage alone (of the same vintage, what was submitted last): the time this takes does
            not depend on how often a value was reported before.
        below : bool
            Those below the area too; without it the area's own alone.
        """
        with self.engine.connect() as connection, _no_collection():
            return OBSERVATIONS.build(known(connection, area, as_of_vintage, latest, below))

    def submissions(self) -> pd.DataFrame:
        """Return every submission, and every expected one not yet made."""
        return self._table(select(SUBMISSIONS).order_by(SUBMISSIONS.c.id))

    def history(self, id: int) -> pd.DataFrame:
        """Return the steps of a submission in order."""
        return self._table(select(HISTORY).where(HISTORY.c.submission == id).order_by(HISTORY.c.id))

    def quarantine(self, open_only: bool = True) -> pd.DataFrame:
        """Return the rows set aside, without those that a later submission corrected."""
        query = select(QUARANTINE).order_by(QUARANTINE.c.id)
        return self._table(query.where(QUARANTINE.c.closed_how == "") if open_only else query)

    def keep_mapping(self, plan: str, shape: str, content: str, file: str, who: str) -> None:
        """Keep how files of a shape (64 characters) are read, as JSON; an earlier one of the plan is replaced."""
        with self.engine.begin() as connection:
            mappings.keep(connection, plan, shape, content, file, who)

    def mapping(self, plan: str, shape: str) -> tuple[str, str, str] | None:
        """Return the mapping of a plan for a shape: content, the file it was made from, and when; None without one."""
        with self.engine.connect() as connection:
            return mappings.find(connection, plan, shape)

    def set_areas(self, areas: pd.DataFrame) -> None:
        """Keep the names of areas; a known code is left as it is."""
        with self.engine.begin() as connection:
            known = set(connection.execute(select(AREA_NAMES.c.code)).scalars())
            names = ["code", "name_zh", "name_en", "parent", "level"]
            rows = [row for row in areas[names].to_dict("records") if row["code"] not in known]
            if rows:
                connection.execute(insert(AREA_NAMES), [quarantine.texts(row) for row in rows])

    def areas(self, area: str | None = None) -> pd.DataFrame:
        """Return code, names, parent and level of the areas; with `area`, of those below and above it and its own."""
        query = select(AREA_NAMES).order_by(AREA_NAMES.c.code)
        if area is None:
            return self._table(query)
        with self.engine.connect() as connection:
            line = [*codes_above(connection, area), *codes_below(connection, area)]
        return self._table(query.where(AREA_NAMES.c.code.in_(line)))

    def observed_areas(self) -> list[str]:
        """Return the codes of the areas with observations."""
        with self.engine.connect() as connection:
            return sorted(connection.execute(select(BLOCKS.c.ref_area).distinct()).scalars())

    def vintages(self, area: str | None = None) -> list[str]:
        """Return the vintages of the data, of an area and those below it alone where one is given, the first first."""
        query = select(BLOCKS.c.vintage).distinct()
        with self.engine.connect() as connection:
            if area is not None:
                query = query.where(BLOCKS.c.ref_area.in_(codes_below(connection, area)))
            return sorted(connection.execute(query).scalars())

    def notice(self, area: str | None = None) -> Text:
        """Return the notices of the submissions (about an area), such as that of simulated data; empty without any."""
        query = select(SUBMISSIONS.c.notice_zh, SUBMISSIONS.c.notice_en).distinct().order_by(SUBMISSIONS.c.notice_zh)
        with self.engine.connect() as connection:
            if area is not None:
                about = select(BLOCKS.c.submission).where(BLOCKS.c.ref_area.in_(codes_below(connection, area)))
                query = query.where(SUBMISSIONS.c.id.in_(about))
            found = [row for row in connection.execute(query) if row[0]]
        return Text("；".join(row[0] for row in found), "; ".join(row[1] for row in found))

    def _table(self, query: Any) -> pd.DataFrame:
        with self.engine.connect() as connection:
            result = connection.execute(query)
            return pd.DataFrame(result.all(), columns=list(result.keys()))


def _find(connection: Connection, plan: str, area: str, department: str, year: int) -> Sequence[RowMapping]:
    c = SUBMISSIONS.c
    same = and_(c.plan == plan, c.area == area, c.department == department, c.year == year)
    return connection.execute(select(SUBMISSIONS).where(same).order_by(c.id)).mappings().all()


def _row_for(connection: Connection, sender: Sender, values: dict[str, Any]) -> int:
    """Fill the row in which the data are expected, else add one."""
    known = _find(connection, sender.plan, sender.area, sender.department, sender.year)
    waiting = [row for row in known if row["state"] == "expected"]
    if waiting:
        connection.execute(update(SUBMISSIONS).where(SUBMISSIONS.c.id == waiting[0]["id"]).values(**values))
        return int(waiting[0]["id"])
    about = {"plan": sender.plan, "area": sender.area, "department": sender.department, "year": sender.year}
    return _inserted(connection, SUBMISSIONS, {**about, **values})


def _inserted(connection: Connection, table: Any, values: dict[str, Any]) -> int:
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _add_step(connection: Connection, id: int, move: Move, at: str) -> None:
    values = {"submission": id, "state": move.to, "who": move.who, "role": move.role, "reason": move.reason, "at": at}
    connection.execute(insert(HISTORY).values(**values))


def _refuse_twice(connection: Connection, reading: Reading, sender: Sender) -> None:
    c = SUBMISSIONS.c
    same = and_(c.sha256 == reading.sha256, c.plan == sender.plan, c.department == sender.department)
    row = connection.execute(select(c.id, c.at).where(and_(same, c.state != "returned"))).first()
    if row is not None:
        raise usage(
            Text(
                f"同一文件已于 {row.at} 报送，编号 {row.id}", f"this very file was submitted at {row.at}, id {row.id}"
            ),
            Where(file=reading.file),
            Text("新的或改过的文件", "a new or a changed file"),
            Text("无需重复报送；如需更正，请修改后再报。", "Nothing to do; to correct it, change the file first."),
        )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let Python look for no cycles meanwhile: rows hold none, and looking through all there is takes longer."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()
