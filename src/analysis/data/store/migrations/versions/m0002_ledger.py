"""The rectification ledger: one entry a target under alert, with every step it took."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("plan", sa.String(80), nullable=False),
        sa.Column("area", sa.String(20), nullable=False),
        sa.Column("target", sa.String(120), nullable=False),
        sa.Column("indicator", sa.String(80), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        *(_text(name) for name in ("clause", "department", "measures", "notice", "cause", "measure", "support")),
        *(_text(name) for name in ("person", "deadline", "progress", "evidence", "evidence_sha256", "reviewer")),
        sa.UniqueConstraint("plan", "area", "target", name="one_entry_a_target"),
    )
    op.create_table(
        "ledger_steps",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("entry", sa.Integer, sa.ForeignKey("ledger.id"), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        _text("reason"),
        sa.Column("at", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables, the steps first."""
    op.drop_table("ledger_steps")
    op.drop_table("ledger")
