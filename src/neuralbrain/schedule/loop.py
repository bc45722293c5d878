"""The loop around the clock: sees every slot end in exactly one recorded state, and never ends itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TypeVar

import structlog

from neuralbrain.domain.cycle_end import CycleEnd
from neuralbrain.domain.slot import REASONS, Schedule, SlotCode, SlotOutcome, SlotRecord
from neuralbrain.errors import NeuralBrainError, StoreError
from neuralbrain.ports import Clock, Editions, Slots
from neuralbrain.schedule.due import Plan, missed_slots, plan_of, schedule_at
from neuralbrain.schedule.order import CycleRunner, WorkOrder
from neuralbrain.threads import InThread, being_cancelled

log = structlog.get_logger()
Value = TypeVar("Value")

LOOK_SECONDS = 5.0  # a change of the schedule, a clock that was set and a lease that was given back are seen by then
LONGEST_PAUSE_SECONDS = 60.0  # after a tick that failed; doubled from one second
STORE_SECONDS = 60.0  # the database answers in milliseconds, or waits its busy timeout; beyond that the disk hangs
UNSEEN_SECONDS = LOOK_SECONDS + STORE_SECONDS  # before a failure is noticed: the wait for a look, and the look
MOST_ATTEMPTS = 3  # cycles begun for one slot: what kills its process each time must not be tried for ever
JUMP_SECONDS = 60.0  # a difference between wall time and uptime beyond what a clock that is being set smoothly shows
MISSED_AT_ONCE = 5000  # slots written between two looks at whether the loop is to end
BEGUN_AGAIN = frozenset({"store-unavailable", "store-full", "store-read-only", "lock-contention"})
BEGIN_AGAIN_SECONDS = 30.0  # between attempts to begin a cycle that could not: each costs a process


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """When the loop looked at the clock."""

    now: datetime
    uptime: float


class ScheduleLoop:
    """Runs what is due.

    Args:
        slots: The hours and their states.
        editions: Says whether a slot's edition is published already.
        runner: Runs a cycle.
        clock: Wall time and uptime.
        in_thread: Runs what may wait for a disk, away from the event loop.
        on_cycle: Told of every cycle that ended: its outcome and how long it took, seconds.
        is_busy: Says whether another process runs a cycle, so that none is started in vain.
    """

    def __init__(
        self,
        *,
        slots: Slots,
        editions: Editions,
        runner: CycleRunner,
        clock: Clock,
        in_thread: InThread,
        on_cycle: Callable[[str, float], None],
        is_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._slots = slots
        self._editions = editions
        self._runner = runner
        self._clock = clock
        self._in_thread = in_thread
        self._on_cycle = on_cycle
        self._is_busy = is_busy
        self._owed: dict[datetime, SlotRecord] = {}  # states that could not be written yet
        self._windows: list[tuple[datetime, datetime, SlotCode]] = []  # why slots within them were not run
        self._looked: _Look | None = None
        self._first_seen: datetime | None = None  # the first slot of a schedule that has no state at all yet
        self._ran_at: float | None = None  # uptime at the last cycle's start
        self._failing_since: datetime | None = None  # since when ticks fail
        self.next_slot: datetime | None = None
        self.ticked_at: float | None = None
        self.running: WorkOrder | None = None
        self.failing = ""  # the code of what the last tick failed by, empty where it did not

    async def run(self) -> None:
        """Tick for ever; whatever a tick raises is logged, and the next one comes."""
        pause = 1.0
        while True:
            try:
                wait = await self.tick()
                pause, self.failing = 1.0, ""
            except (Exception, asyncio.CancelledError) as error:
                if being_cancelled():
                    raise
                code = error.error_code if isinstance(error, NeuralBrainError) else NeuralBrainError.code
                log.exception("schedule-tick-failed", code=code, pause_seconds=pause)
                self.failing = code
                # It failed since some moment after the last look: the slot that began then was not run for that reason.
                self._failing_since = self._failing_since or self._clock.now() - timedelta(seconds=UNSEEN_SECONDS)
                wait, pause = pause, min(2 * pause, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(wait)

    async def tick(self) -> float:
        """Record what was missed, run what is due, and return how long to wait for the next look, seconds."""
        now, uptime = self._clock.now(), self._clock.uptime_seconds()
        self.ticked_at = uptime
        self._notice_jump(now, uptime)
        await self._pay()
        schedules = await self._read(self._slots.schedules)
        newest = await self._read(lambda: self._slots.newest(at_most=now))
        plan = plan_of(schedules, newest=newest, now=now)
        self.next_slot = plan.next_slot
        if newest is None and self._first_seen is None:
            self._first_seen = plan.current
        await self._record_missed(plan, schedules, now=now)
        wait = min(LOOK_SECONDS, max((plan.next_slot - now).total_seconds(), 0.0))
        if plan.paused:
            if plan.due is not None:
                self._explain(plan.due, plan.due, SlotCode.PAUSED)
            return wait
        if plan.due is not None:
            return await self._run_due(plan.due, wait=wait)
        if await self._extra_is_due(plan, interval_seconds=schedules[-1].interval_seconds):
            await self._run(WorkOrder(trigger="extra"))
        return wait

    async def _run_due(self, slot: datetime, *, wait: float) -> float:
        """Run the cycle of a slot and record its state; return how long to wait for the next look."""
        ended = await self._what_is_left(slot)
        if ended is None:
            busy = await self._read(self._is_busy)
            ended = None if busy else await self._run(WorkOrder(trigger="schedule", slot=slot))
            if ended is None:  # another process runs a cycle: the slot stays due until the next one begins
                self._explain(slot, slot, SlotCode.BUSY)
                return wait
            if _did_not_begin(ended):
                self._explain(slot, slot, SlotCode.STORE_FAILED)
                return max(wait, BEGIN_AGAIN_SECONDS)
        published = await self._read(lambda: self._editions.of_slot(slot))
        if published is not None and ended.edition is None:
            after = "" if ended.outcome is SlotOutcome.DONE else f" After that: {ended.reason}"
            reason = f"Edition {published} was published.{after}"
            ended = replace(ended, outcome=SlotOutcome.DONE, code="", reason=reason, edition=published)
        record = SlotRecord(
            slot=slot,
            outcome=ended.outcome,
            code=ended.code,
            reason=ended.reason,
            recorded_at=self._clock.now(),
            cycle=ended.cycle,
            edition=ended.edition,
        )
        self._owed[slot] = record
        await self._pay()
        log.info("slot-ended", slot=slot.isoformat(), outcome=record.outcome.value, code=record.code)
        return 0.0

    async def _what_is_left(self, slot: datetime) -> CycleEnd | None:
        """Return how a slot ended whose cycle was broken off earlier, None where it is to be run."""
        published = await self._read(lambda: self._editions.of_slot(slot))
        if published is not None:
            reason = f"Edition {published} was published."
            cycle = await self._read(lambda: self._slots.last_cycle(slot))
            return CycleEnd(outcome=SlotOutcome.DONE, code="", reason=reason, cycle=cycle, edition=published)
        attempts = await self._read(lambda: self._slots.attempts(slot))
        if attempts < MOST_ATTEMPTS:
            return None
        return CycleEnd(
            outcome=SlotOutcome.FAILED,
            code=SlotCode.INTERRUPTED.value,
            reason=f"{REASONS[SlotCode.INTERRUPTED]} That happened {attempts} times.",
            cycle=await self._read(lambda: self._slots.last_cycle(slot)),
            edition=None,
        )

    async def _run(self, order: WorkOrder) -> CycleEnd | None:
        """Run a cycle, and remember over which time no other could begin."""
        began, self._ran_at, self.running = self._clock.now(), self._clock.uptime_seconds(), order
        try:
            ended = await self._runner.run(order)
        except (Exception, asyncio.CancelledError) as error:  # the edge of the cycle: recorded, and the loop lives on
            if being_cancelled():
                raise
            log.exception("cycle-broke")
            code = error.error_code if isinstance(error, NeuralBrainError) else NeuralBrainError.code
            said = error.happened if isinstance(error, NeuralBrainError) else f"An unexpected {type(error).__name__}."
            ended = CycleEnd(outcome=SlotOutcome.FAILED, code=code, reason=said, cycle=None, edition=None)
        finally:
            self.running = None
        spent = timedelta(seconds=self._clock.uptime_seconds() - self._ran_at)
        if ended is not None and not _did_not_begin(ended):
            self._explain(began, began + spent, SlotCode.OVERRAN)
            self._on_cycle(ended.outcome.value, spent.total_seconds())
        return ended

    async def _extra_is_due(self, plan: Plan, *, interval_seconds: int) -> bool:
        """Return whether a cycle is to be run although its hour has a state.

        The clock was set back into hours that were given up; until they are over nobody would forecast.
        """
        since = self._ran_at
        if since is None:  # this process has not run one yet: count from its first look
            self._ran_at = self._clock.uptime_seconds()
            return False
        if self._clock.uptime_seconds() - since < interval_seconds:
            return False
        state = await self._read(lambda: self._slots.find(plan.current))
        return state is not None and state.outcome is SlotOutcome.SKIPPED

    def _notice_jump(self, now: datetime, uptime: float) -> None:
        """Remember over which hours the clock was set forward since the last look."""
        before, self._looked = self._looked, _Look(now=now, uptime=uptime)
        if before is None:
            return
        expected = before.now + timedelta(seconds=uptime - before.uptime)
        if abs((now - expected).total_seconds()) > JUMP_SECONDS:
            log.warning("clock-jumped", seconds=round((now - expected).total_seconds()))
            self._explain(expected, now, SlotCode.CLOCK_JUMPED)

    async def _record_missed(self, plan: Plan, schedules: Sequence[Schedule], *, now: datetime) -> None:
        """Record every slot between the newest that has a state and the current one, each with its reason.

        Begun ones without a state may lie further back: another service may still have been at them at an earlier look.
        """
        if self._failing_since is not None:
            self._windows = [one for one in self._windows if one[0] != self._failing_since]
            self._explain(self._failing_since, now, SlotCode.STORE_FAILED)
        begun = await self._read(lambda: self._slots.begun_and_open(before=plan.current))
        seen = () if plan.after is not None or self._first_seen is None else (self._first_seen,)
        missed = missed_slots(schedules, plan, since=min((*begun, *seen), default=None))
        while some := [(slot, self._why_missed(slot, schedules)) for slot in islice(missed, MISSED_AT_ONCE)]:
            self.ticked_at = self._clock.uptime_seconds()
            written = await self._read(partial(self._slots.record_missed, some, now=now))
            if written:
                log.warning("slots-missed", count=written, first=some[0][0].isoformat(), code=some[0][1].value)
        self._windows = [one for one in self._windows if one[1] >= plan.current]
        self._failing_since = None

    def _explain(self, begin: datetime, end: datetime, code: SlotCode) -> None:
        """Remember why slots in a stretch of time were not run."""
        if (begin, end, code) not in self._windows:
            self._windows.append((begin, end, code))

    def _why_missed(self, slot: datetime, schedules: Sequence[Schedule]) -> SlotCode:
        """Return why nobody ran a slot."""
        if schedule_at(schedules, slot).paused:
            return SlotCode.PAUSED
        for begin, end, code in self._windows:
            if begin <= slot <= end:
                return code
        return SlotCode.NOT_RUNNING

    async def _pay(self) -> None:
        """Write the states that are owed; one that cannot be written stays owed."""
        for slot, record in sorted(self._owed.items()):
            try:
                await self._read(partial(self._slots.record, record))
            except StoreError as error:
                if error.error_code != StoreError.code:
                    raise
                # It names a cycle or an edition that is no longer there: the database was restored meanwhile.
                log.exception("slot-refers-to-nothing", slot=slot.isoformat())
                await self._read(partial(self._slots.record, replace(record, cycle=None, edition=None)))
            del self._owed[slot]

    async def _read(self, call: Callable[[], Value]) -> Value:
        """Call the database in a thread, and wait so long and no longer."""
        return await asyncio.wait_for(self._in_thread(call), STORE_SECONDS)


def _did_not_begin(ended: CycleEnd) -> bool:
    """Return whether a cycle could not even begin, and may be able to soon."""
    return ended.cycle is None and ended.code in BEGUN_AGAIN
