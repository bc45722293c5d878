"""The calls about health; written by ``make docs``."""

from __future__ import annotations

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import (
    Alive,
    DashboardShape,
    HealthShape,
    HistoryShape,
    MetricsShape,
    MonitorShape,
    OneProviderShape,
    ProvidersHealthShape,
    Ready,
    SystemShape,
)


class HealthCalls:
    """The calls about health."""

    @method
    def health(self) -> Call[HealthShape]:
        """The last verdict and its findings, the edition that is up, the lock, the schedule; never a problem.

        ``GET /api/health/status``.
        """
        return asking("GET", "/api/health/status")

    @method
    def alive(self) -> Call[Alive]:
        """Whether the process answers: always 200.

        ``GET /healthz``.
        """
        return asking("GET", "/healthz")

    @method
    def ready(self) -> Call[Ready]:
        """Whether the service is ready: 200, or 503; with what is not as it should be.

        ``GET /readyz``.
        """
        return asking("GET", "/readyz", answered=(200, 503))

    @method
    def health_providers(self) -> Call[ProvidersHealthShape]:
        """How every provider is doing and why, in the order of priority.

        ``GET /api/health/providers``.
        """
        return asking("GET", "/api/health/providers")

    @method
    def health_provider(self, name: str) -> Call[OneProviderShape]:
        """How one provider is doing, with its last checks.

        ``GET /api/health/provider/{name}``.

        Args:
            name: Its name, as in the order of priority.
        """
        return asking("GET", "/api/health/provider/{name}", where={"name": name})

    @method
    def health_history(self, provider: str, *, limit: int | None = None) -> Call[HistoryShape]:
        """The last checks of one provider, newest first; a thousand are kept.

        ``GET /api/health/history/{provider}``.

        Args:
            provider: Its name, as in the order of priority.
            limit: How many, newest first.
        """
        return asking("GET", "/api/health/history/{provider}", where={"provider": provider}, query={"limit": limit})

    @method
    def health_metrics(self) -> Call[MetricsShape]:
        """What the checks and calls of the last day come to: times, error rates, tokens, money.

        ``GET /api/health/metrics``.
        """
        return asking("GET", "/api/health/metrics")

    @method
    def monitor(self) -> Call[MonitorShape]:
        """How often the monitor looks at providers, and whether this process does.

        ``GET /api/health/config/monitor``.
        """
        return asking("GET", "/api/health/config/monitor")

    @method
    def configure_monitor(
        self, *, interval_seconds: int | None = None, enabled: bool | None = None
    ) -> Call[MonitorShape]:
        """Change how often providers are checked, or whether.

        ``POST /api/health/config/monitor``. Needs a token.

        Args:
            interval_seconds: From one look to the next.
            enabled: Whether it looks by itself at all.
        """
        return asking(
            "POST", "/api/health/config/monitor", body={"interval_seconds": interval_seconds, "enabled": enabled}
        )

    @method
    def start_monitor(self) -> Call[MonitorShape]:
        """Have providers checked from now on; every process that looks follows within seconds.

        ``POST /api/health/control/start``. Needs a token.
        """
        return asking("POST", "/api/health/control/start")

    @method
    def stop_monitor(self) -> Call[MonitorShape]:
        """Have no provider checked until somebody starts it again; real calls are judged all the same.

        ``POST /api/health/control/stop``. Needs a token.
        """
        return asking("POST", "/api/health/control/stop")

    @method
    def health_dashboard(self) -> Call[DashboardShape]:
        """The verdict, the lock and its last changes, every provider with its numbers, and the monitor.

        ``GET /api/health/dashboard``.
        """
        return asking("GET", "/api/health/dashboard")

    @method
    def health_system(self) -> Call[SystemShape]:
        """Uptime, memory, threads, free disk, size of the database, versions.

        ``GET /api/health/system``.
        """
        return asking("GET", "/api/health/system")

    @method
    def metrics(self) -> Call[str]:
        """The numbers of this service, for Prometheus.

        ``GET /metrics``.
        """
        return asking("GET", "/metrics", reads="text")
