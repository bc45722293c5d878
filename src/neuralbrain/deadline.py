"""Ends what takes too long, from within its own process: a timer of the operating system."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator


class _Shield:
    """What must not be struck in the middle; one for the process, as the timer signal is."""

    depth = 0
    pending: type[BaseException] | None = None


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

    signal.signal(signal.SIGALRM, lambda _signal, _frame: strike(DeadlineReached))
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        disarm()
        if _SHIELD.pending is DeadlineReached:  # what was being written is written: the block is done
            _SHIELD.pending = None


def interrupt_between_blocks(*signals: signal.Signals) -> None:
    """Let signals interrupt this process as Ctrl-C does, but never in a block that must not be broken."""
    for one in signals:
        signal.signal(one, lambda _signal, _frame: strike(KeyboardInterrupt))


def strike(kind: type[BaseException]) -> None:
    """Raise now, or at the end of a block that must not be broken in the middle; an interruption before a deadline.

    Raises:
        BaseException: Of that kind.
    """
    if not _SHIELD.depth:
        raise kind
    if _SHIELD.pending is not KeyboardInterrupt:
        _SHIELD.pending = kind


def disarm() -> None:
    """Stop the timer; whoever catches ``DeadlineReached`` does so too, because it may have struck before this here."""
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 0)


def take_effect() -> None:
    """Let an interruption that was held back take effect.

    Raises:
        KeyboardInterrupt: If one was.
    """
    if not _SHIELD.depth and _SHIELD.pending is KeyboardInterrupt:
        _SHIELD.pending = None
        raise KeyboardInterrupt


@contextlib.contextmanager
def unstruck(*, hold: bool = False) -> Iterator[None]:
    """Run a block that neither a deadline nor an interruption may break in the middle; it comes at the block's end.

    A connection that is struck while a pool hands it out is lost for good. Who hangs inside such a block is ended with
    its process.

    Args:
        hold: Hold it back beyond the block's end, until the next such block or ``take_effect``: what was written is to
            be noted as written before anything else happens.

    Raises:
        DeadlineReached: At the end, if it was due meanwhile.
        KeyboardInterrupt: At the end, if it came meanwhile.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _SHIELD.depth += 1
    try:
        yield
    finally:
        _SHIELD.depth -= 1
        if not hold and not _SHIELD.depth and (pending := _SHIELD.pending) is not None:
            _SHIELD.pending = None
            raise pending
