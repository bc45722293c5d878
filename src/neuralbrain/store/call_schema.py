"""The tables of calls to providers and of the checks on them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from neuralbrain.store.columns import UtcTime, metadata

# Three rows a call, each written when it is known: a process that is killed in between leaves what it knew.
provider_call = Table(
    "provider_call",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("provider", String(32), nullable=False),
    Column("model", String(128), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("prompt_digest", String(64), nullable=False),
    Column("series", Integer, nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("most_tokens", Integer, nullable=False),
    Column("most_cost_usd", Float),
    Index("provider_call_by_provider", "provider", "number"),  # the last ones of a provider, without sorting
    Index("provider_call_by_provider_and_time", "provider", "at"),  # what a provider used today, before each call
    Index("provider_call_by_time", "at"),  # all of a day
)

provider_answer = Table(
    "provider_answer",
    metadata,
    Column("call_number", ForeignKey("provider_call.number"), primary_key=True, autoincrement=False),
    Column("seconds", Float, nullable=False),
    Column("status", Integer),
    Column("request_id", String(128), nullable=False),
    Column("sent", Boolean, nullable=False),
    Column("why", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib
)

provider_reading = Table(
    "provider_reading",
    metadata,
    Column("call_number", ForeignKey("provider_answer.call_number"), primary_key=True, autoincrement=False),
    Column("kind", String(32)),  # NULL where it went well
    Column("rule", String(64), nullable=False),
    Column("message", Text, nullable=False),
    Column("model", String(255), nullable=False),
    Column("prompt_tokens", Integer),
    Column("completion_tokens", Integer),
    Column("reasoning_tokens", Integer),
    Column("cost_usd", Float),
)

reply_call = Table(
    "reply_call",
    metadata,
    Column("reply_number", ForeignKey("reply.number"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("call_number", ForeignKey("provider_call.number"), nullable=False),
)

provider_check = Table(
    "provider_check",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("provider", String(32), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(32)),  # NULL where it passed
    Column("rule", String(64), nullable=False),
    Column("message", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("reached", Boolean, nullable=False),
    Column("network_down", Boolean, nullable=False),
    Column("notes", Text, nullable=False),  # JSON list
    Index("provider_check_by_provider", "provider", "number"),
)

monitor = Table(
    "monitor",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("interval_seconds", Integer, nullable=False),
    Column("enabled", Boolean, nullable=False),
)

NOT_APPEND_ONLY = (provider_check, monitor)
"""Of checks only the newest are kept; the monitor's settings are changed in place, and the audit trail says by whom."""
