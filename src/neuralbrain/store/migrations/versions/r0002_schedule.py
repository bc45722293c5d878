"""Makes the tables of the service: slots, schedule, starts and ends, health; ties editions and cycles to slots."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from neuralbrain.store.append_only import refuse_changes

revision = "0002"
down_revision = "0001"

APPEND_ONLY = ("slot_state", "schedule_change", "service", "service_end", "health_check")


def upgrade() -> None:
    """Add what the service remembers."""
    op.add_column("edition", sa.Column("slot", sa.DateTime(timezone=True), nullable=True))
    op.create_index("edition_by_slot", "edition", ["slot"], unique=True)
    op.add_column("cycle", sa.Column("slot", sa.DateTime(timezone=True), nullable=True))
    op.create_index("cycle_by_slot", "cycle", ["slot"], unique=False)
    op.add_column("cycle_step", sa.Column("attempts", sa.Integer(), server_default="1", nullable=False))
    _make_schedule()
    _make_service()
    refuse_changes(op, APPEND_ONLY)


def _make_schedule() -> None:
    """The one state of each slot, and how often slots are due."""
    op.create_table(
        "slot_state",
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cycle_number", sa.Integer(), nullable=True),
        sa.Column("edition_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_number"], ["cycle.number"]),
        sa.ForeignKeyConstraint(["edition_number"], ["edition.number"]),
        sa.PrimaryKeyConstraint("slot"),
    )
    op.create_table(
        "schedule_change",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("interval_seconds", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def _make_service() -> None:
    """When a service ran, and how it was."""
    op.create_table(
        "service",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("namespace", sa.String(length=64), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "service_end",
        sa.Column("service_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["service_number"], ["service.number"]),
        sa.PrimaryKeyConstraint("service_number"),
    )
    op.create_table(
        "health_check",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("health_check_by_time", "health_check", ["at"], unique=False)
