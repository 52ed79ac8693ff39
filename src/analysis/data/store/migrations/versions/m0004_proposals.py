"""What a row set aside was about, what is proposed for it and how it was closed; mappings a person confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
_BREAKDOWNS = ("sex", "age", "residence", "group")


def _added() -> list[sa.Column[str]]:
    def column(name: str, kind: sa.types.TypeEngine[str], value: str = "") -> sa.Column[str]:
        return sa.Column(name, kind, nullable=False, server_default=value)

    return [
        column("state", sa.String(10), "aside"),
        column("ref_area", sa.String(120)),
        *(column(name, sa.String(60)) for name in _BREAKDOWNS),
        column("proposal", sa.Text()),
        column("closed_how", sa.String(10)),
        column("closed_who", sa.String(80)),
        column("closed_at", sa.String(32)),
        column("closed_why", sa.Text()),
    ]


def upgrade() -> None:
    """Add the columns; what a later submission closed was corrected by it."""
    for column in _added():
        op.add_column("quarantine", column)
    op.execute("UPDATE quarantine SET closed_how = 'corrected' WHERE closed_by IS NOT NULL")
    op.create_table(
        "mappings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("plan", sa.String(80), nullable=False),
        sa.Column("shape", sa.String(64), nullable=False),
        sa.Column("file", sa.String(255), nullable=False, server_default=""),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.UniqueConstraint("plan", "shape", name="one_mapping_a_shape"),
    )


def downgrade() -> None:
    """Drop the mappings and the columns; a row closed by a person alone is open again."""
    op.drop_table("mappings")
    with op.batch_alter_table("quarantine") as table:
        for column in reversed(_added()):
            table.drop_column(column.name)
