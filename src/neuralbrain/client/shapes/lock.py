"""What the addresses of lock answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Any, Literal, TypedDict


class ParkedShape(TypedDict):
    """A provider that failed and is left alone for a while; also after that while, until it has had a success.

    Attributes:
        streak: How many times in a row.
    """

    provider: str
    reason: str
    until: str
    streak: int


class RunnerShape(TypedDict):
    """The process that may run the cycle."""

    pid: int
    since: str
    alive: bool


class LockShape(TypedDict):
    """The provider lock: who, since when, why, and who would be next."""

    locked_provider: str | None
    is_locked: bool
    lock_acquired_at: str | None
    consecutive_failures: int
    total_failures: int
    next_provider: str | None
    provider_priority: list[str]
    enabled_providers: list[str]
    audit_trail_count: int
    number: int
    reason: str
    providers: dict[str, Literal["healthy", "degraded", "unavailable", "unconfigured"]]
    parked: list[ParkedShape]
    runner: RunnerShape | None


class LockEventShape(TypedDict):
    """One event of the audit trail."""

    timestamp: str
    event_type: str
    provider: str | None
    details: dict[str, Any]


class AuditShape(TypedDict):
    """A page of the audit trail; without ``before`` its end.

    Attributes:
        events: Oldest first.
        earlier: Given as ``before``, it leads to the events before these; null at the first that is kept.
        pruned: How many events, the oldest of all, are not kept any more.
    """

    events: list[LockEventShape]
    earlier: int | None
    pruned: int


class LockChangeShape(TypedDict):
    """What came of it.

    Attributes:
        changed: False where it was so already.
        number: The lock number now.
        next_provider: Who gets a free lock from the next cycle; null where nobody can.
        cycle_running: A cycle that runs now publishes nothing under an older number.
    """

    changed: bool
    locked_provider: str | None
    number: int
    previous_provider: str | None
    reason: str
    next_provider: str | None
    cycle_running: bool
