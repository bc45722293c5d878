"""The tables of feeds: what was asked for, which releases were taken in, and which rows could not be used."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from neuralbrain.store.columns import UtcTime, metadata

feed_fetch = Table(
    "feed_fetch",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("part", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("code", String(64), nullable=False),
    Column("message", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("n_bytes", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Index("feed_fetch_by_part", "source", "part", "number"),
)

feed_page = Table(
    "feed_page",
    metadata,
    Column("fetch_number", ForeignKey("feed_fetch.number"), primary_key=True, autoincrement=False),
    Column("page", Integer, primary_key=True, autoincrement=False),
    Column("payload_number", ForeignKey("payload.number"), nullable=False),
)

release = Table(
    "release",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("part", String(200), nullable=False),
    Column("as_of", UtcTime, nullable=False),
    Column("taken_in_at", UtcTime, nullable=False),
    Column("payload_number", ForeignKey("payload.number"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("n_rows", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("withdrawn", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("signals", Text),  # JSON list of what it says everything about; NULL where it only mentions
    Column("first", Date),
    Column("last", Date),
    Index("release_by_time", "source", "as_of"),
)

rejected_row = Table(
    "rejected_row",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("part", String(200), nullable=False),
    Column("payload_number", ForeignKey("payload.number"), nullable=False),
    Column("as_of", UtcTime, nullable=False),
    Column("location", Text, nullable=False),
    Column("signal", Text, nullable=False),
    Column("target_date", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("code", String(64), nullable=False),
    Column("message", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    # The same row of the same part is kept once, however often the feed repeats it.
    UniqueConstraint("source", "digest"),
)
