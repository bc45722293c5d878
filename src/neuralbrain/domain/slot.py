"""The hours of the schedule: when one begins, and the one state in which each ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

HOURLY = 3600  # seconds between two slots, unless an operator changed it
DAY_SECONDS = 86_400


class SlotOutcome(StrEnum):
    """How a slot ended."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class SlotCode(StrEnum):
    """Why a slot was skipped or failed, where no error of a step says it."""

    NOT_RUNNING = "service-not-running"
    PAUSED = "schedule-paused"
    OVERRAN = "cycle-overran"
    BUSY = "runner-busy"
    CLOCK_JUMPED = "clock-jumped"
    STORE_FAILED = "store-failed"
    INTERRUPTED = "cycle-interrupted"
    DEADLINE = "cycle-deadline"
    PROCESS_DIED = "step-process-died"
    STEP_DEADLINE = "step-deadline"
    READING_OVER = "reading-over"


REASONS = {
    SlotCode.NOT_RUNNING: "No service was running, or the machine slept.",
    SlotCode.PAUSED: "The schedule was paused.",
    SlotCode.OVERRAN: "The cycle before it was still running.",
    SlotCode.BUSY: "Another process ran a cycle all the time.",
    SlotCode.CLOCK_JUMPED: "The clock was set forward over it.",
    SlotCode.STORE_FAILED: "The database could not be used.",
    SlotCode.INTERRUPTED: "The process that ran it ended in the middle.",
    SlotCode.DEADLINE: "The cycle took longer than a cycle may, and was ended.",
    SlotCode.PROCESS_DIED: "The process that ran the step died.",
    SlotCode.STEP_DEADLINE: "The step took longer than it may, and was ended.",
    SlotCode.READING_OVER: "Other feeds took all the time there is for reading in one cycle.",
}
"""What each code says, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRecord:
    """The one state in which a slot ended.

    Args:
        slot: When the slot began, UTC; its identity.
        outcome: done, failed or skipped.
        code: Why, where it is not simply done: an error code or a ``SlotCode``; else empty.
        reason: The same in one sentence.
        recorded_at: When this was written down.
        cycle: Number of the last cycle that was run for it, None where none was.
        edition: Number of the edition it published, None where none was.
    """

    slot: datetime
    outcome: SlotOutcome
    code: str
    reason: str
    recorded_at: datetime
    cycle: int | None = None
    edition: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How often cycles are due, from a moment on.

    Args:
        number: Grows with each change; 0 is the schedule that nobody has changed.
        since: From when it holds, UTC.
        interval_seconds: Seconds between two slots; divides a day.
        paused: Whether no cycle is run.
        reason: Why it was changed.
        actor: Who changed it.
    """

    number: int
    since: datetime
    interval_seconds: int
    paused: bool
    reason: str
    actor: str


UNCHANGED_SCHEDULE = Schedule(
    number=0,
    since=datetime.min.replace(tzinfo=UTC),
    interval_seconds=HOURLY,
    paused=False,
    reason="hourly from the start",
    actor="neuralbrain",
)


def slot_at(moment: datetime, interval_seconds: int) -> datetime:
    """Return the slot that a moment lies in: the last whole multiple of the interval since midnight, UTC.

    Seconds since 1970 are counted, never local time: no zone and no daylight saving can move a slot.

    Args:
        moment: Any aware time.
        interval_seconds: Seconds between two slots; divides a day.

    >>> slot_at(datetime(2026, 3, 29, 1, 59, 59, tzinfo=UTC), 3600)
    datetime.datetime(2026, 3, 29, 1, 0, tzinfo=datetime.timezone.utc)
    """
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    seconds = (moment - epoch) // timedelta(seconds=1)
    return epoch + timedelta(seconds=seconds - seconds % interval_seconds)


def require_interval(interval_seconds: int) -> int:
    """Return an interval that slots can have.

    Raises:
        ValueError: If it is not a whole number of minutes that divides a day: slots must fall on the same times
            each day, whenever the service was started.

    >>> require_interval(900)
    900
    """
    if (
        interval_seconds < 60
        or interval_seconds % 60
        or interval_seconds > DAY_SECONDS
        or DAY_SECONDS % interval_seconds
    ):
        raise ValueError(
            f"an interval is a whole number of minutes that divides a day, such as 15, 60 or 360; "
            f"not {interval_seconds / 60:g}"
        )
    return interval_seconds
