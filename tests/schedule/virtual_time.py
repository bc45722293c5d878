"""An event loop that does not wait: it jumps to the next timer, so that a year passes in seconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from stand_ins import START

Value = TypeVar("Value")
LEAST_SECONDS = 1e-6  # that two moments of a virtual year are told apart by


class _Selector(selectors.SelectSelector):
    """Looks who is ready, and lets time pass instead of waiting for it."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("nothing will ever happen any more: everybody waits for somebody")
        if not ready and timeout:
            self.passed += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in which only timers make time pass.

    Args:
        stretch: Given how long somebody wants to sleep, says how long it becomes; a busy machine sleeps longer.
    """

    def __init__(self, stretch: Callable[[float], float] = lambda seconds: seconds) -> None:
        self._virtual = _Selector()
        self._stretch = stretch
        super().__init__(self._virtual)
        # asyncio takes timers within a nanosecond for due; after half a year a sum of seconds is coarser than that.
        self._clock_resolution = LEAST_SECONDS

    def time(self) -> float:
        """Return how much time has passed, seconds."""
        return self._virtual.passed

    def call_later(self, delay: float, callback: Callable[..., object], *args: Any, **more: Any) -> asyncio.TimerHandle:
        """Call back after a while, stretched as told."""
        return super().call_later(self._stretch(delay), callback, *args, **more)


class LoopClock:
    """A clock that follows a virtual loop; its wall time can be set, its uptime cannot.

    Args:
        loop: Whose time it tells.
        start: The wall time at the loop's beginning.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, start: datetime = START) -> None:
        self._loop = loop
        self._start = start
        self.jumped = timedelta()

    def now(self) -> datetime:
        """Return the wall time."""
        return self._start + self.jumped + timedelta(seconds=self._loop.time())

    def uptime_seconds(self) -> float:
        """Return the time since boot."""
        return self._loop.time()

    def wait(self, seconds: float) -> None:
        """Refuse: nothing on the loop may block it."""
        raise AssertionError(f"the loop was to be blocked for {seconds} s")


def at_once(call: Callable[[], Value], /) -> asyncio.Future[Value]:
    """Call the database here: what it answers is the same, and no time passes."""
    answered: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
    try:
        answered.set_result(call())
    except Exception as error:  # noqa: BLE001 - handed on to whoever waits
        answered.set_exception(error)
    return answered


def in_virtual_time(loop: VirtualLoop, main: Coroutine[Any, Any, Value]) -> Value:
    """Run to the end, cancel whatever is left, and return what came of it."""
    try:
        return loop.run_until_complete(main)
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
            loop.run_until_complete(asyncio.wait([task]))
        loop.close()
