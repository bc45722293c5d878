"""Finds what was changed behind our back: file, audit trail, lock, editions, and the words that were kept."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from neuralbrain.errors import StoreDamagedError
from neuralbrain.store import audit
from neuralbrain.store.audit_pruning import NUMBER_GROWS_AT, Pruned, lock_after, pruned
from neuralbrain.store.database import Database
from neuralbrain.store.editions import StoredEditions
from neuralbrain.store.schema import audit_event, edition, lock, payload, reply, withdrawal
from neuralbrain.store.structure import structure

WORDS_AT_ONCE = 20  # each may be tens of megabytes


def damages_of(database: Database, editions: StoredEditions) -> list[str]:
    """Return one sentence for each thing that is not as it was written; empty where all is."""
    found: list[str] = []
    with database.read() as connection:
        for check in (structure, _trail, _lock, _editions_in_trail, _replies, _payloads):
            found += _said(database, connection, check)
        numbers = connection.execute(select(edition.c.number)).scalars().all()
    for number in numbers:
        try:
            editions.get(number)
        except StoreDamagedError as error:
            found.append(error.happened)
    return found


def _said(database: Database, connection: Connection, check: Callable[[Connection], list[str]]) -> list[str]:
    """Return what a check says; rows that it cannot even read are damage too."""
    try:
        with database.decoding(f"what {check.__name__.strip('_').replace('_', ' ')} are read from"):
            return check(connection)
    except StoreDamagedError as error:
        return [error.happened]


def _trail(connection: Connection) -> list[str]:
    """Follow the chain from the pruned head, which must be the one that its newest pruning speaks of."""
    broken, said = audit.broken_at(connection), pruned(connection)
    heads = select(lock.c.audit_pruned_sequence, lock.c.audit_pruned_digest)
    found = [] if broken is None else [f"The audit trail was changed at event {broken}."]
    return found + [
        f"The lock says that the audit trail is pruned up to event {head.audit_pruned_sequence}; the trail says "
        f"{said.through}."
        for head in connection.execute(heads)
        if (head.audit_pruned_sequence, head.audit_pruned_digest) != (said.through, said.digest)
    ]


def _lock(connection: Connection) -> list[str]:
    """Compare the lock with the last event that changed its number, and its holder."""
    rows = connection.execute(select(lock)).all()
    if len(rows) != 1:
        return ["The row of the lock is missing."]
    events = select(audit_event).where(audit_event.c.event_type.in_(NUMBER_GROWS_AT)).order_by(audit_event.c.sequence)
    said = pruned(connection)
    number, holder = lock_after(connection.execute(events), number=said.lock_number, holder=said.holder)
    if (rows[0].number, rows[0].provider) == (number, holder):
        return []
    return [f"The lock says {rows[0].provider} under number {rows[0].number}; its audit trail says {holder}, {number}."]


def _editions_in_trail(connection: Connection) -> list[str]:
    """Compare editions and withdrawals with the events that were written in the same transactions."""
    events = connection.execute(
        select(audit_event.c.event_type, audit_event.c.details).where(audit_event.c.event_type.like("edition_%"))
    ).all()
    said = [(event.event_type, _read(event.details)) for event in events]
    columns = select(edition.c.number, edition.c.digest, edition.c.previous_digest)
    digests = {row.number: (row.digest, row.previous_digest) for row in connection.execute(columns)}
    stored = {number: own for number, (own, _) in digests.items()}
    gone = pruned(connection)
    published: dict[Any, Any] = {**_by_their_chain(gone, digests)}
    published |= {
        details.get("edition"): details.get("digest") for kind, details in said if kind == "edition_published"
    }
    withdrawn = {details.get("edition") for kind, details in said if kind == "edition_withdrawn"} | {*gone.withdrawn}
    marked = set(connection.execute(select(withdrawal.c.edition_number)).scalars())
    return [
        *(f"Edition {number} is missing." for number in sorted(published.keys() - stored.keys(), key=str)),
        *(f"Edition {number} was never published." for number in sorted(stored.keys() - published.keys())),
        *(
            f"Edition {number} has another digest than it was published with."
            for number in sorted(stored.keys() & published.keys())
            if stored[number] != published[number]
        ),
        *(f"The withdrawal of edition {number} is missing." for number in sorted(withdrawn - marked, key=str)),
        *(f"Edition {number} is marked as withdrawn, and never was." for number in sorted(marked - withdrawn)),
    ]


def _by_their_chain(gone: Pruned, digests: Mapping[int, tuple[str, str]]) -> dict[int, str]:
    """Return under which digests the editions were published whose events are not kept any more.

    The last one's is kept; each edition holds that of the one before. Below a missing one nobody knows it any more,
    and an edition's own is taken.

    Args:
        gone: What those events said.
        digests: Of each edition there is, its own digest and that of the one before.
    """
    published: dict[int, str] = {}
    digest = gone.edition_digest
    for number in range(gone.edition, 0, -1):
        own, previous = digests.get(number, ("", ""))
        published[number] = digest or own
        digest = previous
    return published


def _replies(connection: Connection) -> list[str]:
    return _words(connection, reply, reply.c.number)


def _payloads(connection: Connection) -> list[str]:
    return _words(connection, payload, payload.c.number)


def _words(connection: Connection, table: Table, number: ColumnElement[int]) -> list[str]:
    """Compare each kept payload or reply with the digest it was kept under."""
    found = []
    few = {"yield_per": WORDS_AT_ONCE}
    for row in connection.execute(select(number, table.c.sha256, table.c.body), execution_options=few):
        try:
            intact = hashlib.sha256(zlib.decompress(row.body)).hexdigest() == row.sha256
        except (zlib.error, TypeError):
            intact = False
        if not intact:
            found.append(f"The words of {table.name} {row.number} are not those that were kept.")
    return found


def _read(details: str) -> dict[str, Any]:
    try:
        read = json.loads(details)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
