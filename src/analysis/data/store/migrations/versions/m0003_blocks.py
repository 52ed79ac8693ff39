"""Blocks: what a submission says of an area and year, so that what is known of an area is found by them."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa
from alembic import op

from analysis.data.store.blocks import blocks_of

revision = "0003"
down_revision = "0002"
_KEY = ("indicator", "ref_area", "time_period", "sex", "age", "residence", "group", "source")
_BEFORE = ["submission", "vintage", *_KEY]
_NOW = ["submission", "ref_area", "time_period", "indicator", *_KEY[3:], "vintage"]


def upgrade() -> None:
    """Order the unique index by submission, area and year, and digest every submission there is."""
    op.drop_index("by_area", "observations")
    _reorder(_NOW)
    blocks = op.create_table(
        "blocks",
        sa.Column("ref_area", sa.String(20), primary_key=True),
        sa.Column("digest", sa.String(32), primary_key=True),
        sa.Column("vintage", sa.String(40), primary_key=True),
        sa.Column("submission", sa.Integer, sa.ForeignKey("submissions.id"), primary_key=True, autoincrement=False),
        sa.Column("time_period", sa.Integer, nullable=False),
    )
    connection = op.get_bind()
    observed = sa.table("observations", *(sa.column(name) for name in _BEFORE))
    for id in connection.execute(sa.text("SELECT id FROM submissions ORDER BY id")).scalars().all():
        rows = connection.execute(sa.select(observed).where(observed.c.submission == id)).all()
        if rows:
            found = blocks_of(pd.DataFrame(rows, columns=_BEFORE)).astype(object).to_dict("records")
            op.bulk_insert(blocks, [{str(name): cell for name, cell in row.items()} for row in found])


def downgrade() -> None:
    """Go back to an index by area."""
    op.drop_table("blocks")
    _reorder(_BEFORE)
    op.create_index("by_area", "observations", ["ref_area", "indicator", "time_period", "vintage"])


def _reorder(columns: list[str]) -> None:
    with op.batch_alter_table("observations") as table:  # SQLite copies the table, PostgreSQL alters it
        table.drop_constraint("one_row_a_key", type_="unique")
        table.create_unique_constraint("one_row_a_key", columns)
