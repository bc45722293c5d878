"""How the service is: the last verdict, alive or not, ready or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from served import Service

from neuralbrain.api.health import HealthShape
from neuralbrain.domain.health import HealthCheck, HealthFinding, Verdict
from neuralbrain.errors import StoreUnavailableError

OLD = HealthFinding(
    code="edition-old", verdict=Verdict.DEGRADED, message="The edition is old.", remedy="Look at the cycles."
)


def test_before_the_first_check_nothing_is_claimed(reading: Service) -> None:
    """Verdict and time are null, no finding stands there, and what is known is said."""
    got = reading.get("/api/health/status")
    HealthShape.model_validate_json(got.content, strict=True)
    assert (got.status, got.body["verdict"], got.body["checked_at"], got.body["findings"]) == (200, None, None, [])
    assert got.body["edition"]["number"] == 1
    assert got.body["edition"]["age_seconds"] >= 0
    assert got.body["lock"] == {"provider": "local", "number": 1, "consecutive_failures": 0}
    assert got.body["next_slot"] == "2026-04-01T13:00:00Z"
    assert got.body["schedule_paused"] is False
    assert got.body["service"]["started_at"] == "2026-04-01T12:00:00Z"
    assert got.body["service"]["uptime_seconds"] >= 0


def test_the_last_check_is_told(service: Service) -> None:
    """The verdict, its time and its findings are those of the last check."""
    service.around.check = HealthCheck(
        at=datetime(2026, 4, 1, 12, 5, tzinfo=UTC), verdict=Verdict.DEGRADED, findings=(OLD,)
    )
    body = service.get("/api/health/status").body
    assert (body["verdict"], body["checked_at"]) == ("degraded", "2026-04-01T12:05:00Z")
    assert body["findings"] == [
        {"code": "edition-old", "verdict": "degraded", "message": OLD.message, "remedy": OLD.remedy}
    ]


def test_health_is_told_without_the_store(service: Service) -> None:
    """Where the store cannot be read the answer is 200 all the same, with what is in memory and the code."""
    service.around.failing = StoreUnavailableError("Locked.", remedy="Try again.")
    got = service.get("/api/health/status")
    assert (got.status, got.body["unreadable"], got.body["lock"]) == (200, "store-unavailable", None)
    assert got.body["edition"]["number"] == 1


def test_health_before_the_first_edition(empty: Service) -> None:
    """Without an edition and without a slot both are null."""
    body = empty.get("/api/health/status").body
    assert (body["edition"], body["last_slot"], body["lock"]["provider"]) == (None, None, None)


def test_alive_is_said_whatever_is_wrong(service: Service) -> None:
    """``/healthz`` answers 200 even while nothing else can be said."""
    service.around.failing = StoreUnavailableError("Locked.", remedy="Try again.")
    service.around.not_ready = (OLD,)
    got = service.get("/healthz")
    assert (got.status, got.body) == (200, {"status": "alive"})


def test_ready_says_why_not(service: Service) -> None:
    """``/readyz`` answers 200, also with findings that keep nothing from being served, or 503 with the findings."""
    ready = service.get("/readyz")
    assert (ready.status, ready.body) == (200, {"status": "ready", "findings": []})
    nobody = replace(OLD, code="provider-none-left")
    service.around.not_ready = (nobody,)
    ready = service.get("/readyz")
    assert (ready.status, [one["code"] for one in ready.body["findings"]]) == (200, ["provider-none-left"])
    service.around.not_ready = (replace(OLD, code="edition-none"), nobody)
    waiting = service.get("/readyz")
    assert (waiting.status, waiting.body["status"]) == (503, "not ready")
    assert [one["code"] for one in waiting.body["findings"]] == ["edition-none", "provider-none-left"]
    assert waiting.headers["cache-control"] == "no-store"
