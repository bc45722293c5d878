"""Makes the table of how series are described since, and gives each forecast the description it was made under."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from neuralbrain.store.append_only import refuse_changes

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add them; what was published before stands under the description that the series began with."""
    op.create_table(
        "series_description",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("series_number", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.String(length=64), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["series_number"], ["series.number"]),
        sa.PrimaryKeyConstraint("number"),
    )
    # In plain words: with SQLite, Alembic adds no column that refers to another table.
    op.execute("ALTER TABLE forecast ADD COLUMN description_number INTEGER REFERENCES series_description (number)")
    refuse_changes(op, ("series_description",))
