"""The database tables of what departments report beside figures: columns as in `schema.reported`, with their place."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from analysis.data.store.tables import METADATA
from analysis.schema import table as declared
from analysis.schema.reported import DEPARTMENT_TABLES, EVIDENCE_FILES, GROUP_RATINGS


def _column(one: declared.Column) -> Column[str] | Column[float] | Column[int]:
    if one.kind == "integer":
        return Column(one.name, Integer, nullable=not one.required)
    if one.kind == "number":
        return Column(one.name, Float, nullable=not one.required)
    if one.id or one.choices:
        return Column(one.name, String(80), nullable=False, server_default="")
    return Column(one.name, Text, nullable=False, server_default="")


def _table(one: declared.Table) -> Table:
    """Return a table of rows of submissions: where they stood in the file, and whose they are."""
    return Table(
        one.name,
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("submission", Integer, ForeignKey("submissions.id"), nullable=False),
        *(_column(column) for column in one.columns),
        Column("sheet", String(80), nullable=False, server_default=""),
        Column("row", Integer),
        Column("cell", String(40), nullable=False, server_default=""),
        UniqueConstraint("submission", *one.key[2:], name=f"{one.name}_one_row_a_key"),
        Index(f"{one.name}_of_year", "plan", "ref_area", "year"),
    )


REPORTED = {one.name: _table(one) for one in DEPARTMENT_TABLES}

# Files named in reports: the bytes lie beside the database under their SHA-256, here is who named them.
EVIDENCE = Table(
    EVIDENCE_FILES.name,
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("submission", Integer, ForeignKey("submissions.id"), nullable=False),
    *(_column(column) for column in EVIDENCE_FILES.columns),
    Index("evidence_files_of_year", "plan", "ref_area", "year"),
)

# The evaluation group's ratings: nothing is overwritten, the last one of a target and year counts.
RATINGS = Table(
    GROUP_RATINGS.name,
    METADATA,
    Column("id", Integer, primary_key=True),
    *(_column(column) for column in GROUP_RATINGS.columns),
    Index("group_ratings_of_year", "plan", "ref_area", "year"),
)
