"""The only place that reads a clock: wall time for what is said, uptime for leases."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """Return the wall time, aware, UTC, to the microsecond."""
        return datetime.now(UTC)

    def uptime_seconds(self) -> float:
        """Return seconds since boot, sleep included, never set back while the machine runs.

        Leases are measured with it: a step of the wall clock must neither end nor prolong one. On Linux
        CLOCK_MONOTONIC stops while the machine sleeps, so CLOCK_BOOTTIME is used; macOS counts sleep in
        CLOCK_MONOTONIC and has no CLOCK_BOOTTIME.
        """
        return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass."""
        time.sleep(seconds)
