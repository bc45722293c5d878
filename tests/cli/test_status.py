"""The whole picture on one screen: what stands there, and that it is what the database says."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from same_process import command, opened

from neuralbrain.cli.picture import Picture, picture_of
from neuralbrain.domain.health import HealthCheck, HealthFinding, Verdict
from neuralbrain.domain.slot import SlotCode, slot_at
from neuralbrain.lock.process import this_runner

ADDRESS = "http://127.0.0.1:8642"


def served(home) -> None:
    """Write down that this process serves."""
    with opened(home) as here:
        me = this_runner(pid=os.getpid(), lease_until=0.0, since=here.clock.now())
        here.services.begin(me, address=ADDRESS, version="1")


def words(said: str) -> str:
    """Return what was printed as one line, so that a wrapped sentence is found."""
    return " ".join(said.split())


def test_an_empty_home_has_a_status(tmp_path):
    """With nothing there the status names the commands that begin, and exits 0."""
    said = command("status", home=tmp_path / "home")
    assert said.returncode == 0, said.stderr
    for line in ("none yet (neuralbrain run makes the first)", "nobody, lock number 0: never acquired",
                 "every hour; due now", "not running: start it with `neuralbrain serve`", "never checked"):  # fmt: skip
        assert line in words(said.stdout)
    shown = json.loads(command("status", "--json", home=tmp_path / "home").stdout)
    assert (shown["edition"], shown["services"], shown["health"]) == (None, [], None)
    assert shown["schedule"]["due_now"] is True


def test_the_edition_is_the_one_that_is_up(ran):
    """The edition stands there with author, lock number, counts by risk, and the age of its newest report."""
    said = words(command("status", home=ran).stdout)
    published = json.loads(command("editions", "show", "--json", home=ran).stdout)
    shown = json.loads(command("status", "--json", home=ran).stdout)["edition"]
    assert "1 by local under lock number 1, published" in said
    assert shown["digest"] == published["digest"]
    recent = [row for row in published["regions"] if row["context"]["last_date"] > "2025"]
    assert len(published["regions"]) == len(recent) + 51, "an archive is listed, and not counted"
    levels = [row["risk_level"] for row in recent]
    assert shown["risk_levels"] == {
        "RED": levels.count("RED"), "YELLOW": levels.count("YELLOW"), "GREEN": levels.count("GREEN"),
        "none": levels.count(None),
    }  # fmt: skip
    assert sum(shown["risk_levels"].values()) == len(levels) == 15
    newest = max(row["context"]["last_date"] for row in published["regions"])
    assert shown["newest_report"] == newest
    assert f"newest report {newest}, {shown['data_age_days']} days ago; old data" in said
    for name, number in list(shown["risk_levels"].items())[:3]:
        assert f"{number} {name}" in said


def test_the_lock_says_who_why_and_how_often_it_failed(copy_of_ran):
    """The lock stands there with holder, number, reason and failures."""
    home = copy_of_ran()
    assert "local, lock number 1 since" in words(command("status", home=home).stdout)
    with opened(home) as here:
        here.lock.increment_failure_count(2, reason="test")
    said = words(command("status", home=home).stdout)
    assert "first in the order" in said
    assert "2 failures in a row, 2 in all" in said
    assert json.loads(command("status", "--json", home=home).stdout)["lock"]["consecutive_failures"] == 2


def test_a_withdrawn_edition_is_not_up(withdrawn):
    """Where every edition is withdrawn the status says so and how to make another."""
    said = words(command("status", home=withdrawn).stdout)
    assert "none is up: every edition is withdrawn (neuralbrain run --again)" in said


def test_a_pause_says_by_whom_and_why(copy_of_ran):
    """A paused schedule stands there with who paused it and why, and no next slot."""
    home = copy_of_ran()
    command("schedule", "pause", "--reason", "a flood", home=home)
    command("schedule", "every", "30", "--reason", "later", home=home)
    said = words(command("status", home=home).stdout)
    assert "PAUSED since" in said
    assert "a flood" in said
    assert "every 30 minutes otherwise" in said
    assert "due now" not in said
    shown = json.loads(command("status", "--json", home=home).stdout)["schedule"]
    assert (shown["next_slot"], shown["due_now"], shown["paused_by"]["reason"]) == (None, False, "a flood")


def test_the_last_hours_stand_there(copy_of_ran):
    """The last slots stand there with outcome and reason, and a slot that has its state is not due."""
    home = copy_of_ran()
    with opened(home) as here:
        now = here.clock.now()
        hour = slot_at(now, 3600)
        missed = [(hour - timedelta(hours=n), SlotCode.NOT_RUNNING) for n in range(8)]
        here.slots.record_missed(missed, now=now)
    said = words(command("status", home=home).stdout)
    assert said.count("skipped No service was running") == 5
    assert f"{hour:%m-%d %H:%M} skipped" in said
    shown = json.loads(command("status", "--json", home=home).stdout)["schedule"]
    if slot_at(now, 3600) == hour:
        assert [one["outcome"] for one in shown["last_slots"]] == ["skipped"] * 5


def picture_at(here, **changes: object) -> Picture:
    """Return how things stand, in another way than they do."""
    return replace(picture_of(here), **changes)  # type: ignore[arg-type]


def test_what_is_due_next(copy_of_ran):
    """The next slot is this one while it has no state, then the one after it, and none while paused."""
    with opened(copy_of_ran()) as here:
        now = here.clock.now()
        hour = slot_at(now, 3600)
        assert picture_at(here, now=now, slot_is_due=True).next_slot == hour
        assert picture_at(here, now=now, slot_is_due=False).next_slot == hour + timedelta(hours=1)
        paused = replace(here.slots.schedules()[0], paused=True)
        assert picture_at(here, now=now, schedules=(paused,)).next_slot is None


def test_a_service_and_its_health_stand_there(copy_of_ran):
    """A running service stands there with process and address, and its last check with findings and remedies."""
    home = copy_of_ran()
    served(home)
    with opened(home) as here:
        finding = HealthFinding(
            code="feed-late", verdict=Verdict.DEGRADED, message="It is\nlate. \x1b[2J", remedy="Wait."
        )
        at = here.clock.now() - timedelta(minutes=3, seconds=30)
        here.services.note_health(HealthCheck(at=at, verdict=Verdict.DEGRADED, findings=(finding,)))
    said = command("status", home=home).stdout
    assert f"process {os.getpid()} at {ADDRESS} since" in words(said)
    assert "degraded, checked 3 min ago" in words(said)
    assert r"It is\nlate. \x1b[2J Wait. (feed-late)" in words(said)
    assert "\x1b" not in said
    shown = json.loads(command("status", "--json", home=home).stdout)
    assert [one["pid"] for one in shown["services"]] == [os.getpid()]
    assert shown["health"]["findings"][0]["code"] == "feed-late"


def test_a_service_that_ended_is_not_running(copy_of_ran):
    """A service that ended in order, and one whose process is gone, are not running."""
    home = copy_of_ran()
    with opened(home) as here:
        me = this_runner(pid=os.getpid(), lease_until=0.0, since=here.clock.now())
        here.services.end(here.services.begin(me, address=ADDRESS, version="1"), reason="told to")
        here.services.begin(replace(me, boot="another"), address=ADDRESS, version="1")
    assert "not running" in command("status", home=home).stdout


@pytest.mark.parametrize("width", [40, 70, 140])
def test_the_picture_fits_every_width(withdrawn, ran, width: int):
    """On a narrow screen words wrap beside their label, and no line leaves the screen."""
    for home in (withdrawn, ran):
        lines = command("status", home=home, COLUMNS=str(width)).stdout.splitlines()
        assert max(map(len, lines)) <= width
        labels = [line.split()[0] for line in lines if not line.startswith(" ")]
        assert [one for one in labels if one != "Data"] == [
            "Edition", "Lock", "Cycle", "Schedule", "Service", "Health",
        ]  # fmt: skip


def test_the_picture_is_one_screen(ran):
    """On a usual terminal everything stands on one screen of 24 lines."""
    assert len(command("status", home=ran, COLUMNS="80").stdout.splitlines()) <= 24


def test_a_damaged_edition_is_an_error(copy_of_ran):
    """What cannot be read is not shown as if it were there: the status exits 1 with what to do."""
    from sqlalchemy import text

    home = copy_of_ran()
    with opened(home) as here, here.database.write() as connection:
        for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'")).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE edition SET inputs_digest = 'x'"))
    failed = command("status", home=home)
    assert failed.returncode == 1
    assert "error (store-damaged)" in failed.stderr
