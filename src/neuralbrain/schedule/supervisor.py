"""Runs each cycle in a process of its own, and outlives whatever happens to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog

from neuralbrain.domain.cycle_end import CycleEnd
from neuralbrain.domain.journal import CycleReport, Outcome, StepRecord
from neuralbrain.domain.slot import REASONS, SlotCode, SlotOutcome
from neuralbrain.domain.step import Deadlines
from neuralbrain.errors import NeuralBrainError
from neuralbrain.ports import Clock, Journal
from neuralbrain.schedule.order import WorkOrder
from neuralbrain.threads import InThread

log = structlog.get_logger()
Value = TypeVar("Value")

GRACE_SECONDS = 10.0  # a step ends itself at its deadline; one that does not within this is ended with its process
START_SECONDS = 120.0  # from the start of a process to its first step: imports, lease; a cold disk is slow
END_SECONDS = 60.0  # from the last step to the end
MOST_PROCESSES = 10  # for one cycle: each one more has one step less to try


class CycleProcess(Protocol):
    """A process that runs one cycle."""

    async def event(self) -> Mapping[str, Any] | None:
        """Return what it says next, None where it has ended."""
        ...

    async def stop(self) -> None:
        """Let it end in order, and end it where that takes too long."""
        ...

    async def kill(self) -> None:
        """End it at once, and wait until it has."""
        ...


class Start(Protocol):
    """Starts a process for a cycle."""

    async def __call__(self, order: WorkOrder) -> CycleProcess:
        """Return the started process.

        Raises:
            OSError: If the machine cannot start one.
        """
        ...


@dataclass(slots=True, kw_only=True)
class _Followed:
    """What is known of a process while it runs.

    Args:
        cycle: Number of its cycle, None before it began.
        step: The step it is at, None between steps.
        since: When that step began, wall time.
        end: What it said at its end.
        busy: Whether another process runs a cycle.
        hung: Whether it had to be ended.
    """

    cycle: int | None
    step: str | None = None
    since: datetime | None = None
    end: CycleEnd | None = None
    busy: bool = False
    hung: bool = False


class Supervisor:
    """Runs cycles, one process each.

    A step that hangs beyond all reach, or that takes its process with it, is recorded as failed; the cycle is then
    taken up again in another process, without that step.

    Args:
        start: Starts a process.
        journal: Where cycles are recorded.
        clock: Tells when.
        deadlines: How long steps and cycles may take.
        in_thread: Runs what may wait for a disk.
        on_step: Told of every step that ended.
        on_begin: Told the number of every cycle that began.
    """

    def __init__(
        self,
        start: Start,
        *,
        journal: Journal,
        clock: Clock,
        deadlines: Deadlines,
        in_thread: InThread,
        on_step: Callable[[StepRecord], None],
        on_begin: Callable[[int], None] = lambda _number: None,
    ) -> None:
        self._start = start
        self._journal = journal
        self._clock = clock
        self._deadlines = deadlines
        self._in_thread = in_thread
        self._on_step = on_step
        self._on_begin = on_begin

    async def run(self, order: WorkOrder) -> CycleEnd | None:
        """Run one cycle to its end, whatever happens to it; None where another process runs one."""
        until = asyncio.get_running_loop().time() + self._deadlines.cycle_seconds
        seen = _Followed(cycle=order.resumed)
        for _ in range(MOST_PROCESSES):
            seen = await self._one_process(replace(order, resumed=seen.cycle), until=until)
            if seen.busy:
                return None
            if seen.end is not None:
                return seen.end
            if seen.cycle is None:
                return _failed(SlotCode.PROCESS_DIED, None)
            late = asyncio.get_running_loop().time() >= until
            if seen.step is None and not late:
                late = seen.hung  # it hangs between steps: there is nothing to leave out
            if seen.step is not None:
                await self._note_failed_step(seen)
            if late:
                return await self._give_up(seen.cycle, SlotCode.DEADLINE)
        return await self._give_up(seen.cycle or 0, SlotCode.PROCESS_DIED)

    async def _one_process(self, order: WorkOrder, *, until: float) -> _Followed:
        """Start a process and follow it to its end, or to the moment when it has to be ended."""
        seen = _Followed(cycle=order.resumed)
        try:
            process = await self._start(order)
        except OSError as error:
            log.error("cycle-process-not-started", why=error.strerror)  # noqa: TRY400 - the machine's words are all
            reason = f"No process could be started: {error.strerror or type(error).__name__}."
            seen.end = CycleEnd(
                outcome=SlotOutcome.FAILED, code=SlotCode.PROCESS_DIED.value, reason=reason, cycle=None, edition=None
            )
            return seen
        try:
            await self._follow(process, seen, until=until)
        except asyncio.CancelledError:  # the service is being stopped
            await process.stop()
            raise
        finally:
            await process.kill()
        return seen

    async def _follow(self, process: CycleProcess, seen: _Followed, *, until: float) -> None:
        loop = asyncio.get_running_loop()
        limit = loop.time() + START_SECONDS
        while True:
            try:
                async with asyncio.timeout_at(min(limit, until + GRACE_SECONDS)):
                    event = await process.event()
            except TimeoutError:
                log.error("cycle-process-hangs", cycle=seen.cycle, step=seen.step)  # noqa: TRY400 - no fault of ours
                seen.hung = True
                return
            if event is None:
                return
            limit = loop.time() + self._heed(event, seen)

    def _heed(self, event: Mapping[str, Any], seen: _Followed) -> float:
        """Take in what a process says, and return how long it may be silent now, seconds."""
        match event:
            case {"event": "began", "cycle": int(number)}:
                seen.cycle = number
                self._on_begin(number)
                return START_SECONDS
            case {"event": "step", "name": str(name)}:
                seen.step, seen.since = name, self._clock.now()
                return self._deadlines.of(name) + GRACE_SECONDS
            case {"event": "step-ended", "record": StepRecord() as record}:
                seen.step = None
                self._on_step(record)
                return END_SECONDS
            case {"event": "ended", "end": CycleEnd() as end}:
                seen.end, seen.step = end, None
                return END_SECONDS
            case {"event": "busy"}:
                seen.busy = True
                return END_SECONDS
            case _:
                log.warning("cycle-process-said-rubbish", cycle=seen.cycle)
                return END_SECONDS

    async def _note_failed_step(self, seen: _Followed) -> None:
        """Record the step that hung or took its process with it."""
        code = SlotCode.STEP_DEADLINE if seen.hung else SlotCode.PROCESS_DIED
        now = self._clock.now()
        record = StepRecord(
            name=seen.step or "",
            started_at=seen.since or now,
            ended_at=now,
            outcome=Outcome.FAILED,
            message=REASONS[code],
            code=code.value,
            remedy="The next cycle tries it again; the log of this moment says more.",
        )
        self._on_step(record)
        await self._remember(partial(self._journal.step, seen.cycle or 0, record))

    async def _give_up(self, cycle: int, code: SlotCode) -> CycleEnd:
        report = CycleReport(number=cycle, outcome=Outcome.FAILED, edition=None, steps=())
        await self._remember(partial(self._journal.end, report))
        return _failed(code, cycle)

    async def _remember(self, write: Callable[[], None]) -> None:
        """Write to the journal; a journal that cannot be written must not end the loop."""
        try:
            await asyncio.wait_for(self._in_thread(write), END_SECONDS)
        except (NeuralBrainError, TimeoutError) as error:
            log.warning("journal-unwritten", why=str(error))


def _failed(code: SlotCode, cycle: int | None) -> CycleEnd:
    return CycleEnd(outcome=SlotOutcome.FAILED, code=code.value, reason=REASONS[code], cycle=cycle, edition=None)
