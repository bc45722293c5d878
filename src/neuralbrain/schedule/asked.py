"""Runs a cycle when somebody asks for one, beside the schedule and never at once with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from neuralbrain.domain.cycle_end import CycleEnd
from neuralbrain.errors import NeuralBrainError, RunnerBusyError, ServiceBusyError
from neuralbrain.ports import Clock
from neuralbrain.schedule.order import CycleRunner, WorkOrder
from neuralbrain.threads import InThread, being_cancelled

log = structlog.get_logger()

TRIGGER = "manual"  # as on the command line
BEGIN_SECONDS = 20.0  # that who asks waits for the number of the cycle: its process loads everything first
STORE_SECONDS = 5.0  # for a look at who runs a cycle


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A cycle that somebody asked for.

    Args:
        order: What is to be run.
        begun: Its number once it has one, or why it never will.
    """

    order: WorkOrder
    begun: asyncio.Future[int | NeuralBrainError]


class AskedCycles:
    """Runs what is asked for, one at a time.

    Args:
        make_runner: Makes what runs cycles and is told of each number.
        is_busy: Whether a cycle runs, in this process or another; may wait for a disk.
        in_thread: Runs what may wait for a disk.
        clock: Tells how long one took.
        on_cycle: Told of every cycle that ended: its outcome and how long it took, seconds.
    """

    def __init__(
        self,
        make_runner: Callable[[Callable[[int], None]], CycleRunner],
        *,
        is_busy: Callable[[], bool],
        in_thread: InThread,
        clock: Clock,
        on_cycle: Callable[[str, float], None],
    ) -> None:
        self._runner = make_runner(self._began)
        self._is_busy = is_busy
        self._in_thread = in_thread
        self._clock = clock
        self._on_cycle = on_cycle
        self._waiting: asyncio.Queue[_Asked] = asyncio.Queue()
        self._current: _Asked | None = None

    @property
    def is_running(self) -> bool:
        """Return whether one is asked for and has not ended."""
        return self._current is not None

    async def begin(self, *, again: bool) -> int | None:
        """Begin a cycle, and return its number; None where it has not begun within some seconds, and may yet.

        Args:
            again: Whether it asks although nothing has changed.

        Raises:
            RunnerBusyError: If one runs already, here or in another process.
            ServiceBusyError: If it could not begin.
        """
        if self._current is not None:
            raise _busy()
        asked = _Asked(order=WorkOrder(trigger=TRIGGER, again=again), begun=asyncio.get_running_loop().create_future())
        self._current = asked  # before anything is waited for, so that of two who ask at once one is refused
        try:
            busy = await asyncio.wait_for(self._in_thread(self._is_busy), STORE_SECONDS)
        except TimeoutError:
            self._current = None
            raise _not_begun("the database does not answer") from None
        except BaseException:
            self._current = None
            raise
        if busy:
            self._current = None
            raise _busy()
        self._waiting.put_nowait(asked)
        done, _ = await asyncio.wait({asked.begun}, timeout=BEGIN_SECONDS)
        if not done:
            return None
        came_to = asked.begun.result()
        if isinstance(came_to, NeuralBrainError):
            raise came_to
        return came_to

    async def run(self) -> None:
        """Run what is asked for, for ever."""
        while True:
            asked = await self._waiting.get()
            try:
                await self._run(asked)
            finally:
                _settle(asked, _not_begun("the service is being stopped"))
                self._current = None

    async def _run(self, asked: _Asked) -> None:
        began = self._clock.uptime_seconds()
        ended: CycleEnd | None = None
        try:
            ended = await self._runner.run(asked.order)
        except (Exception, asyncio.CancelledError) as error:  # the edge of the cycle: the loop lives on
            if being_cancelled():
                raise
            log.exception("cycle-broke")
            _settle(asked, _not_begun(type(error).__name__))
            return
        if ended is None:
            _settle(asked, _busy())
            return
        _settle(asked, _not_begun(ended.code))
        if ended.cycle is not None:
            self._on_cycle(ended.outcome.value, self._clock.uptime_seconds() - began)

    def _began(self, number: int) -> None:
        if self._current is not None:
            _settle(self._current, number)


def _settle(asked: _Asked, came_to: int | NeuralBrainError) -> None:
    if not asked.begun.done():
        asked.begun.set_result(came_to)


def _busy() -> RunnerBusyError:
    return RunnerBusyError("A cycle runs already.", remedy="/api/cycles shows it; ask again once it has ended.")


def _not_begun(why: str) -> ServiceBusyError:
    return ServiceBusyError(
        f"The cycle could not begin ({why}).",
        remedy="Try again; the log of the service says more.",
        code="cycle-not-begun",
    )
