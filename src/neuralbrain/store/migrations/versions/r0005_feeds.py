"""Makes the tables of feeds: fetches, releases and rejected rows; series may be kept without being forecast."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from neuralbrain.store.append_only import refuse_changes

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add what is remembered of reading feeds."""
    op.add_column("series", sa.Column("is_asked", sa.Boolean(), server_default=sa.true(), nullable=False))
    _make_fetches()
    _make_releases()
    refuse_changes(op, ("feed_fetch", "feed_page", "release", "rejected_row"))


def _make_fetches() -> None:
    op.create_table(
        "feed_fetch",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("n_bytes", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("feed_fetch_by_part", "feed_fetch", ["source", "part", "number"], unique=False)
    op.create_table(
        "feed_page",
        sa.Column("fetch_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("page", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("payload_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fetch_number"], ["feed_fetch.number"]),
        sa.ForeignKeyConstraint(["payload_number"], ["payload.number"]),
        sa.PrimaryKeyConstraint("fetch_number", "page"),
    )


def _make_releases() -> None:
    op.create_table(
        "release",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload_number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("n_rows", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("signals", sa.Text(), nullable=True),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["payload_number"], ["payload.number"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("release_by_time", "release", ["source", "as_of"], unique=False)
    op.create_table(
        "rejected_row",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=200), nullable=False),
        sa.Column("payload_number", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("signal", sa.Text(), nullable=False),
        sa.Column("target_date", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["payload_number"], ["payload.number"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("source", "digest"),
    )
