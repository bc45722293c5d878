"""The tables: what is remembered, and which of it may never change."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    true,
)

from neuralbrain.store import alert_schema, call_schema
from neuralbrain.store.columns import UtcTime, metadata
from neuralbrain.store.feed_schema import feed_fetch, feed_page, rejected_row, release  # noqa: F401 - they stand in the metadata
from neuralbrain.store.score_schema import (  # noqa: F401 - so do these
    claim_score,
    deaths_plan,
    deaths_round,
    deaths_score,
    score,
    score_batch,
    score_look,
    score_plan,
    score_round,
)
from neuralbrain.store.token_schema import token, token_revocation  # noqa: F401 - so do these

payload = Table(
    "payload",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("media_type", String(128), nullable=False),
    Column("origin", Text, nullable=False),
    Column("retrieved_at", UtcTime, nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib
    UniqueConstraint("source", "sha256"),
)

series = Table(
    "series",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("location", String(16), nullable=False),
    Column("signal", String(64), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("measure", String(16), nullable=False),
    Column("cadence", String(16), nullable=False),
    Column("deaths", String(64)),
    Column("is_primary", Boolean, nullable=False),
    Column("is_asked", Boolean, nullable=False, server_default=true()),
    UniqueConstraint("source", "location", "signal"),
)

series_description = Table(  # where a series is described otherwise than it began; the newest one counts
    "series_description",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("series_number", ForeignKey("series.number"), nullable=False),
    Column("deaths", String(64)),
    Column("is_primary", Boolean, nullable=False),
    Column("is_asked", Boolean, nullable=False),
)

observation = Table(
    "observation",
    metadata,
    Column("series_number", ForeignKey("series.number"), primary_key=True),
    Column("target_date", Date, primary_key=True),
    Column("as_of", UtcTime, primary_key=True),
    Column("value", Float),  # NULL says that the source withdrew it
    Column("payload_number", ForeignKey("payload.number"), nullable=False),
    sqlite_with_rowid=False,
)

reply = Table(
    "reply",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("request_digest", String(64), nullable=False),
    Column("provider", String(32), nullable=False),
    Column("provider_version", String(128), nullable=False),
    Column("lock_number", Integer, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("media_type", String(128), nullable=False),
    Column("model", String(128), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("notes", Text, nullable=False, server_default="[]"),  # JSON list of findings
    Column("body", LargeBinary, nullable=False),  # zlib
    UniqueConstraint("number", "provider", "lock_number"),
    Index("reply_by_question", "request_digest", "provider", "provider_version", "lock_number"),
)

unusable_reply = Table(
    "unusable_reply",
    metadata,
    Column("reply_number", ForeignKey("reply.number"), primary_key=True, autoincrement=False),
    Column("round", Integer, nullable=False),  # the first reply of the same cycle: one cycle is one strike
    Column("at", UtcTime, nullable=False),
    Column("code", String(64), nullable=False),
)

edition = Table(
    "edition",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("provider", String(32), nullable=False),
    Column("lock_number", Integer, nullable=False),
    Column("inputs_digest", String(64), nullable=False),
    Column("cutoff", UtcTime, nullable=False),
    Column("timestamp", UtcTime, nullable=False),
    Column("forecasts", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous_digest", String(64), nullable=False),
    Column("slot", UtcTime),  # NULL where it was not the schedule that ran the cycle
    UniqueConstraint("number", "provider", "lock_number"),
    # No hour is published twice, whatever crashed in between.
    Index("edition_by_slot", "slot", unique=True),
)

edition_table = Table(
    "edition_table",
    metadata,
    Column("edition_number", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("cadence", String(16), nullable=False),
    Column("horizons", Text, nullable=False),  # JSON list
    Column("reply_number", Integer, nullable=False),
    Column("provider", String(32), nullable=False),
    Column("lock_number", Integer, nullable=False),
    # One author, held by the database: an edition cannot hold what another provider, or an older lock number, said.
    ForeignKeyConstraint(
        ["edition_number", "provider", "lock_number"], ["edition.number", "edition.provider", "edition.lock_number"]
    ),
    ForeignKeyConstraint(
        ["reply_number", "provider", "lock_number"], ["reply.number", "reply.provider", "reply.lock_number"]
    ),
)

forecast = Table(
    "forecast",
    metadata,
    Column("edition_number", Integer, primary_key=True),
    Column("table_position", Integer, primary_key=True),
    Column("row_position", Integer, primary_key=True),
    Column("series_number", ForeignKey("series.number"), nullable=False),
    Column("last_date", Date, nullable=False),
    Column("actual_cases", Float),
    Column("actual_deaths", Float),
    Column("population", Float),
    Column("confidence", Float),
    Column("outbreak_probability", Float),
    Column("outbreak_threshold", Float),
    Column("growth_probability", Float),
    Column("risk_score", Float),
    Column("volatility", Float),
    Column("completeness", Float),
    Column("description_number", ForeignKey("series_description.number")),  # NULL: as the series began
    Column("trend_probabilities", LargeBinary, nullable=False),  # 3 little-endian float64
    Column("risk_level_probabilities", LargeBinary, nullable=False),  # 3 little-endian float64
    Column("quantiles", LargeBinary, nullable=False),  # horizons x 23 little-endian float64, row by row
    Column("deaths_quantiles", LargeBinary),  # the same, NULL where the feed has no deaths
    Column("record", LargeBinary),  # 5 little-endian float64, NULL where nothing was scored by the cutoff
    Column("findings", Text, nullable=False),  # JSON list
    Column("reasons", Text, nullable=False),  # JSON list of pairs
    ForeignKeyConstraint(
        ["edition_number", "table_position"], ["edition_table.edition_number", "edition_table.position"]
    ),
    sqlite_with_rowid=True,
)

withdrawal = Table(
    "withdrawal",
    metadata,
    Column("edition_number", ForeignKey("edition.number"), primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", String(128), nullable=False),
)

lock = Table(
    "lock",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("provider", String(32)),
    Column("reason", Text, nullable=False),
    Column("acquired_at", UtcTime),
    Column("consecutive_failures", Integer, nullable=False),
    Column("total_failures", Integer, nullable=False),
    Column("last_released", String(32)),
    Column("runner_holder", String(36)),
    Column("runner_boot", String(64)),
    Column("runner_namespace", String(64)),
    Column("runner_pid", Integer),
    Column("runner_started", String(64)),
    Column("runner_lease_until", Float),
    Column("runner_since", UtcTime),
    Column("parked", Text, nullable=False, server_default="[]"),  # JSON list
    # Head of the audit trail: the next event is bound to it, and a trail that was cut short is noticed.
    Column("audit_sequence", Integer, nullable=False),
    Column("audit_digest", String(64), nullable=False),
    # Its pruned head: the last event that is not kept any more. Only what prunes moves it.
    Column("audit_pruned_sequence", Integer, nullable=False, server_default="0"),
    Column("audit_pruned_digest", String(64), nullable=False, server_default=""),
)

audit_event = Table(
    "audit_event",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("event_type", String(64), nullable=False),
    Column("provider", String(32)),
    Column("number", Integer, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("details", Text, nullable=False),  # JSON
    Column("previous_digest", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)

cycle = Table(
    "cycle",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("trigger", String(32), nullable=False),
    Column("holder", String(36), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("slot", UtcTime),  # NULL where it was not the schedule that ran it
    Index("cycle_by_slot", "slot"),
)

cycle_step = Table(
    "cycle_step",
    metadata,
    Column("cycle_number", ForeignKey("cycle.number"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String(128), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("code", String(64), nullable=False),
    Column("remedy", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="1"),
)

cycle_end = Table(
    "cycle_end",
    metadata,
    Column("cycle_number", ForeignKey("cycle.number"), primary_key=True, autoincrement=False),
    Column("ended_at", UtcTime, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("edition_number", ForeignKey("edition.number")),
)

refusal = Table(
    "refusal",
    metadata,
    Column("edition_number", ForeignKey("edition.number"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("code", String(64), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("region", String(16), nullable=False),
    Column("signal", String(64), nullable=False),
    Column("message", Text, nullable=False),
)

slot_state = Table(
    "slot_state",
    metadata,
    Column("slot", UtcTime, primary_key=True),  # one state an hour, held by the database
    Column("outcome", String(16), nullable=False),
    Column("code", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("cycle_number", ForeignKey("cycle.number")),
    Column("edition_number", ForeignKey("edition.number")),
)

schedule_change = Table(
    "schedule_change",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("since", UtcTime, nullable=False),
    Column("interval_seconds", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", String(128), nullable=False),
)

service = Table(
    "service",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("address", String(255), nullable=False),
    Column("version", String(32), nullable=False),
    Column("boot", String(64), nullable=False),
    Column("namespace", String(64), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", String(64), nullable=False),
)

service_end = Table(
    "service_end",
    metadata,
    Column("service_number", ForeignKey("service.number"), primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("reason", Text, nullable=False),
)

health_check = Table(
    "health_check",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("findings", Text, nullable=False),  # JSON list
    Index("health_check_by_time", "at"),
)

APPEND_ONLY = tuple(
    table.name
    for table in metadata.sorted_tables
    if table.name
    not in {lock.name, *(one.name for one in (*alert_schema.NOT_APPEND_ONLY, *call_schema.NOT_APPEND_ONLY))}
)
"""Tables in which a trigger refuses UPDATE and DELETE: history is only ever added to.

Audit events alone may be deleted, up to the pruned head."""
