"""The tables of tokens: their digests, and which were revoked; a token itself is kept nowhere."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from neuralbrain.store.columns import UtcTime, metadata

token = Table(
    "token",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the token, which has 256 random bits
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("expires_at", UtcTime),  # NULL where it never does
    UniqueConstraint("name"),  # for ever: the audit trail names tokens
    UniqueConstraint("digest"),
)

token_revocation = Table(
    "token_revocation",
    metadata,
    Column("token_number", ForeignKey("token.number"), primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", String(128), nullable=False),
)
