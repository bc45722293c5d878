"""Everything that the API needs from the service around it, in one value."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from neuralbrain.api.admission import Admission
from neuralbrain.api.broadcast import Broadcast
from neuralbrain.api.client_address import ClientAddresses
from neuralbrain.api.metrics import Metrics
from neuralbrain.api.rate_limits import RateLimits
from neuralbrain.api.security_fields import SecurityFields
from neuralbrain.api.shelf import Shelf
from neuralbrain.domain.health import HealthCheck, HealthFinding
from neuralbrain.domain.loopback import is_loopback
from neuralbrain.errors import ServiceBusyError
from neuralbrain.wiring import Application


class RunNow(Protocol):
    """Begins a cycle."""

    async def __call__(self, *, again: bool) -> int | None:
        """Return its number, None where it has not begun within some seconds.

        Args:
            again: Whether it asks although nothing has changed.

        Raises:
            RunnerBusyError: If one runs already.
            ServiceBusyError: If it could not begin.
        """
        ...


async def _runs_none(*, again: bool) -> int | None:
    del again
    raise ServiceBusyError(
        "This process runs no cycles.",
        remedy="Ask the service itself, or use `neuralbrain run`.",
        code="cycle-not-begun",
    )


@dataclass(frozen=True, kw_only=True)  # no slots: what is made once is kept in it
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
        events: Tells listeners what happens.
        host: The address that the service listens on.
        run_now: Begins a cycle now.
    """

    application: Application
    shelf: Shelf
    metrics: Metrics
    health: Callable[[], HealthCheck | None]
    not_ready: Callable[[], tuple[HealthFinding, ...]]
    next_slot: Callable[[], datetime | None]
    started_at: datetime
    events: Broadcast = field(default_factory=Broadcast)
    host: str = "127.0.0.1"
    run_now: RunNow = _runs_none

    @property
    def reading_is_open(self) -> bool:
        """Return whether reading needs no token: only this machine can ask, or the settings say so."""
        return is_loopback(self.host) or self.application.settings.public_read

    @functools.cached_property
    def security_fields(self) -> SecurityFields:
        """Return the header fields that every answer has."""
        return SecurityFields(self.application.settings)

    @functools.cached_property
    def clients(self) -> ClientAddresses:
        """Return what tells clients apart."""
        return ClientAddresses(self.application.settings.trusted_proxies)

    @functools.cached_property
    def limits(self) -> RateLimits:
        """Return how often somebody may ask."""
        return RateLimits(self.application.settings, clock=self.application.clock)

    @functools.cached_property
    def admission(self) -> Admission:
        """Return what knows who is let in."""
        return Admission(
            self.application.tokens, limits=self.limits, clients=self.clients, clock=self.application.clock
        )
