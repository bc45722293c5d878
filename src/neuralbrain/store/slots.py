"""The hours of the schedule: one state each under a unique key, and how often they are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from neuralbrain.domain.journal import Outcome
from neuralbrain.domain.lock import AuditEvent
from neuralbrain.domain.slot import (
    REASONS,
    UNCHANGED_SCHEDULE,
    Schedule,
    SlotCode,
    SlotOutcome,
    SlotRecord,
    require_interval,
)
from neuralbrain.ports import Clock
from neuralbrain.store import audit
from neuralbrain.store.database import Database
from neuralbrain.store.schema import cycle, cycle_end, edition, lock, schedule_change, slot_state
from neuralbrain.store.turn import Turn, take_turn

RECENT_CYCLES = 200  # looked at for slots left open: one is left at most while its cycle runs, or was broken off
MISSED_AT_ONCE = 5000  # slots a transaction: a year of missed hours must not keep other writers waiting

# Asked every few seconds, for ever: made once, because making a statement costs more than running it.
_NEWEST = select(func.max(slot_state.c.slot)).where(slot_state.c.slot <= bindparam("at_most"))
_RECENT = select(cycle.c.slot).order_by(cycle.c.number.desc()).limit(RECENT_CYCLES).subquery()
_OPEN = (
    select(_RECENT.c.slot)
    .distinct()
    .outerjoin(slot_state, slot_state.c.slot == _RECENT.c.slot)
    .where(_RECENT.c.slot < bindparam("before"), slot_state.c.slot.is_(None))
    .order_by(_RECENT.c.slot)
)
_SCHEDULES = select(schedule_change).order_by(schedule_change.c.number)


class StoredSlots:
    """Slots and schedules in the database.

    Args:
        database: Where they stand.
        clock: Tells when one was written.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def newest(self, *, at_most: datetime) -> datetime | None:
        """Return the newest slot that has a state and is not after a moment, None where there is none."""
        with self._database.read() as connection, self._database.decoding("the list of slots"):
            found: datetime | None = connection.execute(_NEWEST, {"at_most": at_most}).scalar_one()
            return found

    def find(self, slot: datetime) -> SlotRecord | None:
        """Return a slot's state, None while it has none."""
        with self._database.read() as connection, self._database.decoding("the list of slots"):
            row = connection.execute(select(slot_state).where(slot_state.c.slot == slot)).one_or_none()
            return None if row is None else _record(row)

    def last(self, limit: int, *, at_most: datetime | None = None) -> tuple[SlotRecord, ...]:
        """Return the last slots that have a state, newest first.

        Args:
            limit: How many at most.
            at_most: Only those not after this moment: a clock that was ahead leaves states of hours yet to come.
        """
        newest = select(slot_state).order_by(slot_state.c.slot.desc()).limit(limit)
        if at_most is not None:
            newest = newest.where(slot_state.c.slot <= at_most)
        with self._database.read() as connection, self._database.decoding("the list of slots"):
            return tuple(_record(row) for row in connection.execute(newest))

    def counts(self) -> dict[str, int]:
        """Return how many slots ended how, by outcome."""
        by_outcome = select(slot_state.c.outcome, func.count().label("how_many")).group_by(slot_state.c.outcome)
        with self._database.read() as connection:
            return {row.outcome: row.how_many for row in connection.execute(by_outcome)}

    def attempts(self, slot: datetime) -> int:
        """Return how many cycles were begun for a slot."""
        begun = select(func.count()).select_from(cycle).where(cycle.c.slot == slot)
        with self._database.read() as connection:
            return int(connection.execute(begun).scalar_one())

    def last_cycle(self, slot: datetime) -> int | None:
        """Return the number of the last cycle that was begun for a slot, None where none was."""
        with self._database.read() as connection:
            return _last_cycle(connection, slot)

    def begun_and_open(self, *, before: datetime) -> tuple[datetime, ...]:
        """Return earlier slots that a cycle was begun for and that have no state, among the last cycles."""
        with self._database.read() as connection, self._database.decoding("the list of slots"):
            return tuple(connection.execute(_OPEN, {"before": before}).scalars())

    def record(self, record: SlotRecord) -> bool:
        """Write a slot's one state; False where it has one already, which stays."""
        with self._database.write() as connection:
            take_turn(connection, Turn.SLOTS)
            if _has_state(connection, record.slot):
                return False
            connection.execute(insert(slot_state), _columns(record))
            return True

    def record_missed(self, slots: Sequence[tuple[datetime, SlotCode]], *, now: datetime) -> int:
        """Write the state of slots that passed without an end, and return how many had none yet.

        One that nobody began is skipped for the given reason; one that was begun failed as interrupted, or is done
        where its edition was published before its process ended; one whose cycle still runs is left open.
        """
        written = 0
        for start in range(0, len(slots), MISSED_AT_ONCE):
            some = slots[start : start + MISSED_AT_ONCE]
            with self._database.write() as connection:
                take_turn(connection, Turn.SLOTS)
                moments = [slot for slot, _ in some]
                known = _Known.of(connection, first=min(moments), last=max(moments))
                records = [known.missed(slot, code, now=now) for slot, code in some if known.is_open(slot)]
                if records:
                    connection.execute(insert(slot_state), [_columns(one) for one in records])
                written += len(records)
        return written

    def schedules(self) -> tuple[Schedule, ...]:
        """Return every schedule that ever held, oldest first; the first is the one that nobody has changed."""
        with self._database.read() as connection, self._database.decoding("the schedule"):
            return (UNCHANGED_SCHEDULE, *(Schedule(**row._asdict()) for row in connection.execute(_SCHEDULES)))

    def change(self, *, interval_seconds: int | None, paused: bool | None, reason: str, actor: str) -> Schedule:
        """Change interval or pause from now on, with an audit event; None leaves one as it is.

        Raises:
            ValueError: If no slots can have that interval.
        """
        with self._database.write() as connection:
            take_turn(connection, Turn.SLOTS)
            newest = select(schedule_change).order_by(schedule_change.c.number.desc()).limit(1)
            row = connection.execute(newest).one_or_none()
            before = UNCHANGED_SCHEDULE if row is None else Schedule(**row._asdict())
            changed = Schedule(
                number=before.number + 1,
                since=self._clock.now(),
                interval_seconds=before.interval_seconds
                if interval_seconds is None
                else require_interval(interval_seconds),
                paused=before.paused if paused is None else paused,
                reason=reason,
                actor=actor,
            )
            columns = {column.name: getattr(changed, column.name) for column in schedule_change.c}
            connection.execute(insert(schedule_change), columns)
            event = AuditEvent(
                event_type="schedule_changed",
                provider=None,
                number=connection.execute(select(lock.c.number)).scalar_one(),
                actor=actor,
                details={"interval_seconds": changed.interval_seconds, "paused": changed.paused, "reason": reason},
            )
            audit.append(connection, (event,), at=changed.since)
            return changed


def _has_state(connection: Connection, slot: datetime) -> bool:
    return connection.execute(select(slot_state.c.slot).where(slot_state.c.slot == slot)).one_or_none() is not None


def _last_cycle(connection: Connection, slot: datetime) -> int | None:
    number: int | None = connection.execute(select(func.max(cycle.c.number)).where(cycle.c.slot == slot)).scalar_one()
    return number


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of the slots in a stretch of time.

    Args:
        ended: Those that have a state.
        running: Those whose cycle runs now, by the holder of the runner lease: it says itself how that ends. Should it
            have died, the next cycle takes its lease, and the slot is recorded then.
        begun: The last cycle of each that was begun, and how it ended, None where it did not.
        published: The edition of each that has one.
    """

    ended: frozenset[datetime]
    running: frozenset[datetime]
    begun: dict[datetime, tuple[int, str | None]]
    published: dict[datetime, int]

    @classmethod
    def of(cls, connection: Connection, *, first: datetime, last: datetime) -> _Known:
        """Look it up, both ends included."""
        ended = connection.execute(select(slot_state.c.slot).where(slot_state.c.slot.between(first, last))).scalars()
        holder = connection.execute(select(lock.c.runner_holder)).scalar_one()
        cycles = connection.execute(
            select(cycle.c.slot, cycle.c.number, cycle.c.holder, cycle_end.c.outcome)
            .select_from(cycle.outerjoin(cycle_end))
            .where(cycle.c.slot.between(first, last))
            .order_by(cycle.c.number)
        ).all()
        editions = connection.execute(
            select(edition.c.slot, edition.c.number).where(edition.c.slot.between(first, last))
        ).all()
        return cls(
            ended=frozenset(ended),
            running=frozenset(one.slot for one in cycles if one.outcome is None and one.holder == holder),
            begun={one.slot: (one.number, one.outcome) for one in cycles},
            published={one.slot: one.number for one in editions},
        )

    def is_open(self, slot: datetime) -> bool:
        """Return whether a slot has no state, and nobody is at it."""
        return slot not in self.ended and slot not in self.running

    def missed(self, slot: datetime, code: SlotCode, *, now: datetime) -> SlotRecord:
        """Return the state of a slot that passed without an end."""
        number, ended = self.begun.get(slot, (None, None))
        published = self.published.get(slot)
        if published is not None:
            outcome, said, reason = SlotOutcome.DONE, "", f"Edition {published} was published."
        elif ended == Outcome.UNCHANGED.value:
            outcome, said, reason = SlotOutcome.DONE, "", "Nothing had changed."
        elif number is not None:
            outcome, said, reason = SlotOutcome.FAILED, SlotCode.INTERRUPTED.value, REASONS[SlotCode.INTERRUPTED]
        else:
            outcome, said, reason = SlotOutcome.SKIPPED, code.value, REASONS[code]
        return SlotRecord(
            slot=slot, outcome=outcome, code=said, reason=reason, recorded_at=now, cycle=number, edition=published
        )


def _columns(record: SlotRecord) -> dict[str, Any]:
    return {
        "slot": record.slot,
        "outcome": record.outcome.value,
        "code": record.code,
        "reason": record.reason,
        "recorded_at": record.recorded_at,
        "cycle_number": record.cycle,
        "edition_number": record.edition,
    }


def _record(row: Row[Any]) -> SlotRecord:
    return SlotRecord(
        slot=row.slot,
        outcome=SlotOutcome(row.outcome),
        code=row.code,
        reason=row.reason,
        recorded_at=row.recorded_at,
        cycle=row.cycle_number,
        edition=row.edition_number,
    )
