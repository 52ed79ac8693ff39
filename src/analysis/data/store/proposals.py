"""What a person makes of the rows set aside: a proposal confirmed is a submission of its own, the rest is declined."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, RowMapping, select

from analysis.data.reading import FOUND, PROPOSED, Reading, accepted_table, quarantine_table
from analysis.data.reported.labels import BY_TEXT
from analysis.data.store import quarantine, submitting
from analysis.data.store.states import Sender
from analysis.data.store.tables import QUARANTINE, SUBMISSIONS
from analysis.exceptions import Fault, Text, UsageError, Where, usage
from analysis.gate.given import check_name
from analysis.schema.reported import REPORT_TABLES

_FROM = ("plan", "area", "department")
_LISTED = "workbench submissions quarantine"


def confirm(connection: Connection, ids: Sequence[int], who: str) -> tuple[int, str]:
    """Store the proposals of open rows as one submission and close the rows; returns its id and vintage."""
    check_name(who)
    rows = _open_rows(connection, ids)
    _refuse([_fault(row["id"], *_NO_PROPOSAL) for row in rows if row["state"] != PROPOSED or not row["proposal"]])
    if len({tuple(row[name] for name in _FROM) for row in rows}) > 1:
        raise usage(
            Text("这些行来自不同部门或地区的报送", "the rows are of several departments or areas"),
            Where(item=", ".join(str(row["id"]) for row in rows[:20])),
            Text("同一规划、地区和部门的行", "rows of one plan, area and department"),
            Text("请分次确认，例如逐份使用 --all-of。", "Confirm them one after another, for instance by --all-of."),
        )
    found = [{**json.loads(row["proposal"]), "sheet": row["sheet"], "row": row["row"]} for row in rows]
    keys: dict[tuple[str, ...], int] = {}  # of an annual report `indicator` says what a row is
    for row, one in zip(rows, found, strict=True):
        key = tuple(str(one.get(name)) for name in (*FOUND, "source", "vintage"))
        if keys.setdefault(key, row["id"]) != row["id"]:
            _refuse([_fault(row["id"], *_twice(keys[key]))])
    files = list(dict.fromkeys(row["file"] or "" for row in rows))
    name = f"确认：{'、'.join(files)}"[:255]
    digest = hashlib.sha256(json.dumps([[row["id"] for row in rows], who]).encode()).hexdigest()
    figures = [one for one in found if "table" not in one]
    reports = _reports([one for one in found if "table" in one])
    reading = Reading(name, digest, len(found), accepted_table(figures), quarantine_table([]), reports=reports)
    first = rows[0]
    sender = Sender(first["plan"], first["area"], first["department"], max(row["year"] for row in rows), who)
    notices = {row["notice_zh"]: row["notice_en"] for row in rows if row["notice_zh"]}
    id, vintage = submitting.submit(connection, reading, sender, Text("；".join(notices), "; ".join(notices.values())))
    values = {"closed_how": "confirmed", "closed_by": id, "closed_who": who}
    quarantine.close(connection, [row["id"] for row in rows], values)
    quarantine.close_corrected(connection, reading, sender, id)  # other rows that were about the same values
    return id, vintage


def _reports(found: Sequence[Mapping[str, Any]]) -> dict[str, pd.DataFrame]:
    """Return confirmed rows of annual reports by table, each through its gate, with sheet, row and cell."""
    out = {}
    for name in dict.fromkeys(str(one["table"]) for one in found):
        table = REPORT_TABLES[name]
        own = [dict(one) for one in found if one["table"] == name]
        if name in BY_TEXT:
            own = [{**one, "number": n} for n, one in enumerate(own, start=1)]
        frame = pd.DataFrame(own).reindex(columns=[*table.names, "sheet", "row"])
        built = table.build(frame)
        out[name] = built.merge(frame[[*table.key, "sheet", "row"]], on=list(table.key), how="left").assign(cell="")
    return out


def decline(connection: Connection, ids: Sequence[int], who: str, reason: str) -> None:
    """Close open rows that are not taken over."""
    check_name(who)
    if not reason.strip():
        raise usage(
            Text("没有写明不采用的原因", "no reason is given"),
            Where(item="--reason"),
            Text("原因", "a reason"),
            Text("请写明原因后再办理。", "Say why, then do it again."),
        )
    rows = _open_rows(connection, ids)
    values = {"closed_how": "declined", "closed_who": who, "closed_why": reason}
    quarantine.close(connection, [row["id"] for row in rows], values)


def _open_rows(connection: Connection, ids: Sequence[int]) -> list[RowMapping]:
    """Return the rows with their submissions, each once, in order; refuse all where one is unknown or closed."""
    c = SUBMISSIONS.c
    about = [c[name] for name in (*_FROM, "year", "file", "notice_zh", "notice_en")]
    query = select(QUARANTINE, *about).join(SUBMISSIONS, c.id == QUARANTINE.c.submission).order_by(QUARANTINE.c.id)
    rows: list[RowMapping] = []
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), 500):
        rows += connection.execute(query.where(QUARANTINE.c.id.in_(wanted[start : start + 500]))).mappings()
    known = {row["id"] for row in rows}
    faults = [_fault(id, Text("没有这一行", "there is no such row"), _OPEN) for id in wanted if id not in known]
    faults += [_fault(row["id"], _CLOSED, _OPEN) for row in rows if row["closed_how"]]
    if not wanted:
        faults = [_fault("ID", Text("没有要办理的行", "there is nothing to be done"), _OPEN)]
    _refuse(faults)
    return rows


_OPEN = Text(f"{_LISTED} 列出的编号", f"an id listed by `{_LISTED}`")
_CLOSED = Text("这一行已经办结", "the row is closed already")
_NO_PROPOSAL = (
    Text("这一行待更正，没有可确认的读法", "the row is to be corrected; nothing is proposed for it"),
    Text("状态为待确认的行", "a row with a proposal"),
)


def _twice(other: int) -> tuple[Text, Text]:
    return (
        Text(f"与编号 {other} 是同一指标、地区、年份和分组", f"the same key as row {other}"),
        Text("每个指标、地区、年份和分组一行", "one row a key"),
    )


def _fault(id: int | str, found: Text, expected: Text) -> Fault:
    return Fault(
        found, Where(item=str(id)), expected, Text(f"请用 {_LISTED} 核对编号。", f"Check the ids by `{_LISTED}`.")
    )


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise UsageError(faults)
