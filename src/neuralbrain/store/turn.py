"""Takes turns: of several transactions that decide by what they read, one after the other."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import Connection, text

OURS = 0x4E42  # tells our advisory locks from those of other programs in the same database

_TAKE = text("SELECT pg_advisory_xact_lock(:ours, :what)")


class Turn(IntEnum):
    """What is done by one transaction at a time; a number once given is kept, because other versions use it too."""

    MIGRATION = 0
    OBSERVATIONS = 1
    SLOTS = 2
    CYCLES = 3
    WITHDRAWALS = 4
    SCORES = 5
    TOKENS = 6
    ALERTS = 7


def take_turn(connection: Connection, what: Turn) -> None:
    """Wait until no other transaction has that turn; it is given back at the transaction's end.

    SQLite has one writer at a time anyway: a write transaction is the turn. Elsewhere this is the first thing a
    transaction does, before it locks any row, and it takes one turn only: so two cannot wait for each other.

    Args:
        connection: Inside a write transaction.
        what: What must not be done by two at once.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE, {"ours": OURS, "what": int(what)})
