"""Versions of a document in the database: opened, moved step by step, each step with its hashes, who and when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, RowMapping, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from analysis.data.store.review_states import (
    REVIEW_STATES,
    ReviewMove,
    Standing,
    check_new_version,
    check_review_move,
)
from analysis.data.store.review_tables import ANSWERS, COMMENTS, PARAGRAPHS, REMARKS, REQUESTS, REVIEWS, STEPS
from analysis.data.store.store import Store
from analysis.exceptions import Text, Where, usage
from analysis.gate.given import check_name


@dataclass(frozen=True)
class About:
    """Which document: of a plan, an area, the last year of its data, its kind, and whom it is for."""

    plan: str
    ref_area: str
    year: int
    document: str
    audience: str


@dataclass(frozen=True)
class Passage:
    """A numbered paragraph of a document: its number, the heading it stands under, its text."""

    number: int
    section: str
    text: str


@dataclass(frozen=True)
class Made:
    """What a step rests on: the run, the language, and the files with their SHA-256."""

    run: str
    lang: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class DocumentReviews:
    """The reviews kept in a monitoring database."""

    store: Store

    def open(
        self,
        about: About,
        title: str,
        move: ReviewMove,
        made: Made,
        passages: Sequence[Passage],
        departments: Sequence[str],
        due: str = "",
    ) -> int:
        """Open the next version of a document for consultation, all or nothing; returns its id.

        Raises
        ------
        UsageError
            The version before is under way, nobody is named, or somebody else opened it at the same time.
        """
        check_name(move.who)
        at = _now()
        try:
            with self.store.engine.begin() as connection:
                last = _last(connection, about)
                check_new_version(last["state"] if last else None, last["version"] if last else 0)
                version = 1 + (last["version"] if last else 0)
                values = {**asdict(about), "version": version, "title": title, "state": "consultation"}
                id = _inserted(connection, REVIEWS, {**values, "opened_by": move.who, "at": at})
                _step(connection, id, move, made, at)
                rows = [{"review": id, **asdict(one)} for one in passages]
                connection.execute(insert(PARAGRAPHS), rows)
                for code in dict.fromkeys(departments):
                    connection.execute(insert(REQUESTS).values(review=id, department=code, due=due))
        except IntegrityError as error:
            raise usage(
                Text("同一文件刚由他人开启", "somebody else has just opened it"),
                Where(item=about.document),
                Text("同一版本只开启一次", "a version is opened once"),
                Text("请用 workbench review list 核对。", "Check by `workbench review list`."),
            ) from error
        return id

    def move(self, id: int, move: ReviewMove, made: Made) -> None:
        """Move a version to another state; a step that is not allowed is a `UsageError` and changes nothing."""
        with self.store.engine.begin() as connection:
            move_on(connection, id, move, made)

    def last(self, about: About) -> RowMapping | None:
        """Return the last version of a document, None where there is none."""
        with self.store.engine.connect() as connection:
            return _last(connection, about)

    def get(self, id: int) -> RowMapping:
        """Return a version; a `UsageError` says that there is none of this id."""
        with self.store.engine.connect() as connection:
            return row_of(connection, id)

    def all(self) -> pd.DataFrame:
        """Return every version, the oldest first."""
        return _table(self.store, select(REVIEWS).order_by(REVIEWS.c.id))

    def versions(self) -> list[dict[str, Any]]:
        """Return every version as a row by names of columns, the oldest first."""
        with self.store.engine.connect() as connection:
            found = connection.execute(select(REVIEWS).order_by(REVIEWS.c.id)).mappings().all()
        return [{str(name): value for name, value in row.items()} for row in found]

    def steps(self, id: int) -> pd.DataFrame:
        """Return the steps of a version in order: state, who, role, reason, run, lang, sha256, files (JSON), at."""
        return _table(self.store, select(STEPS).where(STEPS.c.review == id).order_by(STEPS.c.id))

    def files(self, id: int, state: str) -> dict[str, str]:
        """Return the files of the last step into a state with their SHA-256; none where it never was."""
        own = self.steps(id)
        found = own[own["state"] == state]["files"].tolist()
        read: dict[str, str] = json.loads(found[-1]) if found else {}
        return read

    def passages(self, id: int) -> list[Passage]:
        """Return the numbered paragraphs of a version."""
        query = select(PARAGRAPHS).where(PARAGRAPHS.c.review == id).order_by(PARAGRAPHS.c.number)
        with self.store.engine.connect() as connection:
            return [Passage(r["number"], r["section"], r["text"]) for r in connection.execute(query).mappings()]

    def asked(self, id: int) -> pd.DataFrame:
        """Return the departments asked for comments, columns department and due."""
        return _table(self.store, select(REQUESTS).where(REQUESTS.c.review == id).order_by(REQUESTS.c.id))


def move_on(connection: Connection, id: int, move: ReviewMove, made: Made) -> None:
    """Move a version to another state within a transaction; a step that is not allowed is a `UsageError`."""
    row = row_of(connection, id, lock=True)
    check_review_move(standing(connection, row), move)
    connection.execute(update(REVIEWS).where(REVIEWS.c.id == id).values(state=move.to))
    _step(connection, id, move, made, _now())


def standing(connection: Connection, row: RowMapping) -> Standing:
    """Return what is known of a version as its next step is judged."""
    steps = connection.execute(select(STEPS).where(STEPS.c.review == row["id"]).order_by(STEPS.c.id)).mappings().all()
    answers = select(ANSWERS.c.who).join(COMMENTS, COMMENTS.c.id == ANSWERS.c.comment)
    who = set(connection.execute(answers.where(COMMENTS.c.review == row["id"])).scalars())
    wrote = select(REMARKS.c.who).where(_same(REMARKS, row), REMARKS.c.document == row["document"])
    who |= set(connection.execute(wrote).scalars())
    who |= {row["opened_by"], *(one["who"] for one in steps if one["role"] == "evaluator")}
    return Standing(row["state"], steps[-1]["sha256"], frozenset(who), unanswered(connection, row["id"]))


def unanswered(connection: Connection, review: int) -> int:
    """Return how many comments on a version have no answer."""
    known = select(ANSWERS.c.comment)
    query = select(func.count()).select_from(COMMENTS)
    query = query.where(COMMENTS.c.review == review, COMMENTS.c.id.not_in(known))
    return int(connection.execute(query).scalar_one())


def row_of(connection: Connection, id: int, lock: bool = False) -> RowMapping:
    """Return a version, locked against others where it is to be changed; a `UsageError` says that there is none."""
    query = select(REVIEWS).where(REVIEWS.c.id == id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise usage(
            Text(f"没有编号为 {id} 的征求意见", f"there is no review {id}"),
            Where(item=str(id)),
            Text("workbench review list 列出的编号", "an id listed by `workbench review list`"),
            Text("请核对编号。", "Check the id."),
        )
    return row


def _same(table: Any, row: RowMapping | Mapping[str, Any]) -> Any:
    return and_(*(table.c[name] == row[name] for name in ("plan", "ref_area", "year")))


def _last(connection: Connection, about: About) -> RowMapping | None:
    said = asdict(about)
    query = select(REVIEWS).where(*(REVIEWS.c[name] == value for name, value in said.items()))
    return connection.execute(query.order_by(REVIEWS.c.version.desc()).limit(1)).mappings().first()


def _step(connection: Connection, id: int, move: ReviewMove, made: Made, at: str) -> None:
    files = json.dumps(dict(made.files), ensure_ascii=False, sort_keys=True)
    values = {"review": id, "state": move.to, "who": move.who, "role": move.role, "reason": move.reason, "at": at}
    more = {"run": made.run, "lang": made.lang, "sha256": move.sha256, "files": files}
    connection.execute(insert(STEPS).values(**values, **more))


def _inserted(connection: Connection, table: Any, values: Mapping[str, Any]) -> int:
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _table(store: Store, query: Any) -> pd.DataFrame:
    with store.engine.connect() as connection:
        result = connection.execute(query)
        return pd.DataFrame(result.all(), columns=list(result.keys()))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def named(row: Mapping[str, Any]) -> Text:
    """Return what a version is called on its pages: 征求意见稿 第1版."""
    state, version = REVIEW_STATES[row["state"]], row["version"]
    return Text(f"{state.zh} 第{version}版", f"{state.en}, version {version}")
