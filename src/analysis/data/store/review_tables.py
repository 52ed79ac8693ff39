"""The database tables of reviews: documents and their steps, comments and answers, publications, feedback, remarks.

Nothing in them is overwritten but the state of a review: of answers and remarks the last one counts.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from analysis.data.store.tables import METADATA


def _id(name: str) -> Column[str]:
    return Column(name, String(80), nullable=False, server_default="")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _of(name: str, table: str) -> Column[int]:
    return Column(name, Integer, ForeignKey(f"{table}.id"), nullable=False)


def _table(name: str, *columns: Column[str] | Column[int], key: tuple[str, ...] = ()) -> Table:
    rule = (UniqueConstraint(*key, name=f"{name}_one_row_a_key"),) if key else ()
    return Table(name, METADATA, Column("id", Integer, primary_key=True), *columns, *rule)


# One version of a document: of a plan, an area and the last year of its data, for an audience.
REVIEWS = _table(
    "document_reviews",
    *(_id("plan"), _id("ref_area"), _number("year"), _id("document"), _id("audience"), _number("version")),
    *(_text("title"), _id("state"), _text("opened_by"), _text("at")),
    key=("plan", "ref_area", "year", "document", "audience", "version"),
)
# `sha256` is that of the document's content, the same in every format; `files` maps the files of this step, as JSON,
# to theirs. The bytes lie beside the database (`evidence_files.Kept`).
STEPS = _table(
    "document_steps",
    *(_of("review", "document_reviews"), _id("state"), _text("who"), _id("role"), _text("reason"), _text("run")),
    *(_id("lang"), _id("sha256"), _text("files"), _text("at")),
)
PARAGRAPHS = _table(
    "document_paragraphs",
    *(_of("review", "document_reviews"), _number("number"), _text("section"), _text("text")),
    key=("review", "number"),
)
REQUESTS = _table(
    "review_requests",
    *(_of("review", "document_reviews"), _id("department"), _text("due")),
    key=("review", "department"),
)
RECEIVED_FILES = _table(
    "review_files",
    *(_of("review", "document_reviews"), _id("department"), _text("who"), _text("file"), _id("sha256"), _id("kind")),
    *(_number(name) for name in ("rows", "taken", "asked", "aside", "known", "none_said")),
    _text("at"),
    key=("review", "department", "sha256"),
)
# `status`: taken; asked (its paragraph is a guess, `number` 0 where none is near); aside (what it says cannot be used)
COMMENTS = _table(
    "review_comments",
    *(_of("review", "document_reviews"), _of("received", "review_files"), _id("department"), _text("author")),
    *(_number("number"), _text("place"), _text("comment"), _text("wording"), _text("reason")),
    *(_id("status"), _text("doubt_zh"), _text("doubt_en")),
)
ANSWERS = _table(
    "review_answers",
    *(_of("comment", "review_comments"), _id("decision"), _text("reason"), _text("who"), _text("at")),
)
# `verdicts` are those of the targets, as JSON: the next publication says which of them changed.
PUBLICATIONS = _table(
    "publications",
    *(_id("plan"), _id("ref_area"), _number("year"), _id("name"), _text("who"), _text("at")),
    *(_text("files"), _text("verdicts")),
    key=("name",),
)
# `said` and `contact` are what somebody sent: neither is ever published, `summary` of the answer is.
FEEDBACK = _table(
    "feedback",
    *(_id("plan"), _id("ref_area"), _id("publication"), _id("document"), _text("section"), _id("kind")),
    *(_text("said"), _text("contact"), _id("sha256"), _text("file"), _text("who"), _text("at")),
    key=("plan", "ref_area", "sha256"),
)
FEEDBACK_ANSWERS = _table(
    "feedback_answers",
    *(_of("feedback", "feedback"), _id("outcome"), _text("summary"), _text("answer"), _text("who"), _text("at")),
)
# Evaluators' own paragraphs; `doubts` are numbers in them that no table of the run holds.
REMARKS = _table(
    "remarks",
    *(_id("plan"), _id("ref_area"), _number("year"), _id("document"), _text("section"), _id("target")),
    *(_text("paragraph"), _text("run"), _text("doubts"), _text("who"), _text("at")),
)
