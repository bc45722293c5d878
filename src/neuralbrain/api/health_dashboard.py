"""Everything that a page about the health of the service needs, in one answer."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from pydantic import Field

from neuralbrain.api.health import VerdictName
from neuralbrain.api.lock import EventShape, LockShape
from neuralbrain.api.plain_words import without_paths
from neuralbrain.api.problems import problems
from neuralbrain.api.provider_shapes import MonitorShape, ProviderHealthShape, ProviderNumbers
from neuralbrain.api.shapes import Shape
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.lock import TRAIL_AT_HAND

CHANGES_OF_HOLDER = frozenset({"lock_acquire", "lock_release"})
CHANGES_SHOWN = 20


class DashboardShape(Shape):
    """How the service and its providers are, at one moment."""

    at: str
    verdict: VerdictName | None = Field(description="Of the last check of the service; null before the first.")
    lock: LockShape
    changes: list[EventShape] = Field(description="The last changes of the lock's holder, oldest first.")
    providers: list[ProviderHealthShape] = Field(description="In the order of priority.")
    metrics: list[ProviderNumbers] = Field(description="Of the last day.")
    monitor: MonitorShape


def health_dashboard(view: ServiceView) -> APIRouter:
    """Return the address of the picture of health."""
    router = APIRouter(tags=["health"])
    application = view.application
    public = partial(without_paths, home=application.settings.home)

    @router.get("/api/health/dashboard", responses=problems(503))
    def dashboard() -> DashboardShape:
        """The verdict, the lock and its last changes, every provider with its numbers, and the monitor."""
        check = view.health()
        trail = application.lock.get_audit_trail(TRAIL_AT_HAND)
        changes = [one for one in trail if one["event_type"] in CHANGES_OF_HOLDER][-CHANGES_SHOWN:]
        return DashboardShape.model_validate(
            {
                "at": utc_text(application.clock.now()),
                "verdict": None if check is None else check.verdict.value,
                "lock": application.lock.get_status(),
                "changes": public(changes),
                **public(application.health_monitor.get_dashboard()),
            }
        )

    return router
