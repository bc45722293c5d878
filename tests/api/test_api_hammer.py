"""Many readers at once while editions come and go: every answer is of one edition, and none fails."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import cycle

import pytest
from answering import steady
from served import STARTED, Got, Service, application_over, ask, call, run_cycle
from stand_in_server import KEYS, StandInServer

from neuralbrain.api.app import make_api
from neuralbrain.api.metrics import Metrics
from neuralbrain.api.shelf import Shown
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.journal import Outcome
from neuralbrain.operations import switch_lock
from neuralbrain.provider_settings import read_provider_settings

OF_AN_EDITION = (
    "/api/forecasts/all",
    "/api/forecasts/global",
    "/api/forecasts/region/ZMB",
    "/api/forecasts/region/Malawi?signal=cholera_cases",
    "/api/charts/Mozambique",
    "/api/predictions/summary",
)
OTHERS = (
    *("/api/lock", "/api/lock/audit", "/api/editions", "/api/editions/1", "/api/cycles", "/api/cycles/1"),
    *("/api/health/status", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"),
)
DASHBOARD = (  # what the dashboard asks, beside what is of an edition
    *("/api/providers", "/api/regions", "/api/signals", "/api/sources", "/api/cycles?limit=20", "/api/lock/audit"),
    *("/api/health/dashboard", "/api/health/status", "/api/health/history/openai", "/api/editions?limit=20"),
    *("/api/alerts?limit=20", "/api/alerts/record", "/api/alerts/feed.atom", "/api/evaluation/scores"),
    *("/api/series/ZMB/cholera_cases", "/api/forecasts/all?limit=5&fields=region", "/api/events?seconds=0"),
)
NAMED = ("edition", "provider", "lock-number", "cutoff")  # header fields of every answer
READERS = 6
EDITIONS = 25


def wrong_with(path: str, got: Got) -> str:
    """Return what is wrong with an answer of an edition, empty where nothing is."""
    if got.status != 200:
        return f"{path}: {got.status} {got.content[:200]!r}"
    body = got.body
    number = body["edition"]["number"]
    named = {number, int(got.headers["neuralbrain-edition"]), int(got.headers["etag"].strip('"').split("-")[0])}
    named |= {row["context"]["edition"] for row in (*body.get("regions", ()), body) if "context" in row}
    if named != {number}:
        return f"{path}: of editions {sorted(named)}"
    providers = {body["edition"]["provider"], got.headers["neuralbrain-provider"]}
    providers |= {row["provider"] for row in (*body.get("regions", ()), body) if "provider" in row}
    return "" if len(providers) == 1 else f"{path}: by {sorted(providers)}"


def read_until(
    service: Service, ends: threading.Event, seen: Counter[int], others: tuple[str, ...] = OTHERS
) -> list[str]:
    """Ask every address over and over on one connection, and return what was wrong."""
    authors: dict[str, tuple[str, ...]] = {}
    wrong: list[str] = []
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)) as connection:
        while not ends.is_set():
            for path in OF_AN_EDITION:
                got = ask(connection, path)
                wrong += [said] if (said := wrong_with(path, got)) else []
                if got.status == 200:
                    seen[json.loads(got.content)["edition"]["number"]] += 1
            for path in others:
                got = ask(connection, path)
                named = tuple(got.headers.get(f"neuralbrain-{name}", "") for name in NAMED)
                if authors.setdefault(named[0], named) != named:
                    wrong.append(f"{path}: edition {named[0]} is {named}, and was {authors[named[0]]}")
                wrong += [] if got.status == 200 else [f"{path}: {got.status} {got.content[:200]!r}"]
    return wrong


def hammered(service: Service, change: object, others: tuple[str, ...] = OTHERS) -> tuple[list[str], Counter[int]]:
    """Return what was wrong, and how often each edition was seen, while a call made changes."""
    ends, seen = threading.Event(), Counter[int]()
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read_until, service, ends, seen, others) for _ in range(READERS)]
        try:
            change()  # type: ignore[operator]
        finally:
            ends.set()
        return [said for reader in readers for said in reader.result(60)], seen


@pytest.mark.slow
def test_every_answer_is_of_one_edition_while_editions_come(service: Service) -> None:
    """While one edition after another is published and put up, no answer fails and none is of two editions."""

    def publish() -> None:
        with service.application.lease() as lease:
            for _ in range(EDITIONS):
                service.publish_again(lease.holder)
                assert service.shelf.refresh()

    wrong, seen = hammered(service, publish)
    assert wrong == []
    assert len(seen) > 1
    assert service.get("/api/forecasts/all").body["edition"]["number"] == EDITIONS + 1


@pytest.mark.slow
def test_every_answer_is_of_one_edition_while_editions_go(service: Service) -> None:
    """While the newest editions are withdrawn one after another, the same holds."""
    with service.application.lease() as lease:
        for _ in range(EDITIONS):
            service.publish_again(lease.holder)
    service.shelf.refresh()

    def withdraw() -> None:
        for number in range(EDITIONS + 1, 1, -1):
            service.application.editions.withdraw(number, reason="test", actor="test")
            assert service.shelf.refresh()

    wrong, seen = hammered(service, withdraw)
    assert wrong == []
    assert len(seen) > 1
    assert service.get("/api/forecasts/all").body["edition"]["number"] == 1


class Restless:
    """A shelf whose edition is another one each time it is asked for."""

    def __init__(self, *shown: Shown) -> None:
        self._shown = cycle(shown)
        self.trouble = ""

    def shown(self) -> Shown:
        """Return the next edition."""
        return next(self._shown)


@pytest.mark.parametrize("path", OF_AN_EDITION)
@pytest.mark.parametrize("query", ["", "format=json"])
def test_the_edition_is_taken_once_a_request(service: Service, path: str, query: str) -> None:
    """Even where the edition changes between any two looks at it, an answer is of one."""
    first = service.shelf.shown()
    with service.application.lease() as lease:
        service.publish_again(lease.holder)
    service.shelf.refresh()
    second = service.shelf.shown()
    assert first is not None
    assert second is not None
    for shown in (first, second):
        shown.bodies.region("ZMB")
        shown.bodies.chart("Mozambique")
    api = make_api(
        ServiceView(
            application=service.application,
            shelf=Restless(first, second),  # type: ignore[arg-type]
            metrics=Metrics(service.application),
            health=lambda: None,
            not_ready=lambda: (),
            next_slot=lambda: None,
            started_at=STARTED,
        )
    )
    asked = "&".join(one for one in (path.partition("?")[2], query) if one)
    answers = [call(api, path.partition("?")[0], query=asked) for _ in range(3)]
    assert [wrong_with(path, got) for got in answers] == [""] * 3
    assert {got.body["edition"]["number"] for got in answers} == {1, 2}


@pytest.mark.slow
def test_answers_hold_while_real_cycles_run(service: Service) -> None:
    """While cycles of another application write to the same database, no answer fails and none is of two editions."""

    def run() -> None:
        for month in range(1, 7):
            later = application_over(service.application.settings.home, sample_until=date(2024, month, 28))
            assert run_cycle(later).outcome is Outcome.DONE
            later.close()
            assert service.shelf.refresh()

    wrong, seen = hammered(service, run)
    assert wrong == []
    assert len(seen) > 1


@pytest.mark.slow
def test_the_dashboard_sees_a_failover_and_a_publish(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one provider publishes, fails, and another takes over and publishes, no call of the dashboard fails."""
    home, clouds = service.application.settings.home, ("openai", "gemini")
    for name in clouds:
        monkeypatch.setenv(f"{name.upper()}_API_KEY", KEYS[name])
    with StandInServer(answer=steady) as server:
        providers = read_provider_settings({name: {"base_url": server.url(name)} for name in clouds})

        def run() -> None:
            for month, author in ((1, "openai"), (2, "gemini")):
                later = application_over(
                    home, sample_until=date(2024, month, 28), providers=providers, longest_wait_seconds=0.05
                )
                if author == "openai":
                    switch_lock(later, "openai", reason="A test.", actor="test")
                else:
                    server.always("openai", "quota")
                assert run_cycle(later).outcome is Outcome.DONE
                assert later.editions.headers(1)[0].provider == author
                later.close()
                assert service.shelf.refresh()

        wrong, seen = hammered(service, run, DASHBOARD)
    assert wrong == []
    assert set(seen) >= {1, 2}
    assert service.get("/api/forecasts/all").body["edition"]["provider"] == "gemini"
    assert [one["provider"] for one in service.get("/api/editions").body["editions"]] == ["gemini", "openai", "local"]
