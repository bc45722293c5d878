"""The schedule as an operator meets it: shown, paused, resumed, changed, and never changed twice."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pytest
from same_process import command, opened

from neuralbrain.cli.due import next_slot, pausing
from neuralbrain.domain.slot import UNCHANGED_SCHEDULE, Schedule
from neuralbrain.lock.process import this_runner


@pytest.fixture
def home(tmp_path):
    """Return a home in which nothing has happened yet."""
    return tmp_path / "home"


def change(number: int, *, paused: bool, interval_seconds: int = 3600) -> Schedule:
    """Return a schedule as it was changed."""
    return Schedule(
        number=number, since=datetime(2026, 3, number, tzinfo=UTC), interval_seconds=interval_seconds, paused=paused,
        reason=f"reason {number}", actor="me",
    )  # fmt: skip


def changes_in(home) -> int:
    """Return how often the schedule was changed."""
    with opened(home) as here:
        return len(here.slots.schedules()) - 1


def test_it_is_hourly_from_the_start(home):
    """Before anybody changes it a cycle is due every hour, and the next slot is the next full hour."""
    said = command("schedule", "show", home=home).stdout
    assert "A cycle is due every hour; the next slot is " in said
    assert ":00 UTC." in said
    assert "Nobody has ever changed it." in said
    assert "`neuralbrain serve`" in said
    shown = json.loads(command("schedule", "show", "--json", home=home).stdout)
    assert (shown["schedule"]["interval_seconds"], shown["schedule"]["paused"]) == (3600, False)
    assert (shown["service_running"], shown["changes"]) == (False, [])


def test_paused_and_resumed(home):
    """A pause holds until it is resumed, each with its reason and its actor, in the list and in the audit trail."""
    said = command("schedule", "pause", "--reason", "maintenance", home=home)
    assert said.returncode == 0, said.stderr
    assert "No cycle is run" in said.stdout
    assert "maintenance" in command("schedule", "show", home=home).stdout
    assert json.loads(command("schedule", "show", "--json", home=home).stdout)["next_slot"] is None
    with opened(home) as here:
        assert here.slots.schedules()[-1].paused
    assert "A cycle is due every hour" in command("schedule", "resume", "--reason", "done", home=home).stdout
    with opened(home) as here:
        held = here.slots.schedules()
    assert [(one.paused, one.reason) for one in held[1:]] == [(True, "maintenance"), (False, "done")]
    assert "(process " in held[1].actor
    trail = json.loads(command("lock", "audit", "--json", home=home).stdout)
    assert [one["event_type"] for one in trail] == ["schedule_changed"] * 2
    assert trail[0]["details"]["reason"] == "maintenance"


@pytest.mark.parametrize(
    ("first", "again", "words"),
    [
        (["pause"], ["pause"], "The schedule is paused already. Nothing was changed."),
        (["every", "15"], ["every", "15"], "A cycle is due every 15 minutes already. Nothing was changed."),
        (["every", "15"], ["resume"], "The schedule is not paused. Nothing was changed."),
    ],
)
def test_what_is_so_already_is_not_changed(home, first: list[str], again: list[str], words: str):
    """A change to what holds already says so, exits 0 and writes nothing."""
    assert command("schedule", *first, "--reason", "x", home=home).returncode == 0
    said = command("schedule", *again, "--reason", "y", home=home)
    assert (said.returncode, said.stdout.splitlines()[0]) == (0, words)
    as_json = json.loads(command("schedule", *again, "--reason", "y", "--json", home=home).stdout)
    assert as_json["changed"] is False
    assert changes_in(home) == 1


def test_another_interval_holds_from_now_on(home):
    """Another interval is said with the moment from which it holds and the next slot, a multiple since midnight."""
    said = command("schedule", "every", "360", "--reason", "slow feeds", "--json", home=home).stdout
    shown = json.loads(said)
    assert shown["changed"] is True
    assert shown["schedule"]["interval_seconds"] == 21_600
    assert datetime.fromisoformat(shown["next_slot"]).hour % 6 == 0
    assert datetime.fromisoformat(shown["next_slot"]).minute == 0
    again = command("schedule", "every", "60", "--reason", "back", home=home).stdout
    assert "Changed: it holds from" in again
    assert "A cycle is due every hour" in again


def test_an_interval_leaves_a_pause_alone(home):
    """Changing the interval of a paused schedule does not resume it, and the pause keeps its reason and moment."""
    command("schedule", "pause", "--reason", "maintenance", home=home)
    said = command("schedule", "every", "30", "--reason", "later", home=home).stdout
    assert "Paused since" in said
    assert "maintenance" in said
    assert "every 30 minutes" in said
    with opened(home) as here:
        assert here.slots.schedules()[-1].paused


@pytest.mark.parametrize("minutes", ["0", "-60", "7", "1441", "2880", "99999999999999999999", "1.5", "sixty"])
def test_an_interval_that_no_slots_can_have_is_a_wrong_call(home, minutes: str):
    """Minutes that do not divide a day end with exit code 2 and change nothing."""
    failed = command("schedule", "every", "--reason", "x", "--json", "--", minutes, home=home)
    assert (failed.returncode, failed.stdout) == (2, "")
    assert "minute" in command("schedule", "every", "--reason", "x", "--", minutes, home=home).stderr
    assert changes_in(home) == 0


@pytest.mark.parametrize("verb", [("pause",), ("resume",), ("every", "15")], ids=" ".join)
@pytest.mark.parametrize("reason", [(), ("--reason", " \n ")], ids=["missing", "blank"])
def test_a_change_needs_its_reason(home, verb: tuple[str, ...], reason: tuple[str, ...]):
    """Without a reason in words nothing is changed."""
    assert command("schedule", *verb, *reason, home=home).returncode == 2
    assert changes_in(home) == 0


def test_a_hostile_reason_is_only_text(home):
    """Control characters in a reason are spelled out wherever the schedule is shown, on a narrow screen too."""
    hostile = "night\nA cycle is due every hour \x1b[2J"
    command("schedule", "pause", "--reason", hostile, home=home)
    for arguments in (["schedule", "show"], ["lock", "audit"], ["status"], ["doctor"]):
        shown = command(*arguments, home=home, COLUMNS="40").stdout
        assert "\x1b" not in shown
        assert not any(line.startswith("A cycle is due every hour \\x1b") for line in shown.splitlines())
        assert "night" in shown
    shown = json.loads(command("schedule", "show", "--json", home=home).stdout)
    assert shown["schedule"]["reason"] == hostile


def test_a_running_service_is_not_asked_for(home):
    """With a service running nobody is told to start one."""
    with opened(home) as here:
        me = this_runner(pid=os.getpid(), lease_until=0.0, since=here.clock.now())
        here.services.begin(me, address="http://127.0.0.1:8642", version="1")
    assert "neuralbrain serve" not in command("schedule", "show", home=home).stdout
    assert json.loads(command("schedule", "show", "--json", home=home).stdout)["service_running"] is True


def test_who_paused_it_is_found_behind_later_changes():
    """The pause is the oldest of the last changes that all leave it paused; one that was resumed does not count."""
    held = [UNCHANGED_SCHEDULE, change(1, paused=True), change(2, paused=False), change(3, paused=True)]
    held.append(change(4, paused=True, interval_seconds=900))
    assert pausing(held) == held[3]
    assert pausing(held[:3]) is None
    assert pausing([UNCHANGED_SCHEDULE]) is None


@pytest.mark.parametrize(
    ("interval_seconds", "at", "expected"),
    [
        (3600, datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)),
        (3600, datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 13, tzinfo=UTC)),
        (21_600, datetime(2026, 3, 1, 7, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)),
    ],
)
def test_the_next_slot_is_after_this_moment(interval_seconds: int, at: datetime, expected: datetime):
    """The next slot is the first multiple of the interval since midnight, UTC, that is still to come."""
    assert next_slot(change(1, paused=False, interval_seconds=interval_seconds), at) == expected
