"""The record of cycles: when each began, how each step went, how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select

from neuralbrain.domain.journal import CycleRecord, CycleReport, Outcome, StepRecord
from neuralbrain.ports import Clock
from neuralbrain.store.database import Database
from neuralbrain.store.schema import cycle, cycle_end, cycle_step
from neuralbrain.store.turn import Turn, take_turn


class StoredJournal:
    """Cycles in the database.

    Args:
        database: Where they stand.
        clock: Tells when one began and ended.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, *, trigger: str, holder: str, slot: datetime | None = None) -> int:
        """Record that a cycle began, and return its number."""
        started = {"trigger": trigger, "holder": holder, "started_at": self._clock.now(), "slot": slot}
        with self._database.write() as connection:
            return int(connection.execute(insert(cycle).returning(cycle.c.number), started).scalar_one())

    def step(self, number: int, record: StepRecord) -> None:
        """Record how a step ended."""
        count = select(func.count()).select_from(cycle_step).where(cycle_step.c.cycle_number == number)
        with self._database.write() as connection:
            take_turn(connection, Turn.CYCLES)
            connection.execute(
                insert(cycle_step),
                {
                    "cycle_number": number,
                    "position": connection.execute(count).scalar_one(),
                    "name": record.name,
                    "started_at": record.started_at,
                    "ended_at": record.ended_at,
                    "outcome": record.outcome.value,
                    "message": record.message,
                    "code": record.code,
                    "remedy": record.remedy,
                    "attempts": record.attempts,
                },
            )

    def end(self, report: CycleReport) -> None:
        """Record how a cycle ended."""
        with self._database.write() as connection:
            take_turn(connection, Turn.CYCLES)
            connection.execute(
                insert(cycle_end),
                {
                    "cycle_number": report.number,
                    "ended_at": self._clock.now(),
                    "outcome": report.outcome.value,
                    "edition_number": None if report.edition is None else report.edition.number,
                },
            )

    def steps(self, number: int) -> tuple[StepRecord, ...]:
        """Return the steps of a cycle that have ended, in that order."""
        ended = select(cycle_step).where(cycle_step.c.cycle_number == number).order_by(cycle_step.c.position)
        with self._database.read() as connection, self._database.decoding(f"cycle {number}"):
            return tuple(_step(row) for row in connection.execute(ended))

    def last(self, limit: int, *, before: int | None = None) -> tuple[CycleRecord, ...]:
        """Return the last cycles, newest first, without their steps.

        Args:
            limit: How many at most.
            before: Only those with a lower number.
        """
        newest = _cycles().order_by(cycle.c.number.desc()).limit(limit)
        if before is not None:
            newest = newest.where(cycle.c.number < before)
        with self._database.read() as connection, self._database.decoding("the list of cycles"):
            return tuple(_record(row, ()) for row in connection.execute(newest))

    def find(self, number: int) -> CycleRecord | None:
        """Return a cycle with its steps, None where there is none of that number."""
        with self._database.read() as connection, self._database.decoding(f"cycle {number}"):
            row = connection.execute(_cycles().where(cycle.c.number == number)).one_or_none()
        return None if row is None else _record(row, self.steps(number))

    def counts(self) -> dict[str, int]:
        """Return how many cycles ended how, by outcome."""
        by_outcome = select(cycle_end.c.outcome, func.count().label("how_many")).group_by(cycle_end.c.outcome)
        with self._database.read() as connection:
            return {row.outcome: row.how_many for row in connection.execute(by_outcome)}

    def last_good_at(self) -> datetime | None:
        """Return when a cycle last published or found nothing new, None where none ever did."""
        good = (Outcome.DONE.value, Outcome.UNCHANGED.value)
        newest = select(func.max(cycle_end.c.ended_at)).where(cycle_end.c.outcome.in_(good))
        with self._database.read() as connection, self._database.decoding("the list of cycles"):
            found: datetime | None = connection.execute(newest).scalar_one()
            return found

    def close_abandoned(self, *, but: int | None = None) -> tuple[int, ...]:
        """End cycles whose process ended in the middle, as failed, and return their numbers.

        To be called by whoever holds the runner lease, before a cycle of its own: no other can be running then.

        Args:
            but: The number of a cycle that is taken up again, and so not ended.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            take_turn(connection, Turn.CYCLES)
            open_ones = _cycles().where(cycle_end.c.ended_at.is_(None)).order_by(cycle.c.number)
            numbers = tuple(row.number for row in connection.execute(open_ones) if row.number != but)
            ends = [
                {"cycle_number": number, "ended_at": now, "outcome": Outcome.FAILED.value, "edition_number": None}
                for number in numbers
            ]
            if ends:
                connection.execute(insert(cycle_end), ends)
        return numbers


def _cycles() -> Select[Any]:
    return select(cycle, cycle_end.c.ended_at, cycle_end.c.outcome, cycle_end.c.edition_number).select_from(
        cycle.outerjoin(cycle_end)
    )


def _record(row: Row[Any], steps: tuple[StepRecord, ...]) -> CycleRecord:
    return CycleRecord(
        number=row.number,
        trigger=row.trigger,
        holder=row.holder,
        slot=row.slot,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        edition=row.edition_number,
        steps=steps,
    )


def _step(row: Row[Any]) -> StepRecord:
    return StepRecord(
        name=row.name,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=Outcome(row.outcome),
        message=row.message,
        code=row.code,
        remedy=row.remedy,
        attempts=row.attempts,
    )
