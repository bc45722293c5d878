"""The addresses about the health of providers: what they say is what is kept, and no key or path is in it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from served import Service, application_over, serving

from health.provider_records import DOWN, PASSED, UNREACHED
from neuralbrain.api.health_dashboard import DashboardShape
from neuralbrain.api.health_system import SystemShape
from neuralbrain.api.lock import AuditShape
from neuralbrain.api.provider_shapes import (
    HistoryShape,
    MetricsShape,
    MonitorShape,
    OneProviderShape,
    ProvidersHealthShape,
)
from neuralbrain.domain.call import CallAnswered, CallBegun, CallReading, Purpose
from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import PRIORITY
from neuralbrain.domain.provider_check import ProviderCheck

KEY = "gsk_canarygroq0003abcdef"
ADDRESSES = ("providers", "provider/groq", "history/groq", "metrics", "dashboard", "system", "config/monitor")


@pytest.fixture
def keyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Yield a service with a key for groq, which has been checked and called."""
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    application = application_over(tmp_path / "keyed")
    now = application.clock.now()
    results = (PASSED, UNREACHED, PASSED, DOWN)
    application.provider_checks.note(
        [
            ProviderCheck(
                provider="groq", at=now - timedelta(minutes=5 * (4 - place)), result=one, network_down=one is UNREACHED
            )
            for place, one in enumerate(results)
        ]
    )
    for kind in (None, None, FailureKind.RATE_LIMITED):
        called(application, kind)
    with serving(application) as made:
        yield made
    application.close()


def called(application, kind: FailureKind | None) -> None:
    """Record a call that was answered and read."""
    number = application.calls.begin(
        CallBegun(
            provider="groq", model="m", purpose=Purpose.FORECAST, prompt_digest="0" * 64, series=1,
            prompt_tokens=10, most_tokens=100, most_cost_usd=0.1,
        )
    )  # fmt: skip
    status = 200 if kind is None else 429
    application.calls.answered(number, CallAnswered(seconds=2.0, status=status, request_id="", sent=True))
    used = {"prompt_tokens": 10, "completion_tokens": 20, "cost_usd": 0.01} if kind is None else {}
    application.calls.read(number, CallReading(kind=kind, rule="rate-limited" if kind else "answered", **used))


def test_how_every_provider_is(keyed: Service) -> None:
    """Each provider in the order of priority, with its state, why, and its last check."""
    got = keyed.get("/api/health/providers")
    found = ProvidersHealthShape.model_validate_json(got.content, strict=True)
    assert [one.provider for one in found.providers] == list(PRIORITY)
    groq = found.providers[2]
    # The calls came after the checks, and two of them went well: the failed check is forgiven, the failed call is not.
    assert (groq.status, groq.checks_failed_in_a_row, groq.consecutive_failures) == ("degraded", 0, 1)
    assert groq.last_check is not None
    assert groq.last_check.message == "It is overloaded."
    assert (groq.calls, groq.error_rate, groq.call_seconds) == (3, pytest.approx(1 / 3), 2.0)
    assert found.providers[0].why == "OPENAI_API_KEY not set."
    assert found.monitor.running is False
    assert got.headers["cache-control"] == "no-store"


def test_one_provider_and_its_history(keyed: Service) -> None:
    """One provider has its last checks beside it, and its history as many as asked for, newest first."""
    one = OneProviderShape.model_validate_json(keyed.get("/api/health/provider/groq").content, strict=True)
    assert [check.passed for check in one.history] == [False, True, False, True]
    assert [check.network_down for check in one.history] == [False, False, True, False]
    history = HistoryShape.model_validate_json(keyed.get("/api/health/history/groq?limit=2").content, strict=True)
    assert history.checks == one.history[:2]
    assert keyed.get("/api/health/history/local").body == {"provider": "local", "checks": []}


@pytest.mark.parametrize("address", ["provider/nobody", "history/nobody", "provider/GROQ"])
def test_an_unknown_provider_is_a_problem(reading: Service, address: str) -> None:
    """A name that is no provider is 404, with the names that are."""
    got = reading.get(f"/api/health/{address}")
    assert (got.status, got.body["code"]) == (404, "provider-unknown")
    assert "openai" in got.body["remedy"]


@pytest.mark.parametrize("limit", ["0", "1001", "x"])
def test_a_limit_that_cannot_be(reading: Service, limit: str) -> None:
    """A history has one to a thousand entries."""
    assert reading.get(f"/api/health/history/groq?limit={limit}").status == 422


def test_the_numbers_of_a_day(keyed: Service) -> None:
    """Checks and calls of a day are counted by provider, with their times, tokens and money."""
    found = MetricsShape.model_validate_json(keyed.get("/api/health/metrics").content, strict=True)
    groq = next(one for one in found.providers if one.provider == "groq")
    assert (groq.checks.count, groq.checks.passed, groq.checks.failed, groq.checks.network_down) == (4, 2, 1, 1)
    assert (groq.calls.count, groq.calls.failed, groq.calls.tokens, groq.calls.possibly_billed) == (3, 1, 60, 0)
    assert groq.calls.cost_usd == pytest.approx(0.02)


def test_the_picture_in_one_answer(keyed: Service) -> None:
    """The dashboard has lock, changes, providers, numbers and monitor, as the other addresses have them."""
    keyed.application.lock.acquire_lock("groq", reason="test")
    keyed.application.lock.release_lock("test")
    found = DashboardShape.model_validate_json(keyed.get("/api/health/dashboard").content, strict=True)
    assert [one.event_type for one in found.changes] == ["lock_acquire", "lock_release"]
    assert found.lock.number == 2
    body = keyed.get("/api/health/dashboard").body
    assert body["providers"] == keyed.get("/api/health/providers").body["providers"]
    assert body["metrics"] == keyed.get("/api/health/metrics").body["providers"]
    assert body["monitor"] == keyed.get("/api/health/config/monitor").body


def test_the_monitors_settings_are_those_of_the_database(keyed: Service) -> None:
    """What another process sets is in the next answer."""
    assert MonitorShape.model_validate(keyed.get("/api/health/config/monitor").body).interval_seconds == 300
    keyed.application.health_monitor.configure(interval_seconds=60, enabled=False)
    said = keyed.get("/api/health/config/monitor").body
    assert (said["interval_seconds"], said["enabled"]) == (60, False)


def test_process_and_machine(reading: Service) -> None:
    """Memory, threads, sizes and versions are told, and no name or path of the machine."""
    got = reading.get("/api/health/system")
    found = SystemShape.model_validate_json(got.content, strict=True)
    assert found.database.kind == "sqlite"
    assert found.database.version.startswith("3.")
    assert found.database.size_bytes is not None
    assert found.database.size_bytes > 10_000
    assert found.threads >= 1
    assert found.peak_memory_bytes > 10_000_000
    assert str(reading.application.settings.home) not in got.content.decode()


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_key_and_no_path_is_shown(keyed: Service, address: str) -> None:
    """No answer has the key, nor the data folder, although a message of a check names it."""
    home = str(keyed.application.settings.home)
    keyed.application.provider_checks.note(
        [
            ProviderCheck(
                provider="groq", at=keyed.application.clock.now(), result=DOWN.__class__(
                    kind=FailureKind.UNAVAILABLE, rule="x", message=f"cannot read {home}/x",
                ),
            )
        ]
    )  # fmt: skip
    keyed.application.providers_health.forget()
    said = keyed.get(f"/api/health/{address}").content.decode()
    assert KEY not in said
    assert home not in said


def test_what_prometheus_reads(keyed: Service) -> None:
    """Each provider has one state that is 1, its check an age, its calls a count by outcome."""
    samples: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(keyed.get("/metrics").content.decode()):
        for one in family.samples:
            samples.setdefault(one.name, {})[tuple(one.labels[name] for name in sorted(one.labels))] = one.value
    status = samples["neuralbrain_provider_status"]
    assert status["groq", "degraded"] == status["openai", "unconfigured"] == status["local", "healthy"] == 1
    assert sum(status.values()) == len(PRIORITY)
    assert 295 <= samples["neuralbrain_provider_check_age_seconds"]["groq",] <= 400
    calls = samples["neuralbrain_provider_calls_total"]
    assert calls == {("done", "groq"): 2, ("rate_limited", "groq"): 1}
    assert samples["neuralbrain_provider_tokens_total"] == {("prompt", "groq"): 20, ("completion", "groq"): 40}


def test_the_audit_trail_page_by_page(reading: Service) -> None:
    """From the end back to the first event each page leads to the one before, and together they are the trail."""
    whole = reading.get("/api/lock/audit?limit=1000").body
    assert whole["earlier"] is None
    events, before = [], ""
    for _ in range(100):
        page = AuditShape.model_validate_json(reading.get(f"/api/lock/audit?limit=3{before}").content, strict=True)
        events = [one.model_dump() for one in page.events] + events
        if page.earlier is None:
            break
        before = f"&before={page.earlier}"
    assert events == whole["events"]
    assert reading.get("/api/lock/audit?before=1").body == {"events": [], "earlier": None, "pruned": 0}
    assert reading.get("/api/lock/audit?before=0").status == 422


def test_every_answer_is_json_without_surprises(keyed: Service) -> None:
    """No answer holds NaN or infinity."""
    for address in ADDRESSES:
        json.loads(keyed.get(f"/api/health/{address}").content, parse_constant=pytest.fail)
