"""The rectification ledger (整改台账): from an alert to 已销号, and back where next year relapses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, and_, insert, select, update

from analysis.data.store.store import Store
from analysis.data.store.tables import FILLED_IN, LEDGER, LEDGER_STEPS
from analysis.exceptions import Text, Where, usage
from analysis.schema import Column, Table

LEDGER_STATES = {
    "not_started": Text("未启动", "not started"),
    "in_progress": Text("进行中", "in progress"),
    "to_review": Text("待复核", "to be reviewed"),
    "closed": Text("已销号", "closed"),
    "relapsed": Text("反弹", "relapsed"),
}
_MOVES = {
    "not_started": ("in_progress",),
    "in_progress": ("to_review",),
    "to_review": ("closed", "in_progress"),
    "closed": ("relapsed",),
    "relapsed": ("in_progress",),
}
_NEEDED = {"in_progress": ("cause", "measure", "person", "deadline"), "to_review": ("progress", "evidence_sha256")}
_NAMES = {
    "cause": Text("原因", "cause"),
    "measure": Text("整改措施", "measure"),
    "person": Text("责任人", "person responsible"),
    "deadline": Text("期限", "deadline"),
    "progress": Text("进展", "progress"),
    "evidence_sha256": Text("佐证材料", "evidence"),
}


_IDS = {"plan": "name", "area": "name", "target": "name", "indicator": "code"}  # an indicator may be none: _Z
ENTRIES = Table(
    "ledger",
    tuple(
        Column(
            one.name,
            "integer" if one.name in ("id", "year") else "text",
            required=one.name in ("id", "year", *_IDS),
            choices=tuple(LEDGER_STATES) if one.name == "state" else (),
            id=_IDS.get(one.name, ""),
        )
        for one in LEDGER.columns
    ),
    ("id",),
)


@dataclass(frozen=True)
class Step:
    """A step of an entry: to which state, by whom, and why (a return from review needs a reason)."""

    to: str
    who: str
    reason: str = ""


def check_step(entry: Mapping[str, Any], step: Step) -> None:
    """Refuse a step that is not allowed.

    Work begins with cause, measure, person and deadline; review needs progress and evidence; who closes or returns
    an entry is not the person responsible for it.

    Raises
    ------
    UsageError
    """
    state = str(entry["state"])
    if step.to not in _MOVES[state]:
        ways = [LEDGER_STATES[to] for to in _MOVES[state]]
        allowed = Text("、".join(to.zh for to in ways), ", ".join(to.en for to in ways))
        raise _refused(step, Text(f"{LEDGER_STATES[state].zh}的条目不能这样处理", f"not from '{state}'"), allowed)
    lacking = [_NAMES[name] for name in _NEEDED.get(step.to, ()) if not str(entry[name]).strip()]
    if lacking and state != "to_review":
        zh, en = "、".join(name.zh for name in lacking), ", ".join(name.en for name in lacking)
        raise _refused(step, Text(f"缺少{zh}", f"{en} missing"), Text(f"先填写{zh}", f"{en}, filled in"))
    if not step.who.strip():
        raise _refused(step, Text("没有写明经办人", "no name"), Text("经办人", "who does it"))
    if state == "to_review":
        if step.who == entry["person"]:
            raise _refused(step, Text("责任人不能复核自己的整改", "one's own work"), Text("另一人", "somebody else"))
        if step.to == "in_progress" and not step.reason.strip():
            raise _refused(step, Text("退回没有写明原因", "a return without a reason"), Text("原因", "a reason"))


@dataclass(frozen=True)
class Ledger:
    """The ledger kept in a monitoring database."""

    store: Store

    def open_from(self, alerts: pd.DataFrame, who: str) -> dict[str, int]:
        """Take up a year's alerts: a new entry a target; one that was closed and is alerted again has relapsed.

        Parameters
        ----------
        alerts : DataFrame
            An `ALERTS` table; of several alerts of a target the first row counts.
        who : str

        Returns
        -------
        dict
            Entries `opened`, `relapsed` and `kept`.
        """
        count = {"opened": 0, "relapsed": 0, "kept": 0}
        with self.store.engine.begin() as connection:
            for row in alerts.drop_duplicates("target").to_dict("records"):
                c = LEDGER.c
                same = and_(c.plan == row["plan"], c.area == row["ref_area"], c.target == row["target"])
                entry = connection.execute(select(LEDGER).where(same)).mappings().first()
                if entry is None:
                    _open(connection, row, who)
                    count["opened"] += 1
                elif entry["state"] == "closed" and int(row["year"]) > entry["year"]:
                    now = {"year": int(row["year"]), "level": row["level"], "notice": row["evidence"], "reviewer": ""}
                    now |= {"evidence": "", "evidence_sha256": ""}
                    connection.execute(update(LEDGER).where(c.id == entry["id"]).values(**now))
                    _move(connection, int(entry["id"]), Step("relapsed", who, str(row["evidence"])))
                    count["relapsed"] += 1
                else:
                    count["kept"] += 1
        return count

    def fill_in(self, id: int, cells: Mapping[str, str], evidence: Path | None = None) -> None:
        """Write what the department filled in; of a file of evidence the name and SHA-256 are kept.

        A closed entry is not changed any more; an empty cell leaves what was there.
        """
        values = {name: text for name in FILLED_IN if (text := str(cells.get(name) or "").strip())}
        if evidence is not None:
            digest = hashlib.sha256(evidence.read_bytes()).hexdigest()
            values |= {"evidence": evidence.name, "evidence_sha256": digest}
        with self.store.engine.begin() as connection:
            entry = _entry(connection, id)
            if values and entry["state"] != "closed":
                connection.execute(update(LEDGER).where(LEDGER.c.id == id).values(**values))

    def advance(self, id: int, step: Step) -> None:
        """Move an entry; a step that is not allowed is a `UsageError`."""
        with self.store.engine.begin() as connection:
            entry = _entry(connection, id)
            check_step(entry, step)
            if step.to == "closed":
                connection.execute(update(LEDGER).where(LEDGER.c.id == id).values(reviewer=step.who))
            _move(connection, id, step)

    def entries(self, plan: str | None = None, area: str | None = None) -> pd.DataFrame:
        """Return the `ENTRIES`: every one, or those of a plan and an area."""
        query = select(LEDGER).order_by(LEDGER.c.id)
        for column, value in ((LEDGER.c.plan, plan), (LEDGER.c.area, area)):
            query = query if value is None else query.where(column == value)
        return ENTRIES.build(self._table(query))

    def steps(self, id: int) -> pd.DataFrame:
        """Return the steps of an entry in order."""
        return self._table(select(LEDGER_STEPS).where(LEDGER_STEPS.c.entry == id).order_by(LEDGER_STEPS.c.id))

    def _table(self, query: Any) -> pd.DataFrame:
        with self.store.engine.connect() as connection:
            result = connection.execute(query)
            return pd.DataFrame(result.all(), columns=list(result.keys()))


def _open(connection: Connection, row: Mapping[Any, Any], who: str) -> None:
    values = {
        "plan": row["plan"],
        "area": row["ref_area"],
        "target": row["target"],
        "indicator": row["indicator"],
        "year": int(row["year"]),
        "level": row["level"],
        "state": "not_started",
        "clause": row["clause"],
        "department": row["department"],
        "measures": row["measures"],
        "notice": row["evidence"],
    }
    key = connection.execute(insert(LEDGER).values(**values)).inserted_primary_key
    assert key is not None
    _move(connection, int(key[0]), Step("not_started", who))


def _move(connection: Connection, id: int, step: Step) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(update(LEDGER).where(LEDGER.c.id == id).values(state=step.to))
    values = {"entry": id, "state": step.to, "who": step.who, "reason": step.reason, "at": at}
    connection.execute(insert(LEDGER_STEPS).values(**values))


def _entry(connection: Connection, id: int) -> Mapping[str, Any]:
    row = connection.execute(select(LEDGER).where(LEDGER.c.id == id)).mappings().first()
    if row is None:
        raise usage(
            Text(f"台账没有编号 {id}", f"the ledger has no entry {id}"),
            Where(item=str(id)),
            Text("workbench ledger list 列出的编号", "an id listed by `workbench ledger list`"),
            Text("请核对编号。", "Check the id."),
        )
    return dict(row)


def _refused(step: Step, found: Text, expected: Text) -> Exception:
    to = LEDGER_STATES.get(step.to)
    zh = to.zh if to else step.to
    return usage(found, Where(item=f"→ {zh}"), expected, Text("请按整改流程办理。", "Follow the order of steps."))
