"""Comments on a version of a document: received file by file, none twice, each answered with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, insert, select

from analysis.data.store.review_states import must_be
from analysis.data.store.review_tables import ANSWERS, COMMENTS, RECEIVED_FILES, REQUESTS
from analysis.data.store.reviews import DocumentReviews, row_of
from analysis.exceptions import DataError, Fault, Text, Where, no_such, usage
from analysis.gate.given import check_name

DECISIONS = {
    "adopted": Text("采纳", "adopted"),
    "partly": Text("部分采纳", "partly adopted"),
    "declined": Text("不采纳", "not adopted"),
}
NEEDS_REASON = ("partly", "declined")
STATUSES = {
    "taken": Text("已接收", "taken"),
    "asked": Text("位置待核对", "its place to be checked"),
    "aside": Text("未能采用", "set aside"),
}


@dataclass(frozen=True)
class Comment:
    """One comment as it was read.

    Parameters
    ----------
    number : int
        Of the paragraph; 0 where none is known.
    place : str
        Sheet and cell, or the number of the Word comment.
    status : str
        taken, asked or aside; `doubt` says why it is not taken.
    """

    number: int
    place: str
    comment: str
    wording: str = ""
    reason: str = ""
    author: str = ""
    status: str = "taken"
    doubt: Text = Text("", "")

    @property
    def said(self) -> tuple[int, str, str, str]:
        """Return what makes two comments of a department the same: whatever stands between the signs is left out."""
        comment, wording, reason = ("".join(one.split()) for one in (self.comment, self.wording, self.reason))
        return self.number, comment, wording, reason


@dataclass(frozen=True)
class Received:
    """A file that was read: whose it is, its hash, its comments, and whether it says that there are none."""

    file: str
    sha256: str
    kind: str
    department: str
    comments: Sequence[Comment]
    none_said: bool = False


@dataclass(frozen=True)
class Counted:
    """What became of the rows of a file; `known` came before and are not kept twice."""

    rows: int
    taken: int
    asked: int
    aside: int
    known: int


@dataclass(frozen=True)
class Answer:
    """The evaluation group's answer to a comment."""

    comment: int
    decision: str
    reason: str = ""


@dataclass(frozen=True)
class Comments:
    """The comments on one version."""

    reviews: DocumentReviews
    review: int

    def receive(self, found: Received, who: str) -> Counted:
        """Keep the comments of a file, all or none.

        Raises
        ------
        UsageError
            Nobody is named, the version no longer takes comments, or this very file was received before.
        """
        check_name(who)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self.reviews.store.engine.begin() as connection:
            row = row_of(connection, self.review, lock=True)
            must_be(row["state"], ("consultation",), Text("不再接收意见", "it takes no comments"))
            self._refuse_twice(connection, found)
            kept = self._known(connection, found.department)
            fresh, known = [], 0
            for one in found.comments:
                known += one.said in kept
                if one.said not in kept:
                    kept.add(one.said)
                    fresh.append(one)
            states = [one.status for one in fresh]
            counts = {name: states.count(name) for name in STATUSES}
            done = Counted(len(found.comments), **counts, known=known)
            values = {"review": self.review, "department": found.department, "who": who, "file": found.file, "at": at}
            more = {"sha256": found.sha256, "kind": found.kind, "none_said": int(found.none_said), **asdict(done)}
            key = connection.execute(insert(RECEIVED_FILES).values(**values, **more)).inserted_primary_key
            assert key is not None
            rows = [self._row(one, found.department, int(key[0])) for one in fresh]
            if rows:
                connection.execute(insert(COMMENTS), rows)
            asked = select(REQUESTS.c.department).where(REQUESTS.c.review == self.review)
            if found.department not in set(connection.execute(asked).scalars()):
                connection.execute(insert(REQUESTS).values(review=self.review, department=found.department, due=""))
        return done

    def table(self) -> pd.DataFrame:
        """Return every comment in the order of paragraphs, with its last answer: decision, answer, answered_by, at."""
        order = (COMMENTS.c.number, COMMENTS.c.department, COMMENTS.c.id)
        query = select(COMMENTS).where(COMMENTS.c.review == self.review).order_by(*order)
        ids = select(COMMENTS.c.id).where(COMMENTS.c.review == self.review)
        answers = select(ANSWERS).where(ANSWERS.c.comment.in_(ids)).order_by(ANSWERS.c.id)
        with self.reviews.store.engine.connect() as connection:
            rows = [dict(one) for one in connection.execute(query).mappings()]
            last = {one["comment"]: one for one in connection.execute(answers).mappings()}
        names = {"decision": "decision", "answer": "reason", "answered_by": "who", "answered_at": "at"}
        for row in rows:
            row |= {new: last[row["id"]][old] if row["id"] in last else "" for new, old in names.items()}
        return pd.DataFrame(rows, columns=[*(column.name for column in COMMENTS.columns), *names])

    def files(self) -> pd.DataFrame:
        """Return the files received, in order."""
        query = select(RECEIVED_FILES).where(RECEIVED_FILES.c.review == self.review).order_by(RECEIVED_FILES.c.id)
        with self.reviews.store.engine.connect() as connection:
            result = connection.execute(query)
            return pd.DataFrame(result.all(), columns=list(result.keys()))

    def answer(self, answers: Sequence[Answer], who: str) -> int:
        """Keep answers that are new or changed, all or none, and return how many; the last one of a comment counts.

        Raises
        ------
        UsageError
            Nobody is named, or the version no longer is a draft for consultation.
        DataError
            With every answer that does not hold: to no comment of this version, no decision, or one without a reason.
        """
        check_name(who)
        table = self.table()
        known = {row["id"]: row for row in table.to_dict("records")}
        faults = [fault for one in answers if (fault := wrong_answer(one, set(known))) is not None]
        if faults:
            raise DataError(faults)
        last = {id: (row["decision"], row["answer"]) for id, row in known.items()}
        new = [one for one in answers if last[one.comment] != (one.decision, one.reason)]
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self.reviews.store.engine.begin() as connection:
            row = row_of(connection, self.review, lock=True)
            must_be(row["state"], ("consultation",), Text("答复不再改动", "its answers are settled"))
            rows = [{**asdict(one), "who": who, "at": at} for one in new]
            if rows:
                connection.execute(insert(ANSWERS), rows)
        return len(rows)

    def _row(self, one: Comment, department: str, received: int) -> dict[str, Any]:
        values = {name: getattr(one, name) for name in ("number", "place", "comment", "wording", "reason", "author")}
        doubt = {"status": one.status, "doubt_zh": one.doubt.zh, "doubt_en": one.doubt.en}
        return {"review": self.review, "received": received, "department": department, **values, **doubt}

    def _known(self, connection: Connection, department: str) -> set[tuple[int, str, str, str]]:
        own = select(COMMENTS).where(COMMENTS.c.review == self.review, COMMENTS.c.department == department)
        rows = connection.execute(own).mappings()
        return {Comment(r["number"], r["place"], r["comment"], r["wording"], r["reason"]).said for r in rows}

    def _refuse_twice(self, connection: Connection, found: Received) -> None:
        c = RECEIVED_FILES.c
        same = select(c.at).where(c.review == self.review, c.department == found.department, c.sha256 == found.sha256)
        before = connection.execute(same).scalar()
        if before is not None:
            raise usage(
                Text(f"同一文件已于 {before} 导入", f"this very file was imported at {before}"),
                Where(file=found.file),
                Text("新的或改过的文件", "a new or a changed file"),
                Text("无需重复导入。", "Nothing to do."),
            )


def wrong_answer(one: Answer, known: set[int], where: Where | None = None) -> Fault | None:
    """Return what is wrong with an answer, None where nothing is; `where` is its place in a file."""
    place = where or Where(item=str(one.comment))
    names = Text("、".join(name.zh for name in DECISIONS.values()), ", ".join(DECISIONS))
    todo = Text("请更正后重新导入。", "Correct it and import again.")
    if one.comment not in known:
        found = Text(f"没有编号为 {one.comment} 的意见", f"there is no comment {one.comment}")
        return Fault(found, place, Text("本版本的意见编号", "the id of a comment on this version"), todo)
    if one.decision not in DECISIONS:
        found = Text(f"“{one.decision}”不是采纳情况", f"'{one.decision}' is no decision")
        return Fault(found, place, names, todo)
    if one.decision in NEEDS_REASON and not one.reason.strip():
        name = DECISIONS[one.decision]
        found = Text(f"“{name.zh}”没有写明理由", f"'{name.en}' without a reason")
        return Fault(found, place, Text("理由", "a reason"), todo)
    return None


def department_known(code: str, known: Sequence[str]) -> None:
    """Refuse a department that the plan does not have."""
    if code not in known:
        raise no_such(Text("没有部门", "there is no department"), code or "—", known, Where(item="--department"))
