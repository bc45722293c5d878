"""Gives each forecast what its provider's own record was worth there when the edition was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column; what was published before it has none."""
    op.add_column("forecast", sa.Column("record", sa.LargeBinary(), nullable=True))
