"""An operator at the lock: who forecasts from now on, what that leads to, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from same_process import command, opened

from neuralbrain.domain.lock import Transition
from neuralbrain.lock.process import this_runner

HOSTILE = "night\nLock released. \x1b[2J\x9b31m [red]"


def released(home) -> None:
    """Take the lock from its holder."""
    assert command("lock", "release", "--reason", "test", home=home).returncode == 0


def test_a_switch_says_who_forecasts_from_now_on(copy_of_ran):
    """After a switch the lock has its new holder, a larger number and the reason, and the words say the same."""
    home = copy_of_ran()
    released(home)
    said = command("lock", "switch", "local", "--reason", "it is back", home=home)
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == [
        "local forecasts from the next cycle on, under lock number 3; before it nobody did.",
        "No cycle runs now, so none is interrupted.",
    ]
    with opened(home) as here:
        state = here.lock.state()
    assert (state.provider, state.number, state.reason) == ("local", 3, "it is back")


def test_a_switch_away_from_a_holder_is_one_change(copy_of_ran):
    """A switch from one provider to another grows the number by one and names both in the trail, with the actor."""
    home = copy_of_ran()
    with opened(home) as here:
        assert here.lock.acquire_lock("gemini", reason="as if it could be asked")
    said = json.loads(command("lock", "switch", "local", "--reason", "cheaper", "--json", home=home).stdout)
    assert said == {
        "changed": True, "locked_provider": "local", "number": 3, "previous_provider": "gemini",
        "reason": "cheaper", "cycle_running": False,
    }  # fmt: skip
    trail = json.loads(command("lock", "audit", "--limit", "2", "--json", home=home).stdout)
    assert [(one["event_type"], one["provider"]) for one in trail] == [
        ("lock_release", "gemini"), ("lock_acquire", "local"),
    ]  # fmt: skip
    assert trail[0]["details"]["because"] == "cheaper"
    assert "(process " in trail[1]["details"]["actor"]


def test_a_running_cycle_is_told_of(copy_of_ran):
    """While a living process holds the runner lease, a switch says that its draft is refused and asked again."""
    home = copy_of_ran()
    released(home)
    with opened(home) as here, here.lease():
        said = command("lock", "switch", "local", "--reason", "x", home=home).stdout
    assert "The cycle that runs now is refused its draft under number 2; the next one asks again." in said


def test_a_dead_runner_is_not_taken_for_a_running_cycle(copy_of_ran):
    """A runner lease of a process that has ended is no cycle that runs."""
    home = copy_of_ran()
    with opened(home) as here:
        dead = replace(this_runner(pid=1, lease_until=0.0, since=here.clock.now()), boot="another")
        here.lock_row.change(lambda state: Transition(state=replace(state, runner=dead)))
        assert here.lock.get_status()["runner"]["alive"] is False
    assert "No cycle runs now" in command("lock", "release", "--reason", "x", home=home).stdout


def test_the_holder_stays_the_holder(copy_of_ran):
    """A switch to the holder changes nothing, says so and exits 0."""
    home = copy_of_ran()
    said = command("lock", "switch", "local", "--reason", "x", home=home)
    assert said.returncode == 0
    assert said.stdout == "local holds the lock already, under lock number 1. Nothing was changed.\n"
    with opened(home) as here:
        assert (here.lock.state().number, here.lock.state().reason) == (1, "first in the order")


def test_a_provider_without_its_key_is_refused(copy_of_ran):
    """A provider that lacks its key is refused with the variable to set and with who can be asked; nothing changes."""
    home = copy_of_ran()
    failed = command("lock", "switch", "cloudflare", "--reason", "x", home=home)
    assert failed.returncode == 2
    assert "error (provider-unconfigured)" in failed.stderr
    assert "CLOUDFLARE_API_TOKEN" in failed.stderr
    assert "can be asked now: local" in failed.stderr
    with opened(home) as here:
        assert (here.lock.state().provider, here.lock.state().number) == ("local", 1)


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("NEURALBRAIN_DISABLED_PROVIDERS", "local", "disabled_providers"),
        ("NEURALBRAIN_PROVIDER_PRIORITY", "openai", "provider_priority"),
    ],
)
def test_a_disabled_provider_is_refused(ran, setting: str, value: str, named: str):
    """A provider that the settings leave out is refused, and the setting is named; no other could be asked either."""
    failed = command("lock", "switch", "local", "--reason", "x", "--json", home=ran, **{setting: value})
    assert (failed.returncode, failed.stdout) == (2, "")
    said = json.loads(failed.stderr)["error"]
    assert said["code"] == "provider-disabled"
    assert named in said["remedy"]
    assert "no other can be asked now" in said["remedy"]


@pytest.mark.parametrize("typed", ["opneai", "OPENAI-", "\x1b[31mopenai", "x" * 5000, ""])
def test_an_unknown_provider_is_a_wrong_call(ran, typed: str):
    """A name that no provider has ends with exit code 2, one provider as the nearest, all as known, and no controls."""
    failed = command("lock", "switch", typed, "--reason", "x", home=ran)
    assert failed.returncode == 2
    assert "did you mean" in " ".join(failed.stderr.split())
    assert "huggingface, local" in " ".join(failed.stderr.split())
    assert "\x1b" not in failed.stderr
    assert len(failed.stderr) < 1000


def test_names_are_known_in_capitals_too(ran):
    """A provider is found however its name is written."""
    assert "holds the lock already" in command("lock", "switch", " LOCAL ", "--reason", "x", home=ran).stdout


def test_a_release_says_who_is_next(copy_of_ran):
    """A release leaves the lock with nobody, under a larger number, and says who gets it from the next cycle."""
    home = copy_of_ran()
    said = json.loads(command("lock", "release", "--reason", "rest", "--json", home=home).stdout)
    assert (said["locked_provider"], said["number"], said["next_provider"]) == (None, 2, "local")
    with opened(home) as here:
        assert (here.lock.state().provider, here.lock.state().reason) == (None, "rest")
    assert command("run", "--again", home=home).returncode == 0
    with opened(home) as here:
        assert here.lock.state().provider == "local"


def test_a_release_with_nobody_to_follow_says_so(copy_of_ran):
    """Where no provider can be asked, a release says that the next cycle publishes nothing."""
    said = command(
        "lock", "release", "--reason", "x", home=copy_of_ran(), NEURALBRAIN_DISABLED_PROVIDERS="local"
    ).stdout
    assert "No provider can be asked" in said


def test_nothing_can_be_released_twice(copy_of_ran):
    """Where nobody holds the lock a release exits 1 with its own code, and writes no event."""
    home = copy_of_ran()
    released(home)
    before = json.loads(command("lock", "status", "--json", home=home).stdout)
    failed = command("lock", "release", "--reason", "again", home=home)
    assert failed.returncode == 1
    assert "error (lock-free)" in failed.stderr
    assert json.loads(command("lock", "status", "--json", home=home).stdout) == before


@pytest.mark.parametrize(("verb", "provider"), [("switch", ("local",)), ("release", ())])
def test_a_lock_that_moved_on_is_left_alone(copy_of_ran, monkeypatch, verb: str, provider: tuple[str, ...]):
    """Where somebody else changes the lock between reading and changing, nothing is overridden, and that is said."""
    from neuralbrain.lock.provider_lock import ProviderLockManager

    home = copy_of_ran()
    if verb == "switch":
        released(home)
    number = 2 if verb == "switch" else 1
    read = ProviderLockManager.get_status

    def read_then_somebody_else(self):
        found = read(self)
        assert self.acquire_lock("gemini", reason="meanwhile")
        return found

    monkeypatch.setattr(ProviderLockManager, "get_status", read_then_somebody_else)
    failed = command("lock", verb, *provider, "--reason", "x", home=home)
    monkeypatch.undo()
    assert failed.returncode == 1
    assert "error (lock-number-old)" in failed.stderr
    with opened(home) as here:
        assert (here.lock.state().provider, here.lock.state().number) == ("gemini", number + 1)


def test_a_reason_of_several_lines_stays_on_its_own(copy_of_ran):
    """Control characters in a reason are spelled out in the trail, one line an event, and stay whole in JSON."""
    home = copy_of_ran()
    assert command("lock", "release", "--reason", HOSTILE, home=home).returncode == 0
    shown = command("lock", "audit", home=home).stdout
    assert len(shown.splitlines()) == 8  # five skipped, one acquired, one published, one released
    assert r"reason night\nLock released. \x1b[2J\x9b31m [red]" in shown
    assert not {"\x1b", "\x9b"} & set(shown)
    trail = json.loads(command("lock", "audit", "--json", home=home).stdout)
    assert trail[-1]["details"]["reason"] == HOSTILE
    assert not {"\x1b", "\x9b"} & set(command("lock", "status", home=home).stdout)


@pytest.mark.parametrize("reason", ["", " \n\t ", "x" * 1001, "\udc80"], ids=["empty", "blank", "long", "no-text"])
@pytest.mark.parametrize("verb", [("switch", "local"), ("release",)], ids=" ".join)
def test_a_reason_must_say_something(ran, verb: tuple[str, ...], reason: str):
    """No reason, one too long to show and one that is no text are wrong calls."""
    assert command("lock", *verb, "--reason", reason, home=ran).returncode == 2


def test_a_reason_is_needed(ran):
    """Without --reason neither is done."""
    assert command("lock", "release", home=ran).returncode == 2
    assert command("lock", "switch", "local", home=ran).returncode == 2
