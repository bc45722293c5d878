"""What the addresses of cycles answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict


class CycleShape(TypedDict):
    """One cycle; one that still runs has no end and no outcome.

    Attributes:
        edition: The edition that was up at its end.
    """

    number: int
    trigger: str
    slot: str | None
    started_at: str
    ended_at: str | None
    outcome: Literal["done", "unchanged", "failed", "skipped"] | None
    edition: int | None


class SlotShape(TypedDict):
    """The one state in which an hour of the schedule ended."""

    slot: str
    outcome: Literal["done", "failed", "skipped"]
    code: str | None
    reason: str
    recorded_at: str
    cycle: int | None
    edition: int | None


class ScheduleShape(TypedDict):
    """How often cycles are due.

    Attributes:
        since: Null for the schedule that nobody has changed.
    """

    number: int
    since: str | None
    interval_seconds: int
    paused: bool
    reason: str
    actor: str


class CyclesShape(TypedDict):
    """The last cycles and slots, newest first, and the schedule that holds."""

    cycles: list[CycleShape]
    slots: list[SlotShape]
    schedule: ScheduleShape
    next_slot: str | None


class BegunShape(TypedDict):
    """A cycle that was begun.

    Attributes:
        cycle: Its number; null where it has none yet, and then the list shows it soon.
        location: Where it can be followed, as in the header field Location.
    """

    cycle: int | None
    location: str


class StepShape(TypedDict):
    """How one step of a cycle ended."""

    name: str
    started_at: str
    ended_at: str
    outcome: Literal["done", "unchanged", "failed", "skipped"]
    message: str
    code: str | None
    remedy: str | None
    attempts: int


class CycleWithSteps(TypedDict):
    """One cycle and its steps, in the order they ended.

    Attributes:
        edition: The edition that was up at its end.
    """

    number: int
    trigger: str
    slot: str | None
    started_at: str
    ended_at: str | None
    outcome: Literal["done", "unchanged", "failed", "skipped"] | None
    edition: int | None
    steps: list[StepShape]


class ScheduleChangeShape(TypedDict):
    """The schedule that holds now.

    Attributes:
        changed: False where it was so already.
    """

    changed: bool
    schedule: ScheduleShape
