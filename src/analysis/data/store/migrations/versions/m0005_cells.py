"""The cell of the form an observation was read from; of what was read before, sheet and row alone are known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column, empty for what is there."""
    op.add_column("observations", sa.Column("cell", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("observations") as table:
        table.drop_column("cell")
