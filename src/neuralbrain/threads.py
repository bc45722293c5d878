"""How loops call what may wait for a disk: away from the event loop, so that answers do not wait with it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

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
        except Exception as error:  # noqa: BLE001 - handed on to whoever waits
            ended.set_exception(error)
        with contextlib.suppress(RuntimeError):  # the loop has been closed: nobody waits any more
            loop.call_soon_threadsafe(settle, ended)

    threading.Thread(target=work, name="off-the-loop", daemon=True).start()
    return await done
