"""Who holds the provider lock, and its audit trail."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from neuralbrain.api.choice import LARGEST_NUMBER
from neuralbrain.api.problems import problems
from neuralbrain.api.shapes import Shape
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.lock import TRAIL_AT_HAND
from neuralbrain.lock.provider_lock import event_as_json

Before = Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER, description="Only events with a lower number.")]
Events = Annotated[int, Query(ge=1, le=TRAIL_AT_HAND, description="How many, the last ones, oldest first.")]


class RunnerShape(Shape):
    """The process that may run the cycle."""

    pid: int
    since: str
    alive: bool


class ParkedShape(Shape):
    """A provider that failed and is left alone for a while; also after that while, until it has had a success."""

    provider: str
    reason: str
    until: str
    streak: int = Field(description="How many times in a row.")


class LockShape(Shape):
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


class EventShape(Shape):
    """One event of the audit trail."""

    timestamp: str
    event_type: str
    provider: str | None
    details: dict[str, Any]


class AuditShape(Shape):
    """A page of the audit trail; without ``before`` its end."""

    events: list[EventShape] = Field(description="Oldest first.")
    earlier: int | None = Field(
        description="Given as ``before``, it leads to the events before these; null at the first that is kept."
    )
    pruned: int = Field(description="How many events, the oldest of all, are not kept any more.")


def lock(view: ServiceView) -> APIRouter:
    """Return the addresses of the lock."""
    router = APIRouter(tags=["lock"])

    @router.get("/api/lock", responses=problems(503))
    def lock_status() -> LockShape:
        """Who holds the provider lock, since when and why, and each provider's state."""
        return LockShape(**view.application.lock.get_status())

    @router.get("/api/lock/audit", responses=problems(422, 503))
    def lock_audit(limit: Events = 50, before: Before = None) -> AuditShape:
        """The last events of the audit trail, or those before an event; page by page, all that is kept of it."""
        row = view.application.lock_row
        found = row.trail(limit, before=before)
        pruned = row.pruned()  # read after them: what was pruned in between is not promised any more
        earlier = found[0].sequence if found and found[0].sequence > pruned + 1 else None
        return AuditShape(events=[EventShape(**event_as_json(one)) for one in found], earlier=earlier, pruned=pruned)

    return router
