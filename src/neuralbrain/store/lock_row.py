"""The durable row of the lock: one conditional update and its audit events, in one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from neuralbrain.domain.lock import AuditEvent, LockState, RecordedEvent, Runner, Transition
from neuralbrain.errors import FencedError, LockContentionError
from neuralbrain.ports import Clock
from neuralbrain.store import audit
from neuralbrain.store.database import Database
from neuralbrain.store.schema import audit_event, lock

ATTEMPTS = 5  # SQLite serialises writers, so the first succeeds there; elsewhere another writer may come between

_SELECT = select(lock).where(lock.c.id == 1)
_SELECT_SHARED = _SELECT.with_for_update(read=True)  # SQLite ignores it: there the write transaction itself is the lock
_UPDATE = (
    update(lock)
    .where(lock.c.id == 1, lock.c.revision == bindparam("before"))
    .values({column: bindparam(f"new_{column.name}") for column in lock.c if column.name != "id"})
)
# As text: these two are asked so often that putting the statement together would be most of the work.
_HOLDER = "SELECT provider FROM lock WHERE id = 1"
_LENGTH = "SELECT audit_sequence FROM lock WHERE id = 1"


class StoredLockRow:
    """The lock's row in the database.

    Args:
        database: Where it stands.
        clock: Tells when an event happened.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._held_open: Connection | None = None
        self._opened = 0
        self._one_reader = threading.Lock()

    def read(self) -> LockState:
        """Return the state as committed."""
        with self._one_reader, self._database.translated(), self._database.decoding("the lock"):
            return _state(self._reading().execute(_SELECT).one())

    def holder(self) -> str | None:
        """Return who holds the lock, as committed; the quickest question there is."""
        with self._one_reader, self._database.translated(), self._database.decoding("the lock"):
            name: str | None = self._reading().exec_driver_sql(_HOLDER).scalar_one()
            return name

    def change(self, decide: Callable[[LockState], Transition]) -> Transition:
        """Apply a pure decision to the current state, in one transaction with its audit events.

        Raises:
            LockContentionError: If other writers came between too often.
        """
        for _ in range(ATTEMPTS):
            with self._database.write() as connection:
                with self._database.decoding("the lock"):
                    row = connection.execute(_SELECT).one()
                    before = _state(row)
                decided = decide(before)
                if decided.state == before:
                    return decided
                head = audit.Head(sequence=row.audit_sequence, digest=row.audit_digest)
                head = audit.insert_after(connection, head, events=decided.events, at=self._clock.now())
                if connection.execute(_UPDATE, _parameters(before, decided.state, head)).rowcount == 1:
                    return decided
                connection.rollback()
        raise LockContentionError(
            f"The lock was changed by others {ATTEMPTS} times while one change was tried.",
            remedy="Try again; nothing was changed.",
        )

    def note(self, event: AuditEvent) -> None:
        """Append an audit event that goes with no change of state."""
        with self._database.write() as connection:
            audit.append(connection, (event,), at=self._clock.now())

    def trail(self, limit: int) -> tuple[RecordedEvent, ...]:
        """Return the last events, oldest first."""
        newest_first = select(audit_event).order_by(audit_event.c.sequence.desc()).limit(limit)
        with self._database.read() as connection, self._database.decoding("the audit trail"):
            rows = connection.execute(newest_first).all()
            return tuple(audit.recorded(row) for row in reversed(rows))

    def trail_length(self) -> int:
        """Return how many events there are."""
        with self._one_reader, self._database.translated(), self._database.decoding("the lock"):
            return int(self._reading().exec_driver_sql(_LENGTH).scalar_one())

    def _reading(self) -> Connection:
        """Return the connection that is kept open: the lock is read before every call of a provider."""
        if (
            self._held_open is None
            or self._held_open.closed
            or self._held_open.invalidated
            or self._opened != self._database.opened
        ):
            self._opened = self._database.opened
            self._held_open = self._database.hold_open()
        return self._held_open


def require_number(connection: Connection, *, number: int, provider: str, holder: str | None = None) -> None:
    """Refuse work of an older lock number, inside the transaction that would have used it.

    On databases with row locks the row stays locked against change until that transaction ends.

    Args:
        connection: Inside a write transaction.
        number: The number the work was done under.
        provider: Who did it.
        holder: Which process did it, where only the holder of the runner lease may.

    Raises:
        FencedError: If the lock has another number, provider or runner by now.
    """
    state = _state(connection.execute(_SELECT_SHARED).one())
    runner = None if state.runner is None else state.runner.holder
    if (state.number, state.provider) == (number, provider) and holder in (None, runner):
        return
    raise FencedError(
        f"The lock moved on to number {state.number} ({state.provider or 'no provider'}) while work under number "
        f"{number} ({provider}) was going on; that work is not used.",
        remedy="Nothing is lost: the last edition stays up and the next cycle asks again.",
    )


def _state(row: Row[Any]) -> LockState:
    runner = None
    if row.runner_holder is not None:
        runner = Runner(
            holder=row.runner_holder,
            boot=row.runner_boot,
            namespace=row.runner_namespace,
            pid=row.runner_pid,
            started=row.runner_started,
            lease_until=row.runner_lease_until,
            since=row.runner_since,
        )
    return LockState(
        number=row.number,
        revision=row.revision,
        provider=row.provider,
        reason=row.reason,
        acquired_at=row.acquired_at,
        consecutive_failures=row.consecutive_failures,
        total_failures=row.total_failures,
        last_released=row.last_released,
        runner=runner,
    )


def _parameters(before: LockState, after: LockState, head: audit.Head) -> dict[str, Any]:
    runner = after.runner
    return {
        "before": before.revision,
        "new_number": after.number,
        "new_revision": before.revision + 1,
        "new_provider": after.provider,
        "new_reason": after.reason,
        "new_acquired_at": after.acquired_at,
        "new_consecutive_failures": after.consecutive_failures,
        "new_total_failures": after.total_failures,
        "new_last_released": after.last_released,
        "new_runner_holder": None if runner is None else runner.holder,
        "new_runner_boot": None if runner is None else runner.boot,
        "new_runner_namespace": None if runner is None else runner.namespace,
        "new_runner_pid": None if runner is None else runner.pid,
        "new_runner_started": None if runner is None else runner.started,
        "new_runner_lease_until": None if runner is None else runner.lease_until,
        "new_runner_since": None if runner is None else runner.since,
        "new_audit_sequence": head.sequence,
        "new_audit_digest": head.digest,
    }
