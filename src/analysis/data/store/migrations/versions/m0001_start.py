"""The first schema: submissions with their history, observations, quarantine, areas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _text(name: str, kind: sa.types.TypeEngine[str] | type[sa.types.TypeEngine[str]]) -> sa.Column[str]:
    return sa.Column(name, kind, nullable=False, server_default="")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("vintage", sa.String(40), unique=True),
        sa.Column("plan", sa.String(80), nullable=False),
        sa.Column("area", sa.String(20), nullable=False),
        sa.Column("department", sa.String(60), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("due", sa.String(10)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("file", sa.String(255)),
        sa.Column("sha256", sa.String(64)),
        sa.Column("reporter", sa.String(80)),
        sa.Column("at", sa.String(32)),
        sa.Column("rows", sa.Integer),
        sa.Column("accepted", sa.Integer),
        sa.Column("quarantined", sa.Integer),
        _text("notice_zh", sa.String(200)),
        _text("notice_en", sa.String(200)),
        sa.CheckConstraint("rows IS NULL OR rows = accepted + quarantined", name="rows_add_up"),
        sa.CheckConstraint(
            "state IN ('expected','reported','returned','verified','approved','archived')", name="known_state"
        ),
    )
    op.create_table(
        "history",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("submission", sa.Integer, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        _text("reason", sa.Text),
        sa.Column("at", sa.String(32), nullable=False),
    )
    _observations()
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("submission", sa.Integer, sa.ForeignKey("submissions.id"), nullable=False),
        _text("sheet", sa.String(80)),
        sa.Column("row", sa.Integer),
        _text("cell", sa.String(20)),
        _text("indicator", sa.String(80)),
        _text("time_period", sa.String(20)),
        sa.Column("reason_zh", sa.Text, nullable=False),
        sa.Column("reason_en", sa.Text, nullable=False),
        _text("raw", sa.Text),
        sa.Column("closed_by", sa.Integer, sa.ForeignKey("submissions.id")),
    )
    op.create_table(
        "areas",
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("name_zh", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        _text("parent", sa.String(20)),
        sa.Column("level", sa.String(20), nullable=False),
    )


def _observations() -> None:
    key = ("indicator", "ref_area", "time_period", "sex", "age", "residence", "group", "source")
    op.create_table(
        "observations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("submission", sa.Integer, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("vintage", sa.String(40), nullable=False),
        sa.Column("indicator", sa.String(80), nullable=False),
        sa.Column("ref_area", sa.String(20), nullable=False),
        sa.Column("time_period", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String(20), nullable=False) for name in ("sex", "age", "residence", "group")),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("obs_value", sa.Float),
        sa.Column("numerator", sa.Float),
        sa.Column("denominator", sa.Float),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("obs_status", sa.String(2), nullable=False),
        _text("note", sa.Text),
        _text("sheet", sa.String(80)),
        sa.Column("row", sa.Integer),
        sa.UniqueConstraint("submission", "vintage", *key, name="one_row_a_key"),
    )
    op.create_index("by_area", "observations", ["ref_area", "indicator", "time_period", "vintage"])


def downgrade() -> None:
    """Drop the tables, what refers to others first."""
    for name in ("areas", "quarantine", "observations", "history", "submissions"):
        op.drop_table(name)
