"""Makes the tables of calls to providers and of checks on them; gives the lock a place for who is left alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from neuralbrain.store.append_only import refuse_changes

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what is remembered of providers over the network."""
    op.add_column("reply", sa.Column("notes", sa.Text(), server_default="[]", nullable=False))
    op.add_column("lock", sa.Column("parked", sa.Text(), server_default="[]", nullable=False))
    _make_calls()
    _make_checks()
    refuse_changes(op, ("provider_call", "provider_answer", "provider_reading", "reply_call"))


def _make_calls() -> None:
    """What was asked, what came back, what was read out of it, and which reply came of it."""
    op.create_table(
        "provider_call",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("prompt_digest", sa.String(length=64), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("most_tokens", sa.Integer(), nullable=False),
        sa.Column("most_cost_usd", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("provider_call_by_provider", "provider_call", ["provider", "number"], unique=False)
    op.create_index("provider_call_by_provider_and_time", "provider_call", ["provider", "at"], unique=False)
    op.create_index("provider_call_by_time", "provider_call", ["at"], unique=False)
    op.create_table(
        "provider_answer",
        sa.Column("call_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["call_number"], ["provider_call.number"]),
        sa.PrimaryKeyConstraint("call_number"),
    )
    op.create_table(
        "provider_reading",
        sa.Column("call_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("model", sa.String(length=255), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=True),
        sa.Column("completion_tokens", sa.Integer(), nullable=True),
        sa.Column("reasoning_tokens", sa.Integer(), nullable=True),
        sa.Column("cost_usd", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["call_number"], ["provider_answer.call_number"]),
        sa.PrimaryKeyConstraint("call_number"),
    )
    op.create_table(
        "reply_call",
        sa.Column("reply_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_number"], ["provider_call.number"]),
        sa.ForeignKeyConstraint(["reply_number"], ["reply.number"]),
        sa.PrimaryKeyConstraint("reply_number", "position"),
    )


def _make_checks() -> None:
    """What the monitor saw, and how it is to look."""
    op.create_table(
        "provider_check",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("network_down", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("provider_check_by_provider", "provider_check", ["provider", "number"], unique=False)
    op.create_table(
        "monitor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("interval_seconds", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("INSERT INTO monitor (id, interval_seconds, enabled) VALUES (1, 300, true)")
