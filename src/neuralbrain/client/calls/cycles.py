"""The calls about cycles; written by ``make docs``."""

from __future__ import annotations

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import BegunShape, CyclesShape, CycleWithSteps, ScheduleChangeShape


class CyclesCalls:
    """The calls about cycles."""

    @method
    def cycles(self, *, limit: int | None = None, before: int | None = None) -> Call[CyclesShape]:
        """The last cycles and slots, newest first, the schedule that holds, and when the next cycle is due.

        ``GET /api/cycles``.

        Args:
            limit: How many, newest first.
            before: Only cycles with a lower number.
        """
        return asking("GET", "/api/cycles", query={"limit": limit, "before": before})

    @method
    def run_cycle(self, *, again: bool | None = None) -> Call[BegunShape]:
        """Run a cycle now, unless one runs already; it goes on after this answer.

        ``POST /api/cycles``. Needs a token.

        Args:
            again: Ask and publish even though nothing has changed.
        """
        return asking("POST", "/api/cycles", body={"again": again}, answered=(202,))

    @method
    def cycle(self, number: int) -> Call[CycleWithSteps]:
        """One cycle with its steps.

        ``GET /api/cycles/{number}``.

        Args:
            number: Its number.
        """
        return asking("GET", "/api/cycles/{number}", where={"number": number})

    @method
    def pause_schedule(self, *, reason: str) -> Call[ScheduleChangeShape]:
        """Run no cycle by itself until the schedule is resumed; what is published stays up.

        ``POST /api/schedule/pause``. Needs a token.

        Args:
            reason: Why, in one sentence; the audit trail keeps it.
        """
        return asking("POST", "/api/schedule/pause", body={"reason": reason})

    @method
    def resume_schedule(self, *, reason: str) -> Call[ScheduleChangeShape]:
        """Run cycles by the schedule again.

        ``POST /api/schedule/resume``. Needs a token.

        Args:
            reason: Why, in one sentence; the audit trail keeps it.
        """
        return asking("POST", "/api/schedule/resume", body={"reason": reason})
