"""Ends what takes too long, from within its own process: a timer of the operating system."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

AGAIN_SECONDS = 1.0  # the timer strikes again until the block has ended: one strike can fall where it is swallowed


class DeadlineReached(BaseException):
    """A block took longer than it may; like an interruption, it passes every ``except Exception``."""


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Run a block, and end it where it takes longer than that.

    Only the main thread can be ended so; elsewhere the block runs as long as it will. What waits inside a foreign
    library without ever returning to Python is not ended either: who starts the process watches over that.

    Args:
        seconds: How long it may take, above 0.

    Raises:
        DeadlineReached: If it took longer.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def strike(_signal: int, _frame: object) -> None:
        raise DeadlineReached

    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
