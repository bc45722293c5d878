"""The record of cycles: when each began, how each step went, how it ended."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from neuralbrain.domain.journal import CycleReport, StepRecord
from neuralbrain.ports import Clock
from neuralbrain.store.database import Database
from neuralbrain.store.schema import cycle, cycle_end, cycle_step


class StoredJournal:
    """Cycles in the database.

    Args:
        database: Where they stand.
        clock: Tells when one began and ended.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, *, trigger: str, holder: str) -> int:
        """Record that a cycle began, and return its number."""
        started = {"trigger": trigger, "holder": holder, "started_at": self._clock.now()}
        with self._database.write() as connection:
            return int(connection.execute(insert(cycle).returning(cycle.c.number), started).scalar_one())

    def step(self, number: int, record: StepRecord) -> None:
        """Record how a step ended."""
        count = select(func.count()).select_from(cycle_step).where(cycle_step.c.cycle_number == number)
        with self._database.write() as connection:
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
                },
            )

    def end(self, report: CycleReport) -> None:
        """Record how a cycle ended."""
        with self._database.write() as connection:
            connection.execute(
                insert(cycle_end),
                {
                    "cycle_number": report.number,
                    "ended_at": self._clock.now(),
                    "outcome": report.outcome.value,
                    "edition_number": None if report.edition is None else report.edition.number,
                },
            )
