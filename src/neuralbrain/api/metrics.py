"""What is counted and measured, in the form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from neuralbrain.api.age import age_seconds
from neuralbrain.api.feed_metrics import of_feeds
from neuralbrain.api.provider_metrics import of_providers
from neuralbrain.api.score_metrics import of_scores
from neuralbrain.api.shelf import Shelf
from neuralbrain.domain.health import HealthCheck, HealthFinding, Verdict, is_ready
from neuralbrain.domain.journal import Outcome, StepRecord
from neuralbrain.domain.slot import SlotOutcome
from neuralbrain.domain.step import kind_of
from neuralbrain.errors import NeuralBrainError
from neuralbrain.wiring import Application

# Seconds. A step takes milliseconds on the sample and minutes on the largest feed; asking may wait half an hour.
BUCKETS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 3600.0)
CYCLE_OUTCOMES = (Outcome.DONE, Outcome.UNCHANGED, Outcome.FAILED)


class Metrics:
    """The numbers of this service, in a registry of their own.

    What happens in this process is told by ``observe_step`` and ``observe_cycle``; everything else is looked up when
    it is asked for. Safe to use from several threads.

    Args:
        application: Where the rest is looked up.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._registry = CollectorRegistry()
        Info("neuralbrain_build", "What runs.", registry=self._registry).info({"version": version("neuralbrain")})
        self._steps = Counter(
            "neuralbrain_steps",
            "Steps that ended in this process, by kind, outcome and error code.",
            ("step", "outcome", "code"),
            registry=self._registry,
        )
        self._step_seconds = Histogram(
            "neuralbrain_step_duration_seconds",
            "How long steps took, by kind and outcome.",
            ("step", "outcome"),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._cycle_seconds = Histogram(
            "neuralbrain_cycle_duration_seconds",
            "How long cycles took, by outcome.",
            ("outcome",),
            buckets=BUCKETS,
            registry=self._registry,
        )

    def watch(
        self,
        *,
        shelf: Shelf,
        health: Callable[[], HealthCheck | None],
        not_ready: Callable[[], tuple[HealthFinding, ...]],
        next_slot: Callable[[], datetime | None],
    ) -> None:
        """Tell the state of the service from now on; to be called once, when all of it is built.

        Args:
            shelf: The edition that is up.
            health: Gives the last health check.
            not_ready: Gives why the service is not ready.
            next_slot: Gives when the next cycle is due.
        """
        self._registry.register(
            _Looked(self._application, shelf=shelf, health=health, not_ready=not_ready, next_slot=next_slot)
        )

    def observe_step(self, record: StepRecord) -> None:
        """Count a step that ended."""
        step, outcome = kind_of(record.name), record.outcome.value
        self._steps.labels(step, outcome, record.code).inc()
        seconds = (record.ended_at - record.started_at).total_seconds()
        self._step_seconds.labels(step, outcome).observe(max(0.0, seconds))  # the clock may have been set back

    def observe_cycle(self, outcome: str, seconds: float) -> None:
        """Count a cycle that ended, and how long it took."""
        self._cycle_seconds.labels(outcome).observe(max(0.0, seconds))

    def render(self) -> tuple[bytes, str]:
        """Return everything in Prometheus' text form, and its media type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST


class _Looked(Collector):
    """Looks up the state of the service at each scrape."""

    def __init__(
        self,
        application: Application,
        *,
        shelf: Shelf,
        health: Callable[[], HealthCheck | None],
        not_ready: Callable[[], tuple[HealthFinding, ...]],
        next_slot: Callable[[], datetime | None],
    ) -> None:
        self._application = application
        self._shelf = shelf
        self._health = health
        self._not_ready = not_ready
        self._next_slot = next_slot
        self._errors = 0

    def collect(self) -> Iterator[Metric]:
        """Yield what can be found out; what cannot is left out and counted."""
        parts = (
            self._of_edition,
            self._of_cycles,
            self._of_slots,
            self._of_lock,
            self._of_health,
            self._of_readiness,
            self._of_schedule,
            lambda: of_providers(self._application),
            lambda: of_feeds(self._application),
            lambda: of_scores(self._application),
        )
        for part in parts:
            try:
                yield from tuple(part())
            except NeuralBrainError:
                self._errors += 1
        yield CounterMetricFamily(
            "neuralbrain_scrape_errors", "Parts of a scrape that could not be read.", value=self._errors
        )

    def _of_edition(self) -> Iterator[Metric]:
        up = self._shelf.current()
        if up is None:
            return
        header, now = up.header, self._application.clock.now()
        yield _gauge("edition_number", "Number of the edition that is up.", header.number)
        yield _gauge("edition_timestamp_seconds", "When it was published.", header.timestamp.timestamp())
        yield _gauge("edition_age_seconds", "Seconds since then.", age_seconds(header, now))
        yield _gauge("edition_forecasts", "How many forecasts it has.", header.forecasts)
        yield _gauge("edition_refused", "How many series were refused.", header.refused)
        dates = [table.last_dates.max() for table in up.edition.tables if len(table)]
        if dates:
            newest: date = max(dates).item()
            moment = datetime.combine(newest, time.min, tzinfo=UTC).timestamp()
            said = "Midnight that begins the day of the newest report in it."
            yield _gauge("edition_newest_report_timestamp_seconds", said, moment)

    def _of_cycles(self) -> Iterator[Metric]:
        found = self._application.journal.counts()
        yield _counts("cycles", "Cycles that ended, by outcome.", [one.value for one in CYCLE_OUTCOMES], found)

    def _of_slots(self) -> Iterator[Metric]:
        found = self._application.slots.counts()
        yield _counts("slots", "Slots that have a state, by outcome.", [one.value for one in SlotOutcome], found)

    def _of_lock(self) -> Iterator[Metric]:
        state, events = self._application.lock.state(), self._application.lock_row.trail_length()
        yield _gauge("lock_number", "The lock's number; it only grows.", state.number)
        held = GaugeMetricFamily(
            "neuralbrain_lock_held", "1 for the provider that holds the lock.", labels=("provider",)
        )
        for name in self._application.settings.known_providers:
            held.add_metric((name,), float(name == state.provider))
        yield held
        said = "Failures of the holder since its last success."
        yield _gauge("lock_consecutive_failures", said, state.consecutive_failures)
        yield CounterMetricFamily("neuralbrain_audit_events", "Events of the audit trail.", value=events)

    def _of_health(self) -> Iterator[Metric]:
        check = self._health()
        verdicts = GaugeMetricFamily(
            "neuralbrain_health_verdict", "1 for the verdict of the last health check.", labels=("verdict",)
        )
        for one in Verdict:
            verdicts.add_metric((one.value,), float(check is not None and check.verdict is one))
        yield verdicts

    def _of_readiness(self) -> Iterator[Metric]:
        yield _gauge("ready", "1 where the service is ready.", float(is_ready(self._not_ready())))

    def _of_schedule(self) -> Iterator[Metric]:
        paused = self._application.slots.schedules()[-1].paused
        yield _gauge("schedule_paused", "1 where the schedule is paused.", float(paused))
        due = self._next_slot()
        if due is not None:
            yield _gauge("next_slot_timestamp_seconds", "When the next cycle is due.", due.timestamp())


def _gauge(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"neuralbrain_{name}", said, value=value)


def _counts(name: str, said: str, outcomes: list[str], found: Mapping[str, int]) -> CounterMetricFamily:
    """Return a counter by outcome; one that never happened is 0, so that its first time is seen."""
    family = CounterMetricFamily(f"neuralbrain_{name}", said, labels=("outcome",))
    for outcome in dict.fromkeys([*outcomes, *found]):
        family.add_metric((outcome,), found.get(outcome, 0))
    return family
