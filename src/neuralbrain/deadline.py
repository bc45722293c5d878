"""Ends what takes too long, from within its own process: a timer of the operating system."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator


class _Shield:
    """What must not be struck in the middle; one for the process, as the timer signal is."""

    depth = 0
    struck = False


_SHIELD = _Shield()
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
        if _SHIELD.depth:
            _SHIELD.struck = True
        else:
            raise DeadlineReached

    _SHIELD.struck = False
    signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        disarm()


def disarm() -> None:
    """Stop the timer; whoever catches ``DeadlineReached`` does so too, because it may have struck before this here."""
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def unstruck() -> Iterator[None]:
    """Run a block that a deadline must not break in the middle, and let it strike at the block's end.

    A connection that is struck while a pool hands it out is lost for good. Who hangs inside such a block is ended with
    its process.

    Raises:
        DeadlineReached: At the end, if it was due meanwhile.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _SHIELD.depth += 1
    try:
        yield
    finally:
        _SHIELD.depth -= 1
        if _SHIELD.struck and not _SHIELD.depth:
            _SHIELD.struck = False
            raise DeadlineReached
