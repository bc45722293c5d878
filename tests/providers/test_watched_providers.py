"""The health monitor over real sockets: real clients, a real database, a server that stands in for the five."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from stand_in_server import KEYS, StandInServer

from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import PRIORITY
from neuralbrain.provider_settings import ProviderSettings
from neuralbrain.wiring import Application

ASKED = ("openai", "gemini", "groq")


@pytest.fixture
def here(
    server: StandInServer, make_application: Callable[..., Application], monkeypatch: pytest.MonkeyPatch
) -> Application:
    """Return an application whose first three providers have keys and are on loopback."""
    for name in ASKED:
        monkeypatch.setenv(f"{name.upper()}_API_KEY", KEYS[name])
    return make_application(providers={name: ProviderSettings(base_url=server.url(name)) for name in ASKED})


def test_a_look_asks_for_no_forecast(server: StandInServer, here: Application) -> None:
    """Every provider passes, by questions that read and cost nothing, and is healthy."""
    assert [(one.provider, one.passed) for one in here.health_monitor.look()] == [(name, True) for name in ASKED]
    assert {one.provider for one in server.asked} == set(ASKED)
    assert all(one.method == "GET" and "completions" not in one.path for one in server.asked)
    statuses = here.lock.get_status()["providers"]
    assert [statuses[name] for name in PRIORITY] == [*["healthy"] * 3, *["unconfigured"] * 2, "healthy"]


def test_a_key_that_is_revoked_costs_the_lock(server: StandInServer, here: Application) -> None:
    """The holder whose key is refused loses the lock at the third look, and its key is in nothing that is kept."""
    here.lock.acquire_lock("openai")
    here.health_monitor.look()
    server.keys["openai"] = "another"
    for _ in range(2):
        here.health_monitor.look()
        assert here.lock.get_locked_provider() == "openai"
    assert here.lock.get_status()["providers"]["openai"] == "unavailable"
    here.health_monitor.look()
    state = here.lock.state()
    assert (state.provider, state.reason, here.lock.get_next_provider()) == (None, "health_check", "gemini")
    last = here.provider_checks.last("openai", 1)[0]
    assert last.result.kind is FailureKind.AUTHENTICATION
    assert KEYS["openai"] not in str((here.lock.get_audit_trail(), here.health_monitor.get_status()))


def test_a_network_that_is_down_costs_nobody_the_lock(
    make_application: Callable[..., Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no name leads to anybody, checks are kept as such and nothing is a strike."""
    for name in ASKED:
        monkeypatch.setenv(f"{name.upper()}_API_KEY", KEYS[name])
    away = {name: ProviderSettings(base_url=f"https://{name}.invalid/v1") for name in ASKED}
    here = make_application(providers=away)
    here.lock.acquire_lock("openai")
    for _ in range(4):
        assert all(one.network_down for one in here.health_monitor.look())
    assert here.lock.state().number == 1
    assert here.lock.get_status()["providers"]["openai"] == "healthy"


def test_a_server_that_is_gone_is_a_strike(server: StandInServer, here: Application) -> None:
    """A host that refuses the connection has answered: its provider is down, not our network."""
    here.lock.acquire_lock("openai")
    server.close()
    for _ in range(3):
        assert not any(one.network_down or one.passed for one in here.health_monitor.look())
    assert here.lock.get_locked_provider() is None


def test_the_thread_looks_by_itself(server: StandInServer, here: Application) -> None:
    """Started, the monitor looks at once; the checks are kept."""
    here.health_monitor.start()
    ends = time.monotonic() + 20
    while not here.provider_checks.last("openai", 1) and time.monotonic() < ends:
        time.sleep(0.01)
    here.health_monitor.stop()
    assert here.provider_checks.last("openai", 1)[0].passed
