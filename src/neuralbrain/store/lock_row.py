"""The durable row of the lock: one conditional update and its audit events, in one transaction."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, select, update

from neuralbrain.domain.lock import AuditEvent, LockState, Parked, RecordedEvent, Runner, Transition
from neuralbrain.errors import FencedError, LockContentionError, StoreUnavailableError
from neuralbrain.ports import Clock
from neuralbrain.store import audit
from neuralbrain.store.database import Database
from neuralbrain.store.high_water import HighWaterMark, Mark
from neuralbrain.store.schema import audit_event, lock

ATTEMPTS = 5  # SQLite serialises writers, so the first succeeds there; elsewhere another writer may come between

_SELECT = select(lock).where(lock.c.id == 1)
# SQLite ignores FOR UPDATE: there the write transaction itself is the lock. Elsewhere FOR SHARE would keep the number
# as it is too, but whoever goes on to append to the trail, whose head is in this row, would wait for another sharer
# that waits for him.
_SELECT_LOCKED = _SELECT.with_for_update()
_NOT_CHANGED = ("id", "audit_pruned_sequence", "audit_pruned_digest")
_UPDATE = (
    update(lock)
    .where(lock.c.id == 1, lock.c.revision == bindparam("before"))
    .values({column: bindparam(f"new_{column.name}") for column in lock.c if column.name not in _NOT_CHANGED})
)
# As text: these are asked so often that putting the statement together would be most of the work.
_HOLDER = "SELECT number, provider FROM lock WHERE id = 1"
_LENGTH = "SELECT audit_sequence FROM lock WHERE id = 1"
_PRUNED = "SELECT audit_pruned_sequence FROM lock WHERE id = 1"

Asked = TypeVar("Asked")


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
        self._mark = HighWaterMark(database)

    @property
    def one_clock(self) -> bool:
        """Return whether leases of all machines are measured by one clock; else each by its machine's uptime."""
        return self._database.clock_question is not None

    def seconds(self) -> float:
        """Return the time that leases are measured by."""
        question = self._database.clock_question
        if question is None:
            return self._clock.uptime_seconds()
        return self._asked(lambda connection: float(connection.exec_driver_sql(question).scalar_one()))

    def read(self) -> LockState:
        """Return the state as committed.

        Raises:
            StoreDamagedError: If its number was higher before, as this process has seen.
        """
        mark = self._mark.now()
        state = self._asked(lambda connection: _state(connection.execute(_SELECT).one()))
        self._mark.see(state.number, since=mark)
        return state

    def holder(self) -> str | None:
        """Return who holds the lock, as committed; the quickest question there is.

        Raises:
            StoreDamagedError: If the lock's number was higher before, as this process has seen.
        """
        mark = self._mark.now()
        name: str | None
        number, name = self._asked(lambda connection: connection.exec_driver_sql(_HOLDER).one())
        self._mark.see(number, since=mark)
        return name

    def change(self, decide: Callable[[LockState], Transition]) -> Transition:
        """Apply a pure decision to the current state, in one transaction with its audit events.

        Raises:
            LockContentionError: If other writers came between too often.
            StoreDamagedError: If the lock's number was higher before, as this process has seen.
        """
        mark = self._mark.now()
        changed = self._change(decide, mark)
        self._mark.see(changed.state.number, since=mark)  # now it is committed
        return changed

    def _change(self, decide: Callable[[LockState], Transition], mark: Mark) -> Transition:
        for _ in range(ATTEMPTS):
            with self._database.write() as connection:
                with self._database.decoding("the lock"):
                    row = connection.execute(_SELECT_LOCKED).one()
                    before = _state(row)
                self._mark.see(before.number, since=mark)
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

    def trail(self, limit: int, *, before: int | None = None) -> tuple[RecordedEvent, ...]:
        """Return the last events, oldest first; the last before a sequence number, where one is given."""
        newest_first = select(audit_event).order_by(audit_event.c.sequence.desc()).limit(limit)
        if before is not None:
            newest_first = newest_first.where(audit_event.c.sequence < before)
        with self._database.read() as connection, self._database.decoding("the audit trail"):
            rows = connection.execute(newest_first).all()
            return tuple(audit.recorded(row) for row in reversed(rows))

    def trail_length(self) -> int:
        """Return how many events were ever written."""
        return self._asked(lambda connection: int(connection.exec_driver_sql(_LENGTH).scalar_one()))

    def pruned(self) -> int:
        """Return how many of them, the oldest, are not kept any more."""
        return self._asked(lambda connection: int(connection.exec_driver_sql(_PRUNED).scalar_one()))

    def _asked(self, ask: Callable[[Connection], Asked]) -> Asked:
        """Return what the connection that is kept open says; where a server dropped it meanwhile, another one is asked.

        Raises:
            StoreError: In our words, whatever the database says.
        """
        with self._one_reader:
            try:
                with self._database.translated(), self._database.decoding("the lock"):
                    return ask(self._reading())
            except StoreUnavailableError:
                if self._held_open is None or not self._held_open.invalidated:
                    raise
            with self._database.translated(), self._database.decoding("the lock"):
                return ask(self._reading())

    def _reading(self) -> Connection:
        """Return the connection that is kept open: the lock is read before every call of a provider."""
        if (
            self._held_open is None
            or self._held_open.closed
            or self._held_open.invalidated
            or self._opened != self._database.opened
        ):
            self._opened = self._database.opened
            self._held_open = self._database.hold_open(instead_of=self._held_open)
        return self._held_open


def require_number(connection: Connection, *, number: int, provider: str, holder: str | None = None) -> None:
    """Refuse work of an older lock number, inside the transaction that would have used it.

    On databases with row locks the row stays locked until that transaction ends: a takeover waits for it.

    Args:
        connection: Inside a write transaction.
        number: The number the work was done under.
        provider: Who did it.
        holder: Which process did it, where only the holder of the runner lease may.

    Raises:
        FencedError: If the lock has another number, provider or runner by now.
    """
    state = _state(connection.execute(_SELECT_LOCKED).one())
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
        parked=tuple(_parked(one) for one in json.loads(row.parked)),
    )


def _parked(said: dict[str, Any]) -> Parked:
    moments = {name: datetime.fromisoformat(said[name]) for name in ("since", "until")}
    return Parked(provider=said["provider"], reason=said["reason"], streak=said["streak"], **moments)


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
        "new_parked": json.dumps(
            [{**asdict(one), "since": one.since.isoformat(), "until": one.until.isoformat()} for one in after.parked]
        ),
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
