"""Everything that the API needs from the service around it, in one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from neuralbrain.api.metrics import Metrics
from neuralbrain.api.shelf import Shelf
from neuralbrain.domain.health import HealthCheck, HealthFinding
from neuralbrain.wiring import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """What the API sees of the service.

    Args:
        application: Everything real; the API only reads.
        shelf: The edition that is up.
        metrics: What is counted.
        health: Gives the last health check, None before the first.
        not_ready: Gives why the service is not ready; empty where it is.
        next_slot: Gives when the next cycle is due, None before the schedule's first look.
        started_at: When the service started, wall time.
    """

    application: Application
    shelf: Shelf
    metrics: Metrics
    health: Callable[[], HealthCheck | None]
    not_ready: Callable[[], tuple[HealthFinding, ...]]
    next_slot: Callable[[], datetime | None]
    started_at: datetime
