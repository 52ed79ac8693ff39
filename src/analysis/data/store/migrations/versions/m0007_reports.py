"""What departments report beside figures, files of evidence, and the evaluation group's ratings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TABLES = {  # columns in order: `id` an id or code, `text`, `number`, `integer`; `?` where a number may be missing
    "measure_reports": "measure:id state:id done:text money:number? money_unit:id output:number? output_unit:text "
    "difficulty:text evidence:text",
    "self_assessments": "target:id grade:id done:number? total:number? reason:text evidence:text",
    "causes": "target:id cause:text last_measure:text helped:id measure:text evidence:text",
    "practices": "number:integer title:text content:text since:integer? result:text place:text evidence:text",
    "next_year": "number:integer measure:id action:text goal:text money:number? money_unit:id deadline:text",
}
_KEYS = {"measure_reports": "measure", "self_assessments": "target", "causes": "target"}


def _columns(said: str) -> list[sa.Column[str] | sa.Column[float] | sa.Column[int]]:
    made: list[sa.Column[str] | sa.Column[float] | sa.Column[int]] = []
    for name, kind in (one.split(":") for one in said.split()):
        if kind in ("number?", "integer?", "integer"):
            number = sa.Float() if kind == "number?" else sa.Integer()
            made.append(sa.Column(name, number, nullable=kind.endswith("?")))
        else:
            text = sa.String(80) if kind == "id" else sa.Text()
            made.append(sa.Column(name, text, nullable=False, server_default=""))
    return made


def _of_submission() -> sa.Column[int]:
    return sa.Column("submission", sa.Integer, sa.ForeignKey("submissions.id"), nullable=False)


def _indexed(table: str) -> None:
    op.create_index(f"{table}_of_year", table, ["plan", "ref_area", "year"])


def upgrade() -> None:
    """Make the tables."""
    own = "plan:id ref_area:id department:id year:integer "
    for name, said in _TABLES.items():
        op.create_table(
            name,
            sa.Column("id", sa.Integer, primary_key=True),
            _of_submission(),
            *_columns(own + said),
            sa.Column("sheet", sa.String(80), nullable=False, server_default=""),
            sa.Column("row", sa.Integer),
            sa.Column("cell", sa.String(40), nullable=False, server_default=""),
            sa.UniqueConstraint(
                "submission", "department", "year", _KEYS.get(name, "number"), name=f"{name}_one_row_a_key"
            ),
        )
        _indexed(name)
    op.create_table(
        "evidence_files",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_submission(),
        *_columns(own + "file:text sha256:text bytes:integer? state:id"),
    )
    _indexed("evidence_files")
    op.create_table(
        "group_ratings",
        sa.Column("id", sa.Integer, primary_key=True),
        *_columns(
            "plan:id ref_area:id year:integer target:id grade:id reason:text evidence_seen:text who:text at:text"
        ),
    )
    _indexed("group_ratings")


def downgrade() -> None:
    """Drop the tables."""
    for name in ("group_ratings", "evidence_files", *reversed(_TABLES)):
        op.drop_table(name)
