"""How the providers are: each with its checks and calls, as the health monitor and real calls saw them."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query

from neuralbrain.api.plain_words import without_paths
from neuralbrain.api.problems import problems
from neuralbrain.api.provider_shapes import (
    HistoryShape,
    MetricsShape,
    MonitorShape,
    OneProviderShape,
    ProviderHealthShape,
    ProvidersHealthShape,
)
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.provider_check import CHECKS_KEPT
from neuralbrain.errors import NotFoundError

SHOWN_WITH_ONE = 20  # checks beside one provider; its history has the rest

Checks = Annotated[int, Query(ge=1, le=CHECKS_KEPT, description="How many, newest first.")]
Name = Annotated[str, Path(description="Its name, as in the order of priority.")]


def health_providers(view: ServiceView) -> APIRouter:
    """Return the addresses that tell how the providers are."""
    router = APIRouter(tags=["health"])
    monitor = view.application.health_monitor
    public = partial(without_paths, home=view.application.settings.home)

    @router.get("/api/health/providers", responses=problems(503))
    def providers() -> ProvidersHealthShape:
        """How every provider is doing and why, in the order of priority."""
        return ProvidersHealthShape(
            providers=[ProviderHealthShape(**public(one)) for one in monitor.get_providers().values()],
            monitor=MonitorShape(**monitor.get_configuration()),
        )

    @router.get("/api/health/provider/{name}", responses=problems(404, 503))
    def one_provider(name: Name) -> OneProviderShape:
        """How one provider is doing, with its last checks."""
        _require_known(view, name)
        history = monitor.get_history(name, SHOWN_WITH_ONE)
        return OneProviderShape(**public(monitor.get_providers()[name]), history=public(history))

    @router.get("/api/health/history/{provider}", responses=problems(404, 422, 503))
    def history(provider: Name, limit: Checks = 100) -> HistoryShape:
        """The last checks of one provider, newest first; a thousand are kept."""
        _require_known(view, provider)
        return HistoryShape(provider=provider, checks=public(monitor.get_history(provider, limit)))

    @router.get("/api/health/metrics", responses=problems(503))
    def metrics() -> MetricsShape:
        """What the checks and calls of the last day come to: times, error rates, tokens, money."""
        return MetricsShape.model_validate({"providers": monitor.get_metrics()})

    @router.get("/api/health/config/monitor", responses=problems(503))
    def monitor_configuration() -> MonitorShape:
        """How often the monitor looks at providers, and whether this process does."""
        return MonitorShape(**monitor.get_configuration())

    return router


def _require_known(view: ServiceView, name: str) -> None:
    """Refuse a name that is no provider.

    Raises:
        NotFoundError: If there is none of that name.
    """
    known = view.application.settings.known_providers
    if name not in known:
        raise NotFoundError(
            f"There is no provider {name[:60]!r}.", remedy=f"Known are: {', '.join(known)}.", code="provider-unknown"
        )
