"""Makes every table of version 0.1, the triggers that keep history as it is, and the row of the lock."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from neuralbrain.store.append_only import refuse_changes

revision = "0001"
down_revision = None

APPEND_ONLY = (
    "payload",
    "series",
    "observation",
    "reply",
    "unusable_reply",
    "edition",
    "edition_table",
    "forecast",
    "withdrawal",
    "score",
    "audit_event",
    "cycle",
    "cycle_step",
    "cycle_end",
    "refusal",
)


def upgrade() -> None:
    """Make every table, the triggers that keep history as it is, and the one row of the lock."""
    _make_lock_and_cycle()
    _make_what_was_seen_and_said()
    _make_records()
    _make_refusals_and_observations()
    _make_forecasts()
    _make_scores()
    refuse_changes(op, APPEND_ONLY)
    op.execute(
        "INSERT INTO lock (id, number, revision, reason, consecutive_failures, total_failures, "
        "audit_sequence, audit_digest) "
        "VALUES (1, 0, 0, 'never acquired', 0, 0, 0, '')"
    )


def _make_lock_and_cycle() -> None:
    """Lock, audit trail, cycles and the headers of editions."""
    op.create_table(
        "audit_event",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_type", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_table(
        "cycle",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("trigger", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "edition",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("lock_number", sa.Integer(), nullable=False),
        sa.Column("inputs_digest", sa.String(length=64), nullable=False),
        sa.Column("cutoff", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forecasts", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("number", "provider", "lock_number"),
    )
    op.create_table(
        "lock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("acquired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consecutive_failures", sa.Integer(), nullable=False),
        sa.Column("total_failures", sa.Integer(), nullable=False),
        sa.Column("last_released", sa.String(length=32), nullable=True),
        sa.Column("runner_holder", sa.String(length=36), nullable=True),
        sa.Column("runner_boot", sa.String(length=64), nullable=True),
        sa.Column("runner_namespace", sa.String(length=64), nullable=True),
        sa.Column("runner_pid", sa.Integer(), nullable=True),
        sa.Column("runner_started", sa.String(length=64), nullable=True),
        sa.Column("runner_lease_until", sa.Float(), nullable=True),
        sa.Column("runner_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("audit_sequence", sa.Integer(), nullable=False),
        sa.Column("audit_digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _make_what_was_seen_and_said() -> None:
    """Raw payloads, raw replies and the series they are about."""
    op.create_table(
        "payload",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("retrieved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("source", "sha256"),
    )
    op.create_table(
        "reply",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("provider_version", sa.String(length=128), nullable=False),
        sa.Column("lock_number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("number", "provider", "lock_number"),
    )
    op.create_index(
        "reply_by_question", "reply", ["request_digest", "provider", "provider_version", "lock_number"], unique=False
    )
    op.create_table(
        "series",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=16), nullable=False),
        sa.Column("signal", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("cadence", sa.String(length=16), nullable=False),
        sa.Column("deaths", sa.String(length=64), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("source", "location", "signal"),
    )


def _make_records() -> None:
    """What hangs on cycles, editions and series."""
    op.create_table(
        "cycle_end",
        sa.Column("cycle_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("edition_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cycle_number"],
            ["cycle.number"],
        ),
        sa.ForeignKeyConstraint(
            ["edition_number"],
            ["edition.number"],
        ),
        sa.PrimaryKeyConstraint("cycle_number"),
    )
    op.create_table(
        "cycle_step",
        sa.Column("cycle_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_number"],
            ["cycle.number"],
        ),
        sa.PrimaryKeyConstraint("cycle_number", "position"),
    )
    op.create_table(
        "edition_table",
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("cadence", sa.String(length=16), nullable=False),
        sa.Column("horizons", sa.Text(), nullable=False),
        sa.Column("reply_number", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("lock_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_number", "provider", "lock_number"],
            ["edition.number", "edition.provider", "edition.lock_number"],
        ),
        sa.ForeignKeyConstraint(
            ["reply_number", "provider", "lock_number"],
            ["reply.number", "reply.provider", "reply.lock_number"],
        ),
        sa.PrimaryKeyConstraint("edition_number", "position"),
    )


def _make_refusals_and_observations() -> None:
    """What could not be used, what was refused, and what was observed."""
    op.create_table(
        "unusable_reply",
        sa.Column("reply_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["reply_number"], ["reply.number"]),
        sa.PrimaryKeyConstraint("reply_number"),
    )
    op.create_table(
        "refusal",
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("region", sa.String(length=16), nullable=False),
        sa.Column("signal", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_number"],
            ["edition.number"],
        ),
        sa.PrimaryKeyConstraint("edition_number", "position"),
    )
    op.create_table(
        "observation",
        sa.Column("series_number", sa.Integer(), nullable=False),
        sa.Column("target_date", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("payload_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payload_number"],
            ["payload.number"],
        ),
        sa.ForeignKeyConstraint(
            ["series_number"],
            ["series.number"],
        ),
        sa.PrimaryKeyConstraint("series_number", "target_date", "as_of"),
        sqlite_with_rowid=False,
    )


def _make_forecasts() -> None:
    """Forecasts, and the withdrawal of editions."""
    op.create_table(
        "withdrawal",
        sa.Column("edition_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_number"],
            ["edition.number"],
        ),
        sa.PrimaryKeyConstraint("edition_number"),
    )
    op.create_table(
        "forecast",
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("table_position", sa.Integer(), nullable=False),
        sa.Column("row_position", sa.Integer(), nullable=False),
        sa.Column("series_number", sa.Integer(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("actual_cases", sa.Float(), nullable=True),
        sa.Column("actual_deaths", sa.Float(), nullable=True),
        sa.Column("population", sa.Float(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("outbreak_probability", sa.Float(), nullable=True),
        sa.Column("outbreak_threshold", sa.Float(), nullable=True),
        sa.Column("growth_probability", sa.Float(), nullable=True),
        sa.Column("risk_score", sa.Float(), nullable=True),
        sa.Column("volatility", sa.Float(), nullable=True),
        sa.Column("trend_probabilities", sa.LargeBinary(), nullable=False),
        sa.Column("risk_level_probabilities", sa.LargeBinary(), nullable=False),
        sa.Column("quantiles", sa.LargeBinary(), nullable=False),
        sa.Column("deaths_quantiles", sa.LargeBinary(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_number", "table_position"],
            ["edition_table.edition_number", "edition_table.position"],
        ),
        sa.ForeignKeyConstraint(
            ["series_number"],
            ["series.number"],
        ),
        sa.PrimaryKeyConstraint("edition_number", "table_position", "row_position"),
        sqlite_with_rowid=True,
    )


def _make_scores() -> None:
    """How each forecast did, a row each time the truth is known or revised."""
    op.create_table(
        "score",
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("table_position", sa.Integer(), nullable=False),
        sa.Column("row_position", sa.Integer(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("observed", sa.Float(), nullable=False),
        sa.Column("observed_as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("weighted_interval_score", sa.Float(), nullable=False),
        sa.Column("absolute_error", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_number", "table_position", "row_position"],
            ["forecast.edition_number", "forecast.table_position", "forecast.row_position"],
        ),
        sa.PrimaryKeyConstraint("edition_number", "table_position", "row_position", "horizon", "scored_at"),
    )
