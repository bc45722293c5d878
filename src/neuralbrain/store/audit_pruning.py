"""Prunes the audit trail, oldest events first, and leaves in it what they said that others are compared with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Row, delete, func, select, update

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.lock import TRAIL_AT_HAND, AuditEvent
from neuralbrain.errors import NeuralBrainError
from neuralbrain.ports import Clock
from neuralbrain.store import audit
from neuralbrain.store.database import Database, damaged
from neuralbrain.store.schema import audit_event, lock

log = structlog.get_logger()

NUMBER_GROWS_AT = ("lock_acquire", "lock_release", "runner_takeover")

AT_ONCE = 1000  # events a transaction: writers wait for some milliseconds
# Each pruning writes an event. Were every single one pruned as it comes of age, these events would push out the others.
LEAST = 100
MOST_AT_A_TIME = 20  # transactions: a trail of ten years is pruned over some cycles, and delays none of them

_ROW = select(lock).where(lock.c.id == 1)
_ROW_LOCKED = _ROW.with_for_update()
_NEWEST_PRUNING = (
    select(audit_event.c.details)
    .where(audit_event.c.event_type == "audit_pruned")
    .order_by(audit_event.c.sequence.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What the events said that are not kept any more; it stands in the newest event that says that some were pruned.

    Args:
        through: The last of them, 0 where all are kept.
        digest: Of that event: the next one is bound to it.
        lock_number: The lock's number after it.
        holder: Who held the lock after it.
        edition: The last edition they published, 0 where none.
        edition_digest: Its digest. It covers that of the edition before, and so on to the first.
        withdrawn: Editions they withdrew, in that order.
    """

    through: int = 0
    digest: str = ""
    lock_number: int = 0
    holder: str | None = None
    edition: int = 0
    edition_digest: str = ""
    withdrawn: tuple[int, ...] = ()


class AuditPruning:
    """Removes audit events that are older than the settings say; the newest 1,000 stay, however old they are.

    Args:
        database: Where they stand.
        clock: Tells how old they are.
        days: How long they are kept.
    """

    def __init__(self, database: Database, *, clock: Clock, days: int) -> None:
        self._database = database
        self._clock = clock
        self._days = days

    def keep_up(self) -> None:
        """Prune what is due. What stands in the way is logged, and nothing is lost: the next cycle tries again."""
        try:
            for _ in range(MOST_AT_A_TIME):
                if not self.prune():
                    return
        except NeuralBrainError as error:
            log.warning("audit-unpruned", code=error.error_code, why=error.happened)
        except Exception:  # the edge of the pruning: no cycle is left out for it
            log.exception("audit-unpruned", code=NeuralBrainError.code)

    def prune(self) -> int:
        """Remove the oldest events that are due, some at once, in one transaction, and return how many.

        The event that says so is written in the same transaction, and the pruned head of the trail is moved. Damaged
        events are not removed: they are the evidence.

        Raises:
            StoreError: In our words, whatever the database says; nothing is removed then.
        """
        before = self._clock.now() - timedelta(days=self._days)
        with self._database.read() as connection, self._database.decoding("the audit trail"):
            if _through(connection, connection.execute(_ROW).one(), before=before) is None:
                return 0  # nearly always: no writer waits for that
        with self._database.write() as connection, self._database.decoding("the audit trail"):
            row = connection.execute(_ROW_LOCKED).one()
            through = _through(connection, row, before=before)
            if through is None:
                return 0
            events = self._checked(connection, row, through=through)
            _remove(connection, row, events=events, at=self._clock.now())
        log.info("audit-pruned", events=len(events), through=through)
        return len(events)

    def _checked(self, connection: Connection, row: Row[Any], *, through: int) -> list[Row[Any]]:
        """Return the kept events up to a sequence number.

        Raises:
            StoreDamagedError: If one of them, the next one or the pruned head is not as it was written.
        """
        said, start = pruned(connection), audit.Head(sequence=row.audit_pruned_sequence, digest=row.audit_pruned_digest)
        oldest = select(audit_event).where(audit_event.c.sequence <= through + 1).order_by(audit_event.c.sequence)
        events = list(connection.execute(oldest))
        head, _ = audit.follow(start, events)
        if head.sequence != through + 1 or (said.through, said.digest) != (start.sequence, start.digest):
            raise damaged(self._database.name, what="the audit trail")
        return events[:-1]


def pruned(connection: Connection) -> Pruned:
    """Return what the events said that are not kept any more, as the newest event about it has it.

    Raises:
        ValueError: If that event is not as it was written; so do TypeError and KeyError.
    """
    details = connection.execute(_NEWEST_PRUNING).scalar_one_or_none()
    if details is None:
        return Pruned()
    said = json.loads(details)
    kept = {name: said[name] for name in Pruned.__dataclass_fields__}
    return Pruned(**{**kept, "withdrawn": tuple(kept["withdrawn"])})


def lock_after(events: Iterable[Row[Any]], *, number: int, holder: str | None) -> tuple[int, str | None]:
    """Return the lock's number and holder after events, from what they were before."""
    for event in events:
        if event.event_type in NUMBER_GROWS_AT:
            number = event.number
            if event.event_type != "runner_takeover":
                holder = event.provider if event.event_type == "lock_acquire" else None
    return number, holder


def _through(connection: Connection, row: Row[Any], *, before: datetime) -> int | None:
    """Return up to which event the trail is to be pruned now, None where it is not.

    An event whose time is not before that moment stays with all that follow, though a clock that was set back may have
    given some of them an earlier time.
    """
    head = row.audit_pruned_sequence
    last = min(row.audit_sequence - TRAIL_AT_HAND, head + AT_ONCE)
    events = select(func.min(audit_event.c.sequence)).where(
        audit_event.c.sequence > head, audit_event.c.sequence <= last, audit_event.c.at >= before
    )
    stays = connection.execute(events).scalar_one()
    through = last if stays is None else int(stays) - 1
    return through if through - head >= LEAST else None


def _remove(connection: Connection, row: Row[Any], *, events: list[Row[Any]], at: datetime) -> None:
    """Remove events, with the event that says so and the new pruned head of the trail."""
    said = _with(pruned(connection), events)
    event = AuditEvent(
        event_type="audit_pruned",
        provider=None,
        number=row.number,
        actor="cycle",
        details={
            "events": len(events),
            "until": utc_text(events[-1].at),
            "through": said.through,
            "digest": said.digest,
            "lock_number": said.lock_number,
            "holder": said.holder,
            "edition": said.edition,
            "edition_digest": said.edition_digest,
            "withdrawn": list(said.withdrawn),
        },
    )
    audit.append(connection, (event,), at=at)
    head = {lock.c.audit_pruned_sequence: said.through, lock.c.audit_pruned_digest: said.digest}
    connection.execute(update(lock).where(lock.c.id == 1).values(head))
    connection.execute(delete(audit_event).where(audit_event.c.sequence <= said.through))


def _with(said: Pruned, events: list[Row[Any]]) -> Pruned:
    """Return what pruned events and those that follow them said."""
    number, holder = lock_after(events, number=said.lock_number, holder=said.holder)
    for event in events:
        if event.event_type == "edition_published":
            details = json.loads(event.details)
            said = replace(said, edition=details["edition"], edition_digest=details["digest"])
        elif event.event_type == "edition_withdrawn":
            said = replace(said, withdrawn=(*said.withdrawn, json.loads(event.details)["edition"]))
    last = events[-1]
    return replace(said, through=last.sequence, digest=last.digest, lock_number=number, holder=holder)
