"""Who holds the provider lock, and its audit trail."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from neuralbrain.api.problems import problems
from neuralbrain.api.shapes import Shape
from neuralbrain.api.view import ServiceView
from neuralbrain.lock.provider_lock import TRAIL_AT_HAND

Events = Annotated[int, Query(ge=1, le=TRAIL_AT_HAND, description="How many, the last ones, oldest first.")]


class RunnerShape(Shape):
    """The process that may run the cycle."""

    pid: int
    since: str
    alive: bool


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
    runner: RunnerShape | None


class EventShape(Shape):
    """One event of the audit trail."""

    timestamp: str
    event_type: str
    provider: str | None
    details: dict[str, Any]


class AuditShape(Shape):
    """The end of the audit trail."""

    events: list[EventShape] = Field(description="Oldest first.")


def lock(view: ServiceView) -> APIRouter:
    """Return the addresses of the lock."""
    router = APIRouter(tags=["lock"])

    @router.get("/api/lock", responses=problems(503))
    def lock_status() -> LockShape:
        """Who holds the provider lock, since when and why, and each provider's state."""
        return LockShape(**view.application.lock.get_status())

    @router.get("/api/lock/audit", responses=problems(422, 503))
    def lock_audit(limit: Events = 50) -> AuditShape:
        """The last events of the audit trail."""
        return AuditShape(events=[EventShape(**one) for one in view.application.lock.get_audit_trail(limit)])

    return router
