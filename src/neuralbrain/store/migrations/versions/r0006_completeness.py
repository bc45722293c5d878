"""Gives each forecast the share of its settled value that its last actual usually shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; what was published before it has none."""
    op.add_column("forecast", sa.Column("completeness", sa.Float(), nullable=True))
