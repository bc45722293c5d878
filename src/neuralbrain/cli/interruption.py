"""What becomes of Ctrl-C: one sentence and the exit code that shells have for it."""

from __future__ import annotations

import contextlib
import signal
import sys

INTERRUPTED = 128 + signal.SIGINT


def end_interrupted() -> int:
    """Say that nothing half-done was published, and return the exit code; a second Ctrl-C changes nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write("Stopped. Nothing half-done was published.\n")
            sys.stderr.flush()
    return INTERRUPTED
