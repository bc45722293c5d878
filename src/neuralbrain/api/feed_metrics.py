"""What is measured of feeds, in the form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from neuralbrain.domain.feed import FetchOutcome
from neuralbrain.publish.feed_state import last_success, outcome_of
from neuralbrain.wiring import Application


def of_feeds(application: Application) -> Iterator[Metric]:
    """Yield how each feed that is read was last read, when that last went well, and what of it could not be used.

    Raises:
        StoreError: If what is kept cannot be read.
    """
    age = GaugeMetricFamily(
        "neuralbrain_feed_last_success_age_seconds",
        "Seconds since a part of a feed was last had, or found unchanged.",
        labels=("source",),
    )
    outcome = GaugeMetricFamily(
        "neuralbrain_feed_last_outcome",
        "1 for how a feed was last read; failed where one of its parts did.",
        labels=("source", "outcome"),
    )
    rejected = CounterMetricFamily(
        "neuralbrain_feed_rejected_rows", "Rows of a feed that could not be used.", labels=("source",)
    )
    now, feeds = application.clock.now(), application.feeds
    for name in application.settings.sources:
        last = outcome_of(feeds.last_fetches(name), asked=partial(application.known_feeds().parts, name, now=now))
        for one in FetchOutcome:
            outcome.add_metric((name, one.value), float(one is last))
        at = last_success(feeds, name)
        if at is not None:
            age.add_metric((name,), max(0.0, (now - at).total_seconds()))
        rejected.add_metric((name,), sum(feeds.count_rejected(name).values()))
    yield from (age, outcome, rejected)
