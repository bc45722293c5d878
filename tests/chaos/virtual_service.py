"""Services that live for a virtual year: real loops over a real store, and cycles that follow chance."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from neuralbrain.domain.cycle_end import CycleEnd
from neuralbrain.domain.health import HealthCheck
from neuralbrain.domain.journal import CycleReport, Outcome, StepRecord
from neuralbrain.domain.slot import SlotOutcome, SlotRecord
from neuralbrain.domain.step import STEPS, Deadlines
from neuralbrain.errors import StoreUnavailableError
from neuralbrain.health.assess import Facts
from neuralbrain.health.monitor import HealthMonitor
from neuralbrain.schedule.loop import ScheduleLoop
from neuralbrain.schedule.order import WorkOrder
from neuralbrain.schedule.supervisor import Supervisor
from neuralbrain.store.database import Database
from neuralbrain.store.editions import StoredEditions
from neuralbrain.store.journal import StoredJournal
from neuralbrain.store.schema import edition
from neuralbrain.store.services import StoredServices
from neuralbrain.store.slots import StoredSlots
from schedule.virtual_time import LoopClock, VirtualLoop, at_once

FAILS, HANGS, OVERRUNS, DIES = 0.01, 0.002, 0.001, 0.002  # of the steps; an overrun goes beyond the hour
PUBLISHES = 0.3  # of the cycles; the others find nothing new
DEADLINES = Deadlines(read_seconds=300, ask_seconds=3 * 3600, step_seconds=300, cycle_seconds=4 * 3600)
NAMES = tuple("read feed" if kind == "read" else kind for kind in STEPS)
READ_FROM = {"newest": "states", "find": "states", "schedules": "none", "attempts": "cycles", "of_slot": "editions"}
"""What each question is answered from: unless that was written to, the answer is the same."""
KEPT_CHECKS = 12  # every so many health checks one is written: a hundred thousand commits prove no more than nine


@dataclass
class World:
    """What the services of one year share.

    Args:
        database: The real store.
        loop: Time.
        clock: Its wall time is set now and then.
        chance: All chance there is.
        holder: Which process has the runner lease.
        revisions: How often each part was written to: what was read of it before is read again.
        broken: Whether a cycle was broken off since the last one began.
        counts: What happened how often.
        trace: What happened when, the last of it.
        again: Cycles that were begun for a slot that had a state.
    """

    database: Database
    loop: VirtualLoop
    clock: LoopClock
    chance: random.Random
    holder: object | None = None
    revisions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(READ_FROM.values(), 0))
    broken: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)
    again: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.slots = StoredSlots(self.database, clock=self.clock)
        self.journal = StoredJournal(self.database, clock=self.clock)
        self.editions = StoredEditions(self.database, clock=self.clock)
        self.services = StoredServices(self.database, clock=self.clock, provably_dead=lambda _runner: False)

    def note(self, what: str, **more: object) -> None:
        """Count what happened, and keep the trace of it."""
        self.counts[what] = self.counts.get(what, 0) + 1
        said = " ".join(f"{name}={value}" for name, value in more.items())
        self.trace.append(f"{self.loop.time():.0f} {self.clock.now():%m-%d %H:%M:%S} {what} {said}")
        del self.trace[:-20_000]

    def publish(self, slot: datetime) -> int:
        """Publish an edition for a slot, as the last step of a cycle does."""
        with self.database.write() as connection:
            number = (connection.execute(select(func.max(edition.c.number))).scalar_one() or 0) + 1
            at = self.clock.now()
            connection.execute(
                insert(edition),
                {
                    "number": number, "provider": "local", "lock_number": 1, "inputs_digest": "", "cutoff": at,
                    "timestamp": at, "forecasts": 0, "refused": 0, "digest": "", "previous_digest": "", "slot": slot,
                },
            )  # fmt: skip
        self.revisions["editions"] += 1
        return number


class Mortal:
    """A part of the store as one process sees it: after its death it writes and reads nothing more.

    Args:
        real: The part.
        world: Knows whether something was written since.
        alive: Whether the process is.
    """

    def __init__(self, real: object, world: World, alive: Callable[[], bool]) -> None:
        self._real = real
        self._world = world
        self._alive = alive
        self._known: dict[str, tuple[object, object]] = {}

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)

        def call(*given: object, **named: object) -> object:
            if not self._alive():
                raise StoreUnavailableError("A dead process reads and writes nothing.", remedy="None.")
            if name in READ_FROM:
                # Every look asks for the same; it is asked again where anybody wrote, or another hour is asked about.
                asked = (self._world.revisions[READ_FROM[name]], given, *map(_hour, named.values()))
                if name not in self._known or self._known[name][0] != asked:
                    self._known[name] = (asked, found(*given, **named))
                return self._known[name][1]
            self._world.revisions["states"] += 1
            return found(*given, **named)

        return call


def _hour(value: object) -> object:
    return value.replace(minute=0, second=0, microsecond=0) if isinstance(value, datetime) else value


class VirtualProcess:
    """A process of one cycle: takes the runner lease, goes through its steps, each of which can go wrong by chance.

    Args:
        world: Where it runs.
        order: What it was told.
    """

    def __init__(self, world: World, order: WorkOrder) -> None:
        self._world = world
        self._order = order
        self._alive = True
        self._story = self._run()

    async def event(self) -> Mapping[str, Any] | None:
        """Return what it says next, None where it has ended."""
        return await anext(self._story, None)

    async def stop(self) -> None:
        """End at once: all that a year needs."""
        await self.kill()

    async def kill(self) -> None:
        """End at once, and with it the lease."""
        self._alive = False
        if self._world.holder is self:
            self._world.holder, self._world.broken = None, True

    async def _run(self) -> Any:
        world, order = self._world, self._order
        await asyncio.sleep(world.chance.uniform(0.5, 2.0))
        taken = order.resumed is None and order.slot is not None and world.slots.find(order.slot) is not None
        if world.holder is not None or taken:
            world.note("busy" if not taken else "came too late")
            yield {"event": "busy"}
            return
        world.holder = self
        if world.broken:
            world.broken = bool(world.journal.close_abandoned(but=order.resumed)) and order.resumed is not None
        number, failed = order.resumed, set[str]()
        if number is None:
            if order.slot is not None and world.slots.find(order.slot) is not None:
                world.again.append(order.slot)
            number = world.journal.begin(trigger=order.trigger, holder="virtual", slot=order.slot)
            world.revisions["cycles"] += 1
            yield {"event": "began", "cycle": number}
        else:
            failed = {one.name for one in world.journal.steps(number) if one.outcome is Outcome.FAILED}
        for name in NAMES:
            if name not in failed:
                yield {"event": "step", "name": name}
                went_well = await self._step(name)
                if went_well is None:
                    return
                if not went_well:
                    failed.add(name)
                yield {"event": "step-ended", "record": self._record(name, well=went_well)}
        yield {"event": "ended", "end": self._end(number, failed)}
        world.holder = None

    async def _step(self, name: str) -> bool | None:
        """Go through a step: True where it succeeded, None where the process died in it."""
        world, chance = self._world, self._world.chance.random()
        await asyncio.sleep(world.chance.uniform(1.0, 60.0))
        if chance < FAILS:
            world.note("step failed", step=name)
            return False
        if chance < FAILS + HANGS:
            world.note("step hung", step=name)
            await asyncio.sleep(1e9)
        if chance < FAILS + HANGS + DIES:
            world.note("process died", step=name)
            return None
        if chance < FAILS + HANGS + DIES + OVERRUNS and name == "ask":
            world.note("overran")
            await asyncio.sleep(world.chance.uniform(3600.0, 2.5 * 3600))
        return True

    def _record(self, name: str, *, well: bool) -> StepRecord:
        now = self._world.clock.now()
        outcome = Outcome.DONE if well else Outcome.FAILED
        return StepRecord(name=name, started_at=now, ended_at=now, outcome=outcome, message="")

    def _end(self, number: int, failed: set[str]) -> CycleEnd:
        world, slot = self._world, self._order.slot
        made: int | None = None
        if not failed and slot is not None and world.chance.random() < PUBLISHES:
            made = world.publish(slot)
        outcome = Outcome.FAILED if failed else Outcome.UNCHANGED if made is None else Outcome.DONE
        world.journal.end(CycleReport(number=number, outcome=outcome, edition=None, steps=()))
        if failed:
            return CycleEnd(outcome=SlotOutcome.FAILED, code="internal", reason="x", cycle=number, edition=None)
        return CycleEnd(outcome=SlotOutcome.DONE, code="", reason="x", cycle=number, edition=made)


class Replica:
    """One machine that runs the service: it crashes every other day or so, and comes back after a pause.

    Args:
        world: What it shares with the others.
        name: Told in the trace.
    """

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self.name = name
        self.down = asyncio.Event()
        self.longest_gap = 0.0
        self._looked: float | None = None
        self._checks = 0

    async def live(self) -> None:
        """Start, crash, wait and start again, for ever."""
        world = self._world
        while True:
            await self._one_life(world.chance.expovariate(1 / timedelta(days=2).total_seconds()))
            long = world.chance.random() < 0.04  # an outage; otherwise somebody starts it again within minutes
            pause = world.chance.uniform(1800, 5 * 3600) if long else world.chance.uniform(1, 300)
            world.note("outage" if long else "crash", replica=self.name, seconds=round(pause))
            self._looked = None
            await asyncio.sleep(pause)

    async def _one_life(self, seconds: float) -> None:
        alive = [True]
        processes: list[VirtualProcess] = []
        world = self._world

        def part(real: object) -> Any:
            return Mortal(real, world, lambda: alive[0])

        async def start(order: WorkOrder) -> VirtualProcess:
            if not alive[0]:
                raise OSError(3, "dead")
            processes[:] = [VirtualProcess(world, order)]
            return processes[0]

        supervisor = Supervisor(
            start,
            journal=part(world.journal),
            clock=world.clock,
            deadlines=DEADLINES,
            in_thread=at_once,
            on_step=lambda _record: None,
        )
        schedule = ScheduleLoop(
            slots=part(world.slots),
            editions=part(world.editions),
            runner=supervisor,
            clock=world.clock,
            in_thread=at_once,
            on_cycle=lambda outcome, _seconds: world.note(f"cycle {outcome}"),
        )
        monitor = HealthMonitor(lambda: self._facts(schedule), health_log=self, clock=world.clock, in_thread=at_once)
        tasks = [asyncio.create_task(schedule.run()), asyncio.create_task(monitor.run())]
        await asyncio.sleep(seconds)
        assert not any(task.done() for task in tasks), "a loop has ended"
        alive[0] = False
        for process in processes:  # its standard input is closed by its parent's death
            await process.kill()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    def note_health(self, check: HealthCheck) -> None:
        """Measure the gap since the last check; write some of them."""
        now = self._world.loop.time()
        if self._looked is not None:
            self.longest_gap = max(self.longest_gap, now - self._looked)
        self._looked = now
        self._checks += 1
        if self._checks % KEPT_CHECKS == 0:
            self._world.services.note_health(check)

    def _facts(self, schedule: ScheduleLoop) -> Facts:
        silent = None if schedule.ticked_at is None else self._world.loop.time() - schedule.ticked_at
        return Facts(
            trouble=(), free_bytes=None, served=1, serve_trouble="", newest_edition_at=None, good_at=None,
            holder=None, holder_lacks="", last_released=None, slots=(), paused=False, schedule_failing="",
            schedule_silent_seconds=silent, silence_allowed_seconds=DEADLINES.cycle_seconds,
        )  # fmt: skip


def states_of(world: World) -> tuple[SlotRecord, ...]:
    """Return every state, oldest first."""
    return tuple(reversed(world.slots.last(100_000)))
