"""Annual reports in the database: written with their submission, read as the declared tables, rated by the group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, func, insert, select

from analysis.data.reported.labels import BY_TEXT, RUBRIC, needs_evidence
from analysis.data.store.known import counted
from analysis.data.store.report_tables import EVIDENCE, RATINGS, REPORTED
from analysis.data.store.store import Store
from analysis.data.store.tables import HISTORY, SUBMISSIONS
from analysis.exceptions import Text, Where, usage
from analysis.schema.reported import EVIDENCE_FILES, GROUP_RATINGS, RECEIVED, REPORT_TABLES

CONFIRMED = "确认："  # the name of a submission made of confirmed proposals begins so


@dataclass(frozen=True)
class Rating:
    """The evaluation group's grade of one target in one year, with its reason and the evidence seen."""

    target: str
    year: int
    grade: str
    reason: str = ""
    evidence_seen: str = ""


@dataclass(frozen=True)
class AnnualReports:
    """The annual reports kept in a monitoring database."""

    store: Store

    def tables(
        self, plan: str, area: str, reviewed: bool = False, as_of_vintage: str | None = None
    ) -> dict[str, pd.DataFrame]:
        """Return what counts of a plan and area as the tables of `schema.reported`, each through its gate.

        Of a measure or target the last report of a department and year counts, of practices and plans those of its
        last workbook; returned submissions never do.

        Parameters
        ----------
        plan, area : str
        reviewed : bool
            Of verified, approved and archived submissions alone.
        as_of_vintage : str, optional
            What came later is left out.
        """
        counts = [counted(reviewed), *([] if as_of_vintage is None else [SUBMISSIONS.c.vintage <= as_of_vintage])]
        with self.store.engine.connect() as connection:
            out = {name: _current(connection, name, plan, area, counts) for name in REPORTED}
            out[EVIDENCE_FILES.name] = _evidence(connection, plan, area, counts)
            out[GROUP_RATINGS.name] = _ratings(connection, plan, area, as_of_vintage)
            out[RECEIVED.name] = _received(connection, plan, area, as_of_vintage)
        return {name: REPORT_TABLES[name].build(table) for name, table in out.items()}

    def counts(self) -> dict[int, dict[str, int]]:
        """Return how many rows of each table every submission has, by its id."""
        out: dict[int, dict[str, int]] = {}
        with self.store.engine.connect() as connection:
            for name, table in REPORTED.items():
                asked = select(table.c.submission, func.count()).group_by(table.c.submission)
                for id, number in connection.execute(asked):
                    out.setdefault(int(id), {})[name] = int(number)
        return out

    def rate(self, plan: str, area: str, ratings: Sequence[Rating], who: str) -> int:
        """Keep ratings of the evaluation group, all or none; the last one of a target and year counts.

        Raises
        ------
        UsageError
            Nobody is named, a grade above under way has no evidence seen, or who rates reported the target.
        """
        if not who.strip():
            raise _refused(
                Text("没有写明评定人", "no name"), "--who", Text("评定人姓名或工号", "who rates"), Text("", "")
            )
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self.store.engine.begin() as connection:
            for one in ratings:
                check_rating(one, who, _reporters(connection, plan, area, one.target, one.year))
                values = {"plan": plan, "ref_area": area, "year": one.year, "target": one.target, "grade": one.grade}
                values |= {"reason": one.reason, "evidence_seen": one.evidence_seen, "who": who, "at": at}
                connection.execute(insert(RATINGS).values(**values))
        return len(ratings)

    def put_ratings(self, ratings: pd.DataFrame) -> None:
        """Keep the ratings of a data folder as they are, with who and when; those that are known are left out."""
        with self.store.engine.begin() as connection:
            known = {tuple(row) for row in connection.execute(select(*(RATINGS.c[n] for n in GROUP_RATINGS.names)))}
            rows = [row for row in ratings[GROUP_RATINGS.names].to_dict("records") if tuple(row.values()) not in known]
            if rows:
                connection.execute(insert(RATINGS), [{str(k): v for k, v in row.items()} for row in rows])


def check_rating(one: Rating, who: str, reporters: set[str]) -> None:
    """Refuse a rating that does not hold.

    Parameters
    ----------
    one : Rating
    who : str
    reporters : set of str
        Who reported the self-assessment of the target.

    Raises
    ------
    UsageError
        The grade is none, it needs evidence and none was seen, or who rates reported the target.
    """
    grades = Text("、".join(g.name.zh for g in RUBRIC.values()), ", ".join(RUBRIC))
    if one.grade not in RUBRIC:
        raise _refused(Text(f"“{one.grade}”不是等级", f"'{one.grade}' is no grade"), one.target, grades, Text("", ""))
    if needs_evidence(one.grade) and not one.evidence_seen.strip():
        name = RUBRIC[one.grade].name
        raise _refused(
            Text(f"评定为“{name.zh}”，没有写明查看的佐证", f"rated '{name.en}' without evidence seen"),
            one.target,
            Text("高于“推进中”的等级须写明查看的佐证", "evidence seen, for any grade above 'under way'"),
            Text("请补充查看的佐证，或改评为“推进中”及以下。", "Name what was seen, or rate it lower."),
        )
    if who in reporters:
        raise _refused(
            Text(f"{who}不能评定自己填报的目标", f"{who} cannot rate a target of their own report"),
            one.target,
            Text("另一人", "somebody else"),
            Text("请由评估组其他成员评定。", "Let another member of the group rate it."),
        )


def _refused(found: Text, item: str, expected: Text, action: Text) -> Exception:
    todo = action if action.zh else Text("请更正后再办理。", "Correct it, then do it again.")
    return usage(found, Where(item=item), expected, todo)


def _of(table: Table, plan: str, area: str) -> Any:
    return and_(table.c.plan == plan, table.c.ref_area == area)


def _current(
    connection: Connection, name: str, plan: str, area: str, counts: Sequence[ColumnElement[bool]]
) -> pd.DataFrame:
    own, declared = REPORTED[name], REPORT_TABLES[name]
    asked = select(own, SUBMISSIONS.c.file).join(SUBMISSIONS, SUBMISSIONS.c.id == own.c.submission)
    asked = asked.where(_of(own, plan, area), *counts).order_by(own.c.submission, own.c.id)
    rows = connection.execute(asked).mappings().all()
    kept = _last_workbook(rows, BY_TEXT[name]) if name in BY_TEXT else _last_row(rows, declared.key)
    return pd.DataFrame(kept, columns=declared.names)


def _last_row(rows: Sequence[RowMapping], key: Sequence[str]) -> list[dict[str, Any]]:
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        found[tuple(row[column] for column in key)] = dict(row)
    return list(found.values())


def _last_workbook(rows: Sequence[RowMapping], text: str) -> list[dict[str, Any]]:
    """Return the rows of each department's last workbook of a year, and what was confirmed since, numbered anew."""
    last: dict[tuple[str, int], int] = {}
    for row in rows:
        if not str(row["file"] or "").startswith(CONFIRMED):
            last[row["department"], row["year"]] = row["submission"]
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        if row["submission"] >= last.get((row["department"], row["year"]), 0):
            kept[row["department"], row["year"], row[text]] = dict(row)
    numbers: dict[tuple[str, int], int] = {}
    for (department, year, _), own in kept.items():
        own["number"] = numbers[department, year] = numbers.get((department, year), 0) + 1
    return list(kept.values())


def _evidence(connection: Connection, plan: str, area: str, counts: Sequence[ColumnElement[bool]]) -> pd.DataFrame:
    """Return the last of each file named, a kept one before an absent one."""
    asked = select(EVIDENCE).join(SUBMISSIONS, SUBMISSIONS.c.id == EVIDENCE.c.submission)
    asked = asked.where(_of(EVIDENCE, plan, area), *counts).order_by(EVIDENCE.c.id)
    rows = sorted(connection.execute(asked).mappings(), key=lambda row: row["state"] == "kept")
    return pd.DataFrame(_last_row(rows, EVIDENCE_FILES.key), columns=EVIDENCE_FILES.names)


def _ratings(connection: Connection, plan: str, area: str, vintage: str | None) -> pd.DataFrame:
    asked = select(RATINGS).where(_of(RATINGS, plan, area)).order_by(RATINGS.c.id)
    if vintage is not None:
        asked = asked.where(RATINGS.c.at <= vintage)
    rows = connection.execute(asked).mappings().all()
    return pd.DataFrame(_last_row(rows, GROUP_RATINGS.key), columns=GROUP_RATINGS.names)


def _reporters(connection: Connection, plan: str, area: str, target: str, year: int) -> set[str]:
    own = REPORTED["self_assessments"]
    asked = select(SUBMISSIONS.c.reporter).join(own, SUBMISSIONS.c.id == own.c.submission)
    asked = asked.where(_of(own, plan, area), own.c.target == target, own.c.year == year, counted(False))
    return {str(one) for one in connection.execute(asked).scalars()}


def _received(connection: Connection, plan: str, area: str, vintage: str | None) -> pd.DataFrame:
    """Return when each department's data of a year were due and came, and what became of them."""
    c = SUBMISSIONS.c
    asked = select(SUBMISSIONS).where(c.plan == plan, c.area == area).order_by(c.id)
    found: dict[tuple[str, int], list[RowMapping]] = {}
    for row in connection.execute(asked).mappings():
        if vintage is None or (row["vintage"] or "") <= vintage:
            found.setdefault((row["department"], row["year"]), []).append(row)
    ids = [row["id"] for rows in found.values() for row in rows]
    steps: dict[int, list[str]] = {}
    for start in range(0, len(ids), 500):
        part = HISTORY.c.submission.in_(ids[start : start + 500])
        back = select(HISTORY.c.submission, HISTORY.c.reason).where(part, HISTORY.c.state == "returned")
        for id, reason in connection.execute(back.order_by(HISTORY.c.id)):
            steps.setdefault(id, []).append(str(reason))
    out = [_state_of(plan, area, who, year, rows, steps) for (who, year), rows in found.items()]
    return pd.DataFrame(out, columns=RECEIVED.names)


def _state_of(
    plan: str, area: str, department: str, year: int, rows: Sequence[RowMapping], steps: Mapping[int, list[str]]
) -> dict[str, Any]:
    came = [row for row in rows if row["at"]]
    good = [row for row in came if row["state"] != "returned"]
    due = next((row["due"] for row in rows if row["due"]), "")
    first = min((str(row["at"])[:10] for row in came), default="")
    late = max((date.fromisoformat(first) - date.fromisoformat(due)).days, 0) if first and due else None
    reasons = [reason for row in rows for reason in steps.get(row["id"], [])]
    state = good[-1]["state"] if good else "returned" if came else "expected"
    return {
        **{"plan": plan, "ref_area": area, "department": department, "year": year, "state": state},
        **{"due": due, "received": first, "days_late": late, "returned": len(reasons)},
        "returned_why": reasons[-1] if reasons else "",
    }
