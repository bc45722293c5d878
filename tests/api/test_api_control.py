"""What an operator changes over HTTP: it is done once, by whoever is named in the audit trail, or not at all."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from knocking import api_over, change, knock
from served import STARTED, Got, Service, application_over, serving

from neuralbrain.api.app import make_api
from neuralbrain.api.asgi import Asgi
from neuralbrain.api.metrics import Metrics
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.token import Scope
from neuralbrain.errors import RunnerBusyError

WHY = {"reason": "Its forecasts were far off."}
CHANGING = {
    "/api/lock/switch": {"provider": "local", **WHY},
    "/api/lock/release": WHY,
    "/api/cycles": {"again": True},
    "/api/schedule/pause": WHY,
    "/api/schedule/resume": WHY,
    "/api/health/config/monitor": {"interval_seconds": 60},
    "/api/health/control/start": None,
    "/api/health/control/stop": None,
}


class Operated:
    """A service with one token that may operate it.

    Args:
        service: The service.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.token, _ = service.application.tokens.create("night", scope=Scope.OPERATE, lasts=None, actor="test")
        self.api = api_over(service, changes_per_minute=1000)

    def post(self, path: str, body: object = None, *, api: Asgi | None = None) -> Got:
        """Return what is answered to a request with the token."""
        return change(api or self.api, path, body, token=self.token)

    def last_event(self) -> dict[str, Any]:
        """Return the newest event of the audit trail."""
        return self.service.application.lock.get_audit_trail(1)[0]


@pytest.fixture
def operated(service: Service) -> Operated:
    """Return a service to be changed."""
    return Operated(service)


@pytest.fixture(scope="module")
def unchanged(ran_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operated]:
    """Yield a service for wishes that change nothing of it."""
    application = application_over(shutil.copytree(ran_once, tmp_path_factory.mktemp("operated") / "home"))
    with serving(application) as made:
        yield Operated(made)
    application.close()


@pytest.mark.parametrize("path", CHANGING)
def test_nothing_can_be_changed_before_there_is_a_token(reading: Service, path: str) -> None:
    """Until somebody makes a token, what changes something is not there; the document lists it all the same."""
    got = change(reading.api, path, CHANGING[path])
    assert (got.status, got.body["code"]) == (404, "control-off")
    assert change(reading.api, path, {"not": "a wish"}, token="nbt_guessed").body["code"] == "control-off"
    described = reading.get("/openapi.json").body["paths"][path]["post"]
    assert described["security"] == [{"token": []}]
    assert {"401", "403", "404", "413", "422", "429", "503"} <= set(described["responses"])


def test_every_address_that_changes_something_is_known_here(reading: Service) -> None:
    """Each address of another method than GET asks for a token, in the document and at the door."""
    paths = reading.get("/openapi.json").body["paths"]
    found = [(path, method) for path, item in paths.items() for method in item if method not in {"get", "head"}]
    assert set(CHANGING) <= {path for path, _ in found}
    for path, method in found:
        assert paths[path][method]["security"] == [{"token": []}], path
        filled = path.replace("{name}", "x").replace("{number}", "1").replace("{id}", "1").replace("{alert}", "1")
        if "{" not in filled:
            got = knock(reading.api, filled, method=method.upper()).got
            assert (got.status, got.body["code"]) == (404, "control-off"), path


def test_an_address_tells_its_methods(reading: Service) -> None:
    """Whoever asks in another way than an address takes is told which ways it takes."""
    assert knock(reading.api, "/api/lock/switch").got.headers["allow"] == "POST"
    assert knock(reading.api, "/api/cycles", method="PUT").got.headers["allow"] == "GET, HEAD, POST"


def test_the_lock_is_switched_and_released(operated: Operated) -> None:
    """It goes where the operator says, under the next number, and the audit trail names the token and the reason."""
    lock = operated.service.application.lock
    number = lock.state().number
    freed = operated.post("/api/lock/release", {**WHY, "expected_number": number})
    assert freed.status == 200, freed.body
    assert (freed.body["locked_provider"], freed.body["number"], freed.body["next_provider"]) == (
        None,
        number + 1,
        "local",
    )
    event = operated.last_event()
    assert (event["event_type"], event["details"]["actor"]) == ("lock_release", "token:night")
    assert event["details"]["reason"] == WHY["reason"]
    given = operated.post("/api/lock/switch", {"provider": "local", **WHY, "expected_number": number + 1})
    assert (given.body["changed"], given.body["locked_provider"], lock.state().provider) == (True, "local", "local")
    assert operated.last_event()["details"]["actor"] == "token:night"
    again = operated.post("/api/lock/switch", {"provider": "local", **WHY})
    assert (again.body["changed"], again.body["number"]) == (False, number + 2)
    assert operated.service.application.damages() == []


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/api/lock/release", {**WHY, "expected_number": 99}, 409, "lock-number-old"),
        ("/api/lock/switch", {"provider": "local", **WHY, "expected_number": 99}, 409, "lock-number-old"),
        ("/api/lock/switch", {"provider": "nobody", **WHY}, 404, "provider-unknown"),
        ("/api/lock/switch", {"provider": "openai", **WHY}, 409, "provider-unconfigured"),
        ("/api/lock/switch", {"provider": "local"}, 422, None),
        ("/api/lock/switch", {"provider": "local", "reason": " \t"}, 422, None),
        ("/api/lock/switch", {"provider": "local", "reason": "a\x00b"}, 422, None),
        ("/api/lock/switch", {"provider": "local", "reason": "a\x1b[31m\nb"}, 422, None),
        ("/api/lock/switch", {"provider": "local", "reason": "\ud800"}, 422, None),
        ("/api/lock/switch", {"provider": "local", "reason": "x" * 1001}, 422, None),
        ("/api/lock/switch", {"provider": "local", **WHY, "force": True}, 422, None),
        ("/api/lock/switch", {"provider": "local", **WHY, "expected_number": "1"}, 422, None),
        ("/api/lock/switch", None, 422, None),
        ("/api/lock/switch", [], 422, None),
        ("/api/health/config/monitor", {"interval_seconds": 9}, 422, None),
        ("/api/health/config/monitor", {"enabled": 1}, 422, None),
        ("/api/cycles", {"again": "yes"}, 422, None),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    unchanged: Operated, path: str, body: object, status: int, code: str | None
) -> None:
    """A wish that is out of date, names nobody or says too little is refused, and the lock is as it was."""
    before = unchanged.service.application.lock.state()
    events = unchanged.service.application.lock_row.trail_length()
    got = unchanged.post(path, body)
    assert got.status == status, got.body
    assert code in (None, got.body["code"])
    assert unchanged.service.application.lock.state() == before
    assert unchanged.service.application.lock_row.trail_length() == events


def test_a_free_lock_is_not_released(operated: Operated) -> None:
    """Where nobody holds the lock there is nothing to release."""
    operated.post("/api/lock/release", WHY)
    assert operated.post("/api/lock/release", WHY).body["code"] == "lock-free"


def test_the_schedule_is_paused_and_resumed(operated: Operated) -> None:
    """Paused it stays until it is resumed; asked twice, nothing changes the second time."""
    slots = operated.service.application.slots
    assert operated.post("/api/schedule/pause", WHY).body["schedule"]["paused"] is True
    assert slots.schedules()[-1].actor == "token:night"
    assert operated.post("/api/schedule/pause", WHY).body["changed"] is False
    assert operated.post("/api/schedule/resume", WHY).body["schedule"]["paused"] is False
    assert len(slots.schedules()) == 3


def test_a_monitor_that_is_stopped_stays_so(operated: Operated) -> None:
    """A stop holds although the service begins the monitor's loop again, and in every process; a start ends it."""
    assert operated.post("/api/health/config/monitor", {"interval_seconds": 60}).body["interval_seconds"] == 60
    stopped = operated.post("/api/health/control/stop").body
    assert (stopped["enabled"], stopped["running"]) == (False, False)
    assert (operated.last_event()["event_type"], operated.last_event()["details"]["actor"]) == (
        "monitor_changed",
        "token:night",
    )
    restarted = application_over(operated.service.application.settings.home)
    try:
        monitor = restarted.health_monitor
        monitor.start()
        assert monitor.is_running
        assert monitor.tick() is False, "it looked although it was stopped"
        assert monitor.get_configuration()["running"] is False
        assert operated.post("/api/health/control/start").body["enabled"] is True
        assert monitor.get_configuration()["running"] is True
    finally:
        restarted.close()


def running_over(operated: Operated, came_to: int | Exception | None) -> tuple[Asgi, list[bool]]:
    """Return the API of a service whose cycles begin as told, and what was asked of it."""
    asked: list[bool] = []

    async def run_now(*, again: bool) -> int | None:
        await asyncio.sleep(0)
        asked.append(again)
        if isinstance(came_to, Exception):
            raise came_to
        return came_to

    service = operated.service
    view = ServiceView(
        application=service.application,
        shelf=service.shelf,
        metrics=Metrics(service.application),
        health=lambda: None,
        not_ready=lambda: (),
        next_slot=lambda: None,
        started_at=STARTED,
        run_now=run_now,
    )
    return make_api(view), asked


@pytest.mark.parametrize(("number", "location"), [(7, "/api/cycles/7"), (None, "/api/cycles")])
def test_a_cycle_is_run_now(operated: Operated, number: int | None, location: str) -> None:
    """The answer is 202 with the place where the cycle can be followed; the audit trail says who asked for it."""
    api, asked = running_over(operated, number)
    got = operated.post("/api/cycles", {"again": True}, api=api)
    assert (got.status, got.headers["location"], got.body) == (202, location, {"cycle": number, "location": location})
    event = operated.last_event()
    assert (event["event_type"], event["details"]["actor"]) == ("operator_change", "token:night")
    assert (event["details"]["what"], event["details"]["again"]) == ("asked for a cycle", True)
    operated.post("/api/cycles", api=api)
    assert asked == [True, False]


def test_no_second_cycle_is_begun(operated: Operated) -> None:
    """While one runs, another is refused with 409."""
    api, _ = running_over(operated, RunnerBusyError("A cycle runs already.", remedy="Wait."))
    got = operated.post("/api/cycles", api=api)
    assert (got.status, got.body["code"]) == (409, "runner-busy")


def test_who_runs_no_cycles_says_so(operated: Operated) -> None:
    """An API without a service around it begins none, and does not claim it."""
    got = operated.post("/api/cycles")
    assert (got.status, got.body["code"]) == (503, "cycle-not-begun")


def test_five_changes_a_minute(operated: Operated) -> None:
    """The sixth change of one token within a minute waits, whoever's; another token's does not."""
    api = api_over(operated.service)
    other, _ = operated.service.application.tokens.create("day", scope=Scope.OPERATE, lasts=None, actor="test")
    statuses = [operated.post("/api/health/control/start", api=api).status for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert change(api, "/api/health/control/start", token=other).status == 200


def test_a_body_without_end_is_cut_off(operated: Operated) -> None:
    """Of a body in parts no more than 64 KiB and a part are taken; one whose sender goes away is no wish."""
    fields = [("authorization", f"Bearer {operated.token}"), ("content-type", "application/json")]
    endless = knock(operated.api, "/api/lock/release", method="POST", fields=fields, chunks=[b"x" * 16_384] * 12_800)
    assert (endless.got.status, endless.got.body["code"]) == (413, "body-too-large")
    assert endless.read <= 65_536 + 16_384
    gone = knock(operated.api, "/api/lock/release", method="POST", fields=fields, chunks=[])
    assert (gone.got.status, gone.got.body["code"]) == (408, "body-too-slow")
