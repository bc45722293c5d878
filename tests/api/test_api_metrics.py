"""Metrics: their names, that they are true, and that no fault of the store ends a scrape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prometheus_client.parser import text_string_to_metric_families
from served import NEXT_SLOT, Service
from sqlalchemy import text

from neuralbrain.domain.health import HealthCheck, HealthFinding, Verdict
from neuralbrain.domain.journal import Outcome, StepRecord

NAMES = {
    *("neuralbrain_build_info", "neuralbrain_cycles", "neuralbrain_slots", "neuralbrain_step_duration_seconds"),
    *("neuralbrain_steps", "neuralbrain_cycle_duration_seconds", "neuralbrain_edition_number"),
    *("neuralbrain_edition_timestamp_seconds", "neuralbrain_edition_age_seconds"),
    *("neuralbrain_edition_newest_report_timestamp_seconds", "neuralbrain_edition_forecasts"),
    *("neuralbrain_edition_refused", "neuralbrain_lock_number", "neuralbrain_lock_held"),
    *("neuralbrain_lock_consecutive_failures", "neuralbrain_audit_events", "neuralbrain_health_verdict"),
    *("neuralbrain_ready", "neuralbrain_schedule_paused", "neuralbrain_next_slot_timestamp_seconds"),
    *("neuralbrain_scrape_errors", "neuralbrain_provider_status", "neuralbrain_provider_check_age_seconds"),
    *("neuralbrain_provider_calls", "neuralbrain_provider_tokens", "neuralbrain_feed_last_outcome"),
    *("neuralbrain_feed_last_success_age_seconds", "neuralbrain_feed_rejected_rows"),
    *("neuralbrain_scores", "neuralbrain_scores_waiting"),
}
BEGAN = datetime(2026, 4, 1, 12, tzinfo=UTC)


def scraped(service: Service) -> dict[str, dict[tuple[str, ...], float]]:
    """Return every sample: name, then the values of its labels in the order of their names, then its value."""
    got = service.get("/metrics")
    assert got.status == 200
    assert got.headers["content-type"].startswith("text/plain")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(got.content.decode()):
        assert family.documentation
        found.setdefault(family.name, {})
        for one in family.samples:
            found.setdefault(one.name, {})[tuple(one.labels[name] for name in sorted(one.labels))] = one.value
    return found


def test_every_name_is_there(reading: Service) -> None:
    """A scrape has exactly the documented metrics, each with its help."""
    got = reading.get("/metrics").content.decode()
    families = {one.name for one in text_string_to_metric_families(got)}
    assert families == NAMES


def test_what_is_said_is_true(service: Service) -> None:
    """Edition, lock, cycles and schedule are what the store says."""
    header = service.application.editions.current()
    assert header is not None
    found = scraped(service)
    assert found["neuralbrain_edition_number"][()] == 1
    assert found["neuralbrain_edition_forecasts"][()] == header.forecasts
    assert found["neuralbrain_edition_timestamp_seconds"][()] == header.timestamp.timestamp()
    newest = datetime(2023, 10, 1, tzinfo=UTC).timestamp()
    assert found["neuralbrain_edition_newest_report_timestamp_seconds"][()] == newest
    assert found["neuralbrain_cycles_total"] == {("done",): 1, ("unchanged",): 0, ("failed",): 0}
    assert found["neuralbrain_slots_total"] == {("done",): 0, ("failed",): 0, ("skipped",): 0}
    assert found["neuralbrain_lock_held"][("local",)] == 1
    assert sum(found["neuralbrain_lock_held"].values()) == 1
    assert found["neuralbrain_audit_events_total"][()] == service.application.lock_row.trail_length()
    assert found["neuralbrain_next_slot_timestamp_seconds"][()] == NEXT_SLOT.timestamp()
    assert found["neuralbrain_schedule_paused"][()] == 0
    assert found["neuralbrain_ready"][()] == 1
    assert found["neuralbrain_scrape_errors_total"][()] == 0


def test_steps_and_cycles_are_counted(service: Service) -> None:
    """Each step counts under its kind, outcome and code, and its duration under kind and outcome."""
    for code, outcome in (("", Outcome.DONE), ("", Outcome.DONE), ("source-missing", Outcome.FAILED)):
        service.metrics.observe_step(
            StepRecord(
                name="read cholera-africa",
                started_at=BEGAN,
                ended_at=BEGAN + timedelta(seconds=2),
                outcome=outcome,
                message="Said.",
                code=code,
            )
        )
    service.metrics.observe_cycle("done", 12.5)
    found = scraped(service)
    assert found["neuralbrain_steps_total"] == {("", "done", "read"): 2, ("source-missing", "failed", "read"): 1}
    assert found["neuralbrain_step_duration_seconds_sum"][("done", "read")] == 4
    assert found["neuralbrain_cycle_duration_seconds_count"][("done",)] == 1
    assert found["neuralbrain_cycle_duration_seconds_sum"][("done",)] == 12.5


def test_a_clock_that_was_set_back_counts_as_nothing(service: Service) -> None:
    """A step that ended before it began took no time, not less than none."""
    record = StepRecord(
        name="ask",
        started_at=BEGAN,
        ended_at=BEGAN - timedelta(hours=1),
        outcome=Outcome.DONE,
        message="Said.",
    )
    service.metrics.observe_step(record)
    assert scraped(service)["neuralbrain_step_duration_seconds_sum"][("done", "ask")] == 0


def test_health_is_a_metric(service: Service) -> None:
    """The last verdict is 1, the others 0; a service that is not ready says 0."""
    assert sum(scraped(service)["neuralbrain_health_verdict"].values()) == 0
    wrong = HealthFinding(code="edition-old", verdict=Verdict.FAILING, message="It is old.", remedy="Look.")
    service.around.check = HealthCheck(at=BEGAN, verdict=Verdict.FAILING, findings=(wrong,))
    service.around.not_ready = (wrong,)
    found = scraped(service)
    assert found["neuralbrain_health_verdict"] == {("healthy",): 0, ("degraded",): 0, ("failing",): 1}
    assert found["neuralbrain_ready"][()] == 0


def test_a_store_that_cannot_be_read_costs_its_numbers_only(service: Service) -> None:
    """What cannot be read is left out and counted; everything else is told."""
    with service.application.database.write() as connection:
        connection.execute(text("ALTER TABLE slot_state RENAME TO gone"))
    found = scraped(service)
    assert found["neuralbrain_scrape_errors_total"][()] == 1
    assert "neuralbrain_slots_total" not in found
    assert found["neuralbrain_edition_number"][()] == 1
    assert found["neuralbrain_cycles_total"][("done",)] == 1
    assert scraped(service)["neuralbrain_scrape_errors_total"][()] == 2


def test_without_an_edition_nothing_is_said_of_one(empty: Service) -> None:
    """Before the first edition its numbers are left out, not 0."""
    found = scraped(empty)
    assert not [name for name in found if name.startswith("neuralbrain_edition")]
    assert found["neuralbrain_lock_number"][()] == 0
    assert found["neuralbrain_scrape_errors_total"][()] == 0
