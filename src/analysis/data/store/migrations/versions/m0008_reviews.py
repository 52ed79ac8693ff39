"""Rounds of review of a document, its comments and answers, publications, feedback, and evaluators' remarks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_OF = "plan:id ref_area:id year:integer "
_TABLES = {  # columns in order: `id` an id or code, `text`, `integer`, `>x` the id of a row of the table x
    "document_reviews": _OF + "document:id audience:id version:integer title:text state:id opened_by:text at:text",
    "document_steps": "review:>document_reviews state:id who:text role:id reason:text run:text lang:id sha256:id "
    "files:text at:text",
    "document_paragraphs": "review:>document_reviews number:integer section:text text:text",
    "review_requests": "review:>document_reviews department:id due:text",
    "review_files": "review:>document_reviews department:id who:text file:text sha256:id kind:id rows:integer "
    "taken:integer asked:integer aside:integer known:integer none_said:integer at:text",
    "review_comments": "review:>document_reviews received:>review_files department:id author:text number:integer "
    "place:text comment:text wording:text reason:text status:id doubt_zh:text doubt_en:text",
    "review_answers": "comment:>review_comments decision:id reason:text who:text at:text",
    "publications": _OF + "name:id who:text at:text files:text verdicts:text",
    "feedback": "plan:id ref_area:id publication:id document:id section:text kind:id said:text contact:text "
    "sha256:id file:text who:text at:text",
    "feedback_answers": "feedback:>feedback outcome:id summary:text answer:text who:text at:text",
    "remarks": _OF + "document:id section:text target:id paragraph:text run:text doubts:text who:text at:text",
}
_UNIQUE = {
    "document_reviews": ("plan", "ref_area", "year", "document", "audience", "version"),
    "document_paragraphs": ("review", "number"),
    "review_requests": ("review", "department"),
    "review_files": ("review", "department", "sha256"),
    "feedback": ("plan", "ref_area", "sha256"),
    "publications": ("name",),
}


def _column(said: str) -> sa.Column[str] | sa.Column[int]:
    name, kind = said.split(":")
    if kind.startswith(">"):
        return sa.Column(name, sa.Integer, sa.ForeignKey(f"{kind[1:]}.id"), nullable=False)
    if kind == "integer":
        return sa.Column(name, sa.Integer, nullable=False)
    return sa.Column(name, sa.String(80) if kind == "id" else sa.Text, nullable=False, server_default="")


def upgrade() -> None:
    """Make the tables."""
    for name, said in _TABLES.items():
        unique = [sa.UniqueConstraint(*_UNIQUE[name], name=f"{name}_one_row_a_key")] if name in _UNIQUE else []
        own = [sa.Column("id", sa.Integer, primary_key=True), *map(_column, said.split()), *unique]
        op.create_table(name, *own)


def downgrade() -> None:
    """Drop the tables, those that point at others first."""
    for name in reversed(_TABLES):
        op.drop_table(name)
