"""`neuralbrain health`: the last verdict and every provider on one screen."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from same_process import command, opened

from neuralbrain.cli import health_view
from neuralbrain.cli.health_view import watch_health
from neuralbrain.cli.screen import screen
from neuralbrain.domain.health import HealthCheck, HealthFinding, Verdict
from stand_ins import StillClock

FULL = HealthFinding(code="disk-nearly-full", verdict=Verdict.FAILING, message="It is full.", remedy="Free space.")


def noted(home, verdict: Verdict, *findings: HealthFinding) -> None:
    """Remember a check of the service a minute ago."""
    with opened(home) as here:
        at = here.clock.now() - timedelta(minutes=1)
        here.services.note_health(HealthCheck(at=at, verdict=verdict, findings=findings))


def test_before_the_first_check(home):
    """Without any check that is said, and the providers are shown all the same."""
    said = command("health", home=home)
    assert said.returncode == 0, said.stderr
    assert "never checked" in said.stdout
    assert "OPENAI_API_KEY not set." in said.stdout


def test_a_verdict_with_its_findings(home):
    """The findings say what is wrong and what to do; failing is exit code 1."""
    noted(home, Verdict.FAILING, FULL)
    said = command("health", home=home)
    assert said.returncode == 1
    assert "failing, checked 1 min ago; no service runs now" in said.stdout
    assert "It is full. Free space. (disk-nearly-full)" in said.stdout


def test_as_json(home):
    """With --json the same is one document."""
    noted(home, Verdict.DEGRADED, FULL)
    said = command("health", "--json", home=home)
    assert said.returncode == 0
    told = json.loads(said.stdout)
    assert (told["service"]["verdict"], told["running"], told["lock"]["provider"]) == ("degraded", False, None)
    assert [one["provider"] for one in told["providers"]][-1] == "local"


def test_watching_as_json_is_a_wrong_call(home):
    """--watch goes with no --json."""
    assert command("health", "--watch", "--json", home=home).returncode == 2


def test_watching_shows_it_again(monkeypatch):
    """Each round shows the state of that moment, until somebody interrupts it or nobody reads any more."""
    shown: list[dict] = []
    monkeypatch.setattr(health_view, "print_health", lambda state, **_when: shown.append(state))
    rounds = iter(range(3))

    def wait() -> None:
        if next(rounds) == 2:
            raise KeyboardInterrupt

    states = iter([{"round": 1}, {"round": 2}, {"round": 3}])
    with pytest.raises(KeyboardInterrupt):
        watch_health(lambda: next(states), now=StillClock().now, wait=wait)
    assert shown == [{"round": 1}, {"round": 2}, {"round": 3}]
    screen().quiet = True
    try:
        watch_health(dict, now=StillClock().now, wait=wait)
    finally:
        screen.cache_clear()
    assert len(shown) == 3
