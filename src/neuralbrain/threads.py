"""How loops call what may wait for a disk: away from the event loop, so that answers do not wait with it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar, cast

Value = TypeVar("Value")


class InThread(Protocol):
    """Runs a call away from the event loop."""

    def __call__(self, call: Callable[[], Value], /) -> Awaitable[Value]:
        """Return what the call returns."""
        ...


async def in_daemon_thread(call: Callable[[], Value], /) -> Value:
    """Run a call in a thread of its own and return what it returns.

    The thread is a daemon: one that hangs on a dead disk neither uses up a pool nor keeps the process from ending.
    Who waits for it says how long.

    Raises:
        Exception: Whatever the call raises.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Value] = loop.create_future()

    def settle(ended: concurrent.futures.Future[Value]) -> None:
        failure = ended.exception()
        if done.cancelled():
            return
        if failure is None:
            done.set_result(ended.result())
        else:
            done.set_exception(failure)

    def work() -> None:
        ended: concurrent.futures.Future[Value] = concurrent.futures.Future()
        try:
            ended.set_result(call())
        except (StopIteration, KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError) as error:
            # A future takes these for something else than a failure of what was called.
            ended.set_exception(RuntimeError(f"an unexpected {type(error).__name__} ended the call"))
        except Exception as error:  # noqa: BLE001 - handed on to whoever waits
            ended.set_exception(error)
        with contextlib.suppress(RuntimeError):  # the loop has been closed: nobody waits any more
            loop.call_soon_threadsafe(settle, ended)

    threading.Thread(target=work, name="off-the-loop", daemon=True).start()
    return await done


def being_cancelled() -> bool:
    """Return whether somebody asked for the running task to end; else a cancellation is a fault of what it called."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class OneAtATime:
    """Runs one caller's calls in daemon threads, one at a time.

    While one still hangs, the next fails at once: threads must not pile up behind a disk that does not answer.
    """

    def __init__(self) -> None:
        self._running: asyncio.Task[object] | None = None

    async def __call__(self, call: Callable[[], Value], /) -> Value:
        """Return what a call returns.

        Raises:
            TimeoutError: If an earlier one still runs.
        """
        if self._running is not None and not self._running.done():
            raise TimeoutError("an earlier call still waits")
        running = asyncio.create_task(in_daemon_thread(call))
        self._running = cast("asyncio.Task[object]", running)
        running.add_done_callback(_seen)
        return await asyncio.shield(running)


def _seen(ended: asyncio.Task[Value]) -> None:
    """Take note of how a call ended that nobody waits for any more."""
    if not ended.cancelled():
        ended.exception()
