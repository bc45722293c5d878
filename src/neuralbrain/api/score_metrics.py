"""What is measured of scores, in the form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from neuralbrain.domain.record import RecordChoice
from neuralbrain.wiring import Application


def of_scores(application: Application) -> Iterator[Metric]:
    """Yield how many scores there are of each provider's forecasts, and how many values wait for their truth.

    Raises:
        StoreError: If what is kept cannot be read.
    """
    scores = CounterMetricFamily(
        "neuralbrain_scores",
        "Scores of a provider's forecasts, those of revised truths included.",
        labels=("provider",),
    )
    waiting = GaugeMetricFamily(
        "neuralbrain_scores_waiting", "Forecast values that were not scored yet.", labels=("provider", "source")
    )
    for provider, count in sorted(application.scores.counts().items()):
        scores.add_metric((provider,), count)
    for one in application.record.waiting(RecordChoice()):
        waiting.add_metric((one.provider, one.source), one.values)
    yield from (scores, waiting)
