"""`kill -9` of the service at any moment: it comes back with the last edition and the right next slot."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from neuralbrain.clock import SystemClock
from neuralbrain.domain.slot import SlotRecord, slot_at
from neuralbrain.settings import Settings
from neuralbrain.wiring import Application

TRIALS = 30
FIRST = date(2025, 2, 9)  # a Sunday; one more week of the sample each trial makes its inputs new
PROGRAM = Path(__file__).with_name("service_at.py")


def start(home: Path, *, hours: int) -> subprocess.Popen[str]:
    """Start the service with its clock so many hours ahead, on the sample up to as many weeks later."""
    environment = {
        **os.environ,
        "NEURALBRAIN_HOME": str(home),
        "NEURALBRAIN_SAMPLE_UNTIL": (FIRST + timedelta(weeks=hours)).isoformat(),
        "NEURALBRAIN_SOURCES": "cholera-africa",  # half the sample: twice the kills in the same time
        "NEURALBRAIN_LOG_LEVEL": "error",
    }
    log = (home.parent / "service.log").open("a", encoding="utf-8")
    with log:
        return subprocess.Popen(
            [sys.executable, str(PROGRAM), str(hours)], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )


def kill(process: subprocess.Popen[str]) -> bool:
    """Kill a service and return whether it was still running."""
    running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
    return running


def got(address: str, path: str) -> tuple[int, dict[str, Any]]:
    """Return status and body of an answer."""
    try:
        with urllib.request.urlopen(address + path, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def state_of(home: Path, slot: datetime) -> SlotRecord | None:
    """Return the state of a slot as a fresh reader sees it."""
    application = Application(Settings().model_copy(update={"home": home}))
    try:
        return application.slots.find(slot)
    finally:
        application.close()


def current(home: Path) -> tuple[int, str] | None:
    """Return number and digest of the edition that is up, read whole and checked."""
    application = Application(Settings().model_copy(update={"home": home}))
    try:
        edition = application.editions.get()
        assert application.damages() == []
        return None if edition is None else (edition.header.number, edition.header.digest)
    finally:
        application.close()


def hour_with_time_left() -> datetime:
    """Return the hour it is, with enough of it left for a trial: its end would make another slot due."""
    while True:
        now = SystemClock().now()
        hour = slot_at(now, 3600)
        if hour + timedelta(minutes=59) > now:
            return hour
        time.sleep(1)


def come_back(home: Path, *, hours: int, before: tuple[int, str] | None, slot: datetime) -> None:
    """Start the service again, and see it serve the last edition and end the killed hour in one state."""
    process = start(home, hours=hours)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), "it did not come back"
        status, body = got(address, "/api/forecasts/all")
        if before is not None:  # whatever was up is served from the first answer on
            assert status == 200
            assert body["edition"]["number"] >= before[0]
        limit = time.monotonic() + 60
        while state_of(home, slot) is None:
            assert time.monotonic() < limit, "the killed hour has no state"
            time.sleep(0.1)  # another process writes it: there is nothing to inject
        while (due := got(address, "/api/cycles")[1]["next_slot"]) is None:  # before the schedule's first look
            assert time.monotonic() < limit, "no slot is due next"
            time.sleep(0.1)
        assert datetime.fromisoformat(due) == slot + timedelta(hours=1)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


@pytest.mark.slow
def test_kill_the_service_at_random_moments(tmp_path: Path):
    """After each of 30 kills it comes back with the last edition, and each hour has one state and one edition."""
    seed = int(os.environ.get("NEURALBRAIN_TEST_SEED", str(random.SystemRandom().randrange(10**6))))
    chance = random.Random(seed)
    home = tmp_path / "killed"
    found: Counter[str] = Counter()
    for trial in range(TRIALS):
        base = hour_with_time_left()
        slot = base + timedelta(hours=trial)
        before = current(home) if home.exists() else None
        process = start(home, hours=trial)
        time.sleep(chance.uniform(0.3, 3.5))  # the moment is the point of this test, not a wait for something
        found["killed while running"] += kill(process)
        after = current(home)
        next_number = (before[0] if before else 0) + 1
        assert after == before or (after is not None and after[0] == next_number), f"seed {seed}"
        found["new edition up at the kill" if after != before else "old edition up at the kill"] += 1
        recorded = state_of(home, slot)
        found["hour recorded at the kill" if recorded else "hour open at the kill"] += 1
        come_back(home, hours=trial, before=after, slot=slot)
        ended = state_of(home, slot)
        assert ended is not None
        assert recorded in (None, ended), "a state was changed"
        assert ended.outcome.value == "done", (seed, ended)
        reached = current(home)
        assert reached is not None, f"seed {seed}, trial {trial}"
        assert reached[0] == next_number, f"seed {seed}, trial {trial}"
    print(f"seed {seed}: {dict(found)}")
    assert found["killed while running"] == TRIALS
    assert (tmp_path / "service.log").read_text(encoding="utf-8") == "", "an error was logged"
