"""What is measured of providers, in the form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from neuralbrain.domain.lock import ProviderStatus
from neuralbrain.wiring import Application


def of_providers(application: Application) -> Iterator[Metric]:
    """Yield how each provider is doing, how old its newest check is, and what its calls came to.

    Raises:
        StoreError: If what is kept cannot be read.
    """
    status = GaugeMetricFamily(
        "neuralbrain_provider_status", "1 for how a provider is doing.", labels=("provider", "status")
    )
    age = GaugeMetricFamily(
        "neuralbrain_provider_check_age_seconds", "Seconds since a provider was last checked.", labels=("provider",)
    )
    now = application.clock.now()
    for name, health in application.providers_health.all().items():
        for one in ProviderStatus:
            status.add_metric((name, one.value), float(health.status is one))
        if health.last_check is not None:
            age.add_metric((name,), max(0.0, (now - health.last_check.at).total_seconds()))
    yield from (status, age)
    calls = CounterMetricFamily(
        "neuralbrain_provider_calls", "Calls to providers, by outcome.", labels=("provider", "outcome")
    )
    tokens = CounterMetricFamily(
        "neuralbrain_provider_tokens",
        "Tokens that providers told of, read and written by them.",
        labels=("provider", "direction"),
    )
    used: dict[tuple[str, str], int] = {}
    for total in application.calls.totals():
        calls.add_metric((total.provider, total.outcome), total.calls)
        for direction, count in (("prompt", total.prompt_tokens), ("completion", total.completion_tokens)):
            used[total.provider, direction] = used.get((total.provider, direction), 0) + count
    for labels, count in used.items():
        tokens.add_metric(labels, count)
    yield from (calls, tokens)
