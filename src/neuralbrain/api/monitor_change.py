"""An operator says over HTTP how often providers are checked, and whether."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from pydantic import Field

from neuralbrain.api.control import REFUSALS, Wish
from neuralbrain.api.operator import Operator, operating
from neuralbrain.api.problems import problems
from neuralbrain.api.provider_shapes import MonitorShape
from neuralbrain.api.view import ServiceView
from neuralbrain.health.provider_monitor import LONGEST_SECONDS, SHORTEST_SECONDS


class MonitorWish(Wish):
    """How the monitor is to look; what is left out stays as it is."""

    interval_seconds: int | None = Field(
        default=None, ge=SHORTEST_SECONDS, le=LONGEST_SECONDS, description="From one look to the next.", examples=[300]
    )
    enabled: bool | None = Field(default=None, description="Whether it looks by itself at all.")


def monitor_change(view: ServiceView) -> APIRouter:
    """Return the addresses at which the monitor of providers is configured, started and stopped.

    What is said is kept in the database: it holds for every process that looks, and after a restart.
    """
    router = APIRouter(tags=["health"])
    monitor = view.application.health_monitor
    who = Depends(operating(view))

    @router.post("/api/health/config/monitor", responses=problems(*REFUSALS))
    def configure(wish: MonitorWish, operator: Operator = who) -> MonitorShape:
        """Change how often providers are checked, or whether."""
        monitor.configure(interval_seconds=wish.interval_seconds, enabled=wish.enabled, actor=operator.actor)
        return MonitorShape(**monitor.get_configuration())

    @router.post("/api/health/control/start", responses=problems(*REFUSALS))
    def start(operator: Operator = who) -> MonitorShape:
        """Have providers checked from now on; every process that looks follows within seconds."""
        monitor.configure(enabled=True, actor=operator.actor)
        return MonitorShape(**monitor.get_configuration())

    @router.post("/api/health/control/stop", responses=problems(*REFUSALS))
    def stop(operator: Operator = who) -> MonitorShape:
        """Have no provider checked until somebody starts it again; real calls are judged all the same."""
        monitor.configure(enabled=False, actor=operator.actor)
        return MonitorShape(**monitor.get_configuration())

    return router
