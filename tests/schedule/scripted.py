"""A schedule over a real store whose cycles follow a script."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert

from neuralbrain.domain.cycle_end import CycleEnd
from neuralbrain.domain.journal import CycleReport, Outcome
from neuralbrain.domain.slot import SlotOutcome
from neuralbrain.ports import Clock, Slots
from neuralbrain.schedule.loop import ScheduleLoop
from neuralbrain.schedule.order import WorkOrder
from neuralbrain.store.database import Database
from neuralbrain.store.editions import StoredEditions
from neuralbrain.store.journal import StoredJournal
from neuralbrain.store.schema import edition
from neuralbrain.store.slots import StoredSlots
from schedule.virtual_time import at_once
from stand_ins import StillClock

Act = Callable[[WorkOrder], Awaitable[CycleEnd | None]]


def done(*, cycle: int | None = None, edition: int | None = None) -> CycleEnd:
    """Return the end of a cycle that succeeded."""
    return CycleEnd(outcome=SlotOutcome.DONE, code="", reason="Nothing has changed.", cycle=cycle, edition=edition)


def failed(code: str, *, cycle: int | None = None) -> CycleEnd:
    """Return the end of a cycle that failed."""
    return CycleEnd(outcome=SlotOutcome.FAILED, code=code, reason="It failed.", cycle=cycle, edition=None)


def publish_for(database: Database, *, slot: datetime | None, at: datetime) -> int:
    """Put an edition of a slot into the database, as a cycle would, and return its number."""
    with database.write() as connection:
        number = len(connection.execute(edition.select()).all()) + 1
        connection.execute(
            insert(edition),
            {
                "number": number, "provider": "local", "lock_number": 1, "inputs_digest": "x" * 64, "cutoff": at,
                "timestamp": at, "forecasts": 0, "refused": 0, "digest": "x" * 64, "previous_digest": "", "slot": slot,
            },
        )  # fmt: skip
    return number


@dataclass
class ScriptedRunner:
    """Runs cycles that do nothing but take their time, or what the script says for the next one.

    Args:
        journal: Where cycles begin and end.
        clock: Which time passes while one runs.
        seconds: How long one takes.
        script: What the next cycles do instead, first come first.
        orders: What was asked for.
    """

    journal: StoredJournal
    clock: StillClock
    seconds: float = 60.0
    script: list[Act | CycleEnd | Exception | None] = field(default_factory=list)
    orders: list[WorkOrder] = field(default_factory=list)

    async def run(self, order: WorkOrder) -> CycleEnd | None:
        """Run one cycle, as the next line of the script says."""
        self.orders.append(order)
        if not self.script:
            return await self.in_order(order)
        act = self.script.pop(0)
        if isinstance(act, Exception):
            raise act
        return await act(order) if callable(act) else act

    async def in_order(self, order: WorkOrder) -> CycleEnd:
        """Begin a cycle, let its time pass and end it."""
        number = self.journal.begin(trigger=order.trigger, holder="test", slot=order.slot)
        self.clock.forward(seconds=self.seconds)
        self.journal.end(CycleReport(number=number, outcome=Outcome.UNCHANGED, edition=None, steps=()))
        return done(cycle=number)

    @property
    def ran(self) -> list[datetime | None]:
        """Return the slots whose cycles were asked for."""
        return [order.slot for order in self.orders]


@dataclass
class Installation:
    """A real store, a clock that stands still, a runner that follows a script."""

    database: Database
    clock: StillClock
    slots: StoredSlots
    editions: StoredEditions
    journal: StoredJournal
    runner: ScriptedRunner
    ended: list[tuple[str, float]] = field(default_factory=list)

    @classmethod
    def over(cls, database: Database, clock: StillClock) -> Installation:
        """Return an installation over a database."""
        journal = StoredJournal(database, clock=clock)
        return cls(
            database=database,
            clock=clock,
            slots=StoredSlots(database, clock=clock),
            editions=StoredEditions(database, clock=clock),
            journal=journal,
            runner=ScriptedRunner(journal, clock),
        )

    def service(self, *, slots: Slots | None = None, clock: Clock | None = None) -> ScheduleLoop:
        """Return the loop of a service that has just started."""
        return ScheduleLoop(
            slots=slots or self.slots,
            editions=self.editions,
            runner=self.runner,
            clock=clock or self.clock,
            in_thread=at_once,
            on_cycle=lambda outcome, seconds: self.ended.append((outcome, seconds)),
        )

    def tick(self, loop: ScheduleLoop) -> float:
        """Let a loop look once, and return how long it wants to wait."""
        return asyncio.run(loop.tick())

    def settle(self, loop: ScheduleLoop) -> None:
        """Let a loop look until it wants to wait."""
        while not self.tick(loop):
            continue

    def until(self, moment: datetime) -> None:
        """Let time pass until a moment."""
        self.clock.forward(seconds=(moment - self.clock.now()).total_seconds())

    def states(self) -> dict[str, str]:
        """Return each slot that has a state, oldest first, as day and hour, with outcome and code."""
        return {
            f"{one.slot:%d %H:%M}": f"{one.outcome.value} {one.code}".strip()
            for one in reversed(self.slots.last(10_000))
        }

    def pause(self) -> None:
        """Pause the schedule."""
        self.slots.change(interval_seconds=None, paused=True, reason="test", actor="test")

    def resume(self) -> None:
        """Resume the schedule."""
        self.slots.change(interval_seconds=None, paused=False, reason="test", actor="test")

    def every(self, seconds: int) -> None:
        """Change the interval."""
        self.slots.change(interval_seconds=seconds, paused=None, reason="test", actor="test")
