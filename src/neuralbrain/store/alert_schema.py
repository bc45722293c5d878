"""The tables of alerts: what was raised, what became of it, what is open, what is to be sent, what came true."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Text

from neuralbrain.store.columns import UtcTime, metadata

alert = Table(
    "alert",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("uid", String(36), nullable=False, unique=True),
    Column("rule", String(32), nullable=False),
    Column("region", String(16), nullable=False),
    Column("signal", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("edition_number", ForeignKey("edition.number")),  # NULL where none was up
    Column("table_position", Integer),  # with the row: the forecast it rests on, NULL where it rests on none
    Column("row_position", Integer),
    ForeignKeyConstraint(
        ["edition_number", "table_position", "row_position"],
        ["forecast.edition_number", "forecast.table_position", "forecast.row_position"],
    ),
    Index("alert_by_rule", "rule", "region", "signal"),
)

alert_event = Table(
    "alert_event",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("alert_number", ForeignKey("alert.number"), nullable=False),
    Column("change", String(16), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("edition_number", ForeignKey("edition.number")),
    Column("value", Float),  # NULL where no number decided
    Column("reason", Text, nullable=False),
    Column("actor", String(128), nullable=False),  # empty where it was a rule
    Column("note", Text, nullable=False),
    Index("alert_event_by_alert", "alert_number", "number"),
)

alert_look = Table(  # which edition was looked at: none is looked at twice, whoever does it
    "alert_look",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("edition_number", ForeignKey("edition.number"), nullable=False),
    Column("at", UtcTime, nullable=False),
)

alert_open = Table(  # changed in place: the key is what holds that nothing is raised twice
    "alert_open",
    metadata,
    Column("rule", String(32), primary_key=True),
    Column("region", String(16), primary_key=True),
    Column("signal", String(64), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("alert_number", ForeignKey("alert.number"), nullable=False, unique=True),
    Column("edition_number", ForeignKey("edition.number")),  # the newest that it was seen in
    Column("seen_at", UtcTime, nullable=False),
    Column("reason", Text, nullable=False),
)

alert_message = Table(  # the outbox, changed in place: one row a message and channel
    "alert_message",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", String(36), nullable=False, unique=True),
    Column("channel", String(32), nullable=False),
    Column("first_event", ForeignKey("alert_event.number"), nullable=False),
    Column("last_event", ForeignKey("alert_event.number"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcTime),  # NULL once it has ended
    Column("ended_at", UtcTime),
    Column("arrived", Boolean),  # NULL until it has ended
    Column("said", Text, nullable=False),  # what came of the last attempt
    Index("alert_message_by_time", "next_at"),
)

alert_result = Table(  # whether an alert about a region came true, by each truth that was known
    "alert_result",
    metadata,
    Column("alert_number", ForeignKey("alert.number"), primary_key=True, autoincrement=False),
    Column("truth_as_of", UtcTime, primary_key=True),
    Column("came_true", Boolean),  # NULL where it cannot be said
    Column("hindsight", Boolean, nullable=False),
    Column("judged_at", UtcTime, nullable=False),
)

NOT_APPEND_ONLY = (alert_open, alert_message)
"""What is open now, and what is still to be sent: their history stands in the other tables."""
