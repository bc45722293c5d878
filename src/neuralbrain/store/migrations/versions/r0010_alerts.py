"""Makes the tables of alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from neuralbrain.store.append_only import refuse_changes

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make what is only added to, with its triggers, then what is open and what is to be sent."""
    _make_history()
    refuse_changes(op, ("alert", "alert_event", "alert_look", "alert_result"))
    _make_state()


def _make_history() -> None:
    op.create_table(
        "alert",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=16), nullable=False),
        sa.Column("signal", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition_number", sa.Integer(), nullable=True),
        sa.Column("table_position", sa.Integer(), nullable=True),
        sa.Column("row_position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["edition_number"], ["edition.number"]),
        sa.ForeignKeyConstraint(
            ["edition_number", "table_position", "row_position"],
            ["forecast.edition_number", "forecast.table_position", "forecast.row_position"],
        ),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("uid"),
    )
    op.create_index("alert_by_rule", "alert", ["rule", "region", "signal"], unique=False)
    op.create_table(
        "alert_event",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("alert_number", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition_number", sa.Integer(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert_number"], ["alert.number"]),
        sa.ForeignKeyConstraint(["edition_number"], ["edition.number"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("alert_event_by_alert", "alert_event", ["alert_number", "number"], unique=False)
    op.create_table(
        "alert_look",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_number"], ["edition.number"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "alert_result",
        sa.Column("alert_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("truth_as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_true", sa.Boolean(), nullable=True),
        sa.Column("hindsight", sa.Boolean(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_number"], ["alert.number"]),
        sa.PrimaryKeyConstraint("alert_number", "truth_as_of"),
    )


def _make_state() -> None:
    key = ("rule", "region", "signal", "subject")
    lengths = (32, 16, 64, 64)
    op.create_table(
        "alert_open",
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in zip(key, lengths, strict=True)),
        sa.Column("alert_number", sa.Integer(), nullable=False),
        sa.Column("edition_number", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert_number"], ["alert.number"]),
        sa.ForeignKeyConstraint(["edition_number"], ["edition.number"]),
        sa.PrimaryKeyConstraint(*key),
        sa.UniqueConstraint("alert_number"),
    )
    op.create_table(
        "alert_message",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("first_event", sa.Integer(), nullable=False),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived", sa.Boolean(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["first_event"], ["alert_event.number"]),
        sa.ForeignKeyConstraint(["last_event"], ["alert_event.number"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("alert_message_by_time", "alert_message", ["next_at"], unique=False)
