"""The audit trail: appended in the transaction of the change it records, each event bound to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.lock import AuditEvent, RecordedEvent
from neuralbrain.store.schema import audit_event, lock

_HEAD = select(lock.c.audit_sequence, lock.c.audit_digest).where(lock.c.id == 1)
_ENDS = select(
    lock.c.audit_sequence, lock.c.audit_digest, lock.c.audit_pruned_sequence, lock.c.audit_pruned_digest
).where(lock.c.id == 1)
# FOR UPDATE where rows have locks, so that two writers cannot follow the same event; SQLite has one writer at a time.
_HEAD_LOCKED = _HEAD.with_for_update()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last event of the trail: its sequence number, 0 for an empty trail, and its digest."""

    sequence: int
    digest: str


def append(connection: Connection, events: Sequence[AuditEvent], *, at: datetime) -> None:
    """Append events to the trail inside the caller's transaction, which changes nothing else of the lock's row."""
    found = connection.execute(_HEAD_LOCKED).one()
    head = insert_after(
        connection, Head(sequence=found.audit_sequence, digest=found.audit_digest), events=events, at=at
    )
    moved = update(lock).where(lock.c.id == 1).values(audit_sequence=head.sequence, audit_digest=head.digest)
    connection.execute(moved)


def insert_after(connection: Connection, head: Head, *, events: Sequence[AuditEvent], at: datetime) -> Head:
    """Insert events after the head of the trail and return the new head, which the caller must store."""
    rows = []
    for event in events:
        row = {
            "sequence": head.sequence + 1,
            "at": at,
            "event_type": event.event_type,
            "provider": event.provider,
            "number": event.number,
            "actor": event.actor,
            "details": json.dumps(dict(event.details), sort_keys=True),
            "previous_digest": head.digest,
        }
        head = Head(sequence=head.sequence + 1, digest=_digest(row))
        rows.append({**row, "digest": head.digest})
    if rows:
        connection.execute(_INSERT, rows)
    return head


_INSERT = insert(audit_event)


def recorded(row: Row[Any]) -> RecordedEvent:
    """Return a row of the trail as a value."""
    event = AuditEvent(
        event_type=row.event_type,
        provider=row.provider,
        number=row.number,
        actor=row.actor,
        details=json.loads(row.details),
    )
    return RecordedEvent(sequence=row.sequence, at=row.at, event=event, digest=row.digest)


def broken_at(connection: Connection) -> int | None:
    """Return the sequence number of the first event that is missing or not as it was written, None if all are.

    Events up to the pruned head are not kept.
    """
    ends = connection.execute(_ENDS).one_or_none()
    before = Head(sequence=0, digest="")
    if ends is not None:
        before = Head(sequence=ends.audit_pruned_sequence, digest=ends.audit_pruned_digest)
    head, whole = follow(before, connection.execute(select(audit_event).order_by(audit_event.c.sequence)))
    whole = whole and ends is not None and (ends.audit_sequence, ends.audit_digest) == (head.sequence, head.digest)
    return None if whole else head.sequence + 1


def follow(head: Head, events: Iterable[Row[Any]]) -> tuple[Head, bool]:
    """Return the last of events that is as it was written and bound to the one before, and whether all are.

    Args:
        head: The event before the first of them.
        events: In the order of their sequence.
    """
    for row in events:
        expected = {**row._asdict(), "sequence": head.sequence + 1, "previous_digest": head.digest}
        del expected["digest"]
        if _digest(expected) != row.digest or row.sequence != head.sequence + 1 or row.previous_digest != head.digest:
            return head, False
        head = Head(sequence=row.sequence, digest=row.digest)
    return head, True


def _digest(row: dict[str, Any]) -> str:
    """Return the SHA-256 of an event's columns, the digest of the event before it among them."""
    content = [utc_text(value) if isinstance(value, datetime) else value for value in row.values()]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
