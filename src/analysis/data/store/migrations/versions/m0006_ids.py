"""Ids as long as they may be: 64 signs, codes of breakdowns one more; PostgreSQL held areas and codes to 20.

Widening changes the catalogue alone, no row is rewritten. SQLite keeps no length, nothing is changed there.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import String

revision = "0006"
down_revision = "0005"

_COLUMNS = (
    ("submissions", "area", 20, 64),
    ("submissions", "department", 60, 64),
    ("observations", "ref_area", 20, 64),
    *(("observations", name, 20, 65) for name in ("sex", "age", "residence", "group")),
    ("blocks", "ref_area", 20, 64),
    ("areas", "code", 20, 64),
    ("areas", "parent", 20, 64),
    ("ledger", "area", 20, 64),
)


def upgrade() -> None:
    """Widen the columns."""
    if op.get_bind().dialect.name != "sqlite":
        for table, column, before, now in _COLUMNS:
            op.alter_column(table, column, existing_type=String(before), type_=String(now), existing_nullable=False)


def downgrade() -> None:
    """Narrow the columns again; PostgreSQL refuses where a longer id stands in one."""
    if op.get_bind().dialect.name != "sqlite":
        for table, column, before, now in _COLUMNS:
            op.alter_column(table, column, existing_type=String(now), type_=String(before), existing_nullable=False)
