"""The service as a user starts it: first line, answers, a stop in order, and clear words where it cannot start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neuralbrain.settings import Settings
from neuralbrain.wiring import Application

pytestmark = pytest.mark.slow
SERVE = [sys.executable, "-m", "neuralbrain", "serve"]
UNTIL = "2025-03-02"  # a shorter past is read more quickly


class Running:
    """A service in a process of its own.

    Args:
        home: Its data folder.
        more: Further environment variables.
    """

    def __init__(self, home: Path, **more: str) -> None:
        self.home = home
        environment = {**os.environ, "NEURALBRAIN_HOME": str(home), "NEURALBRAIN_SAMPLE_UNTIL": UNTIL, **more}
        self.process = subprocess.Popen(
            [*SERVE, "--port", "0"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline().rstrip("\n")
        self.address = self.first_line.rpartition(" ")[2]

    def get(self, path: str) -> dict[str, Any]:
        """Return the body of an answer."""
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            body: dict[str, Any] = json.loads(answer.read())
            return body

    def wait_for_edition(self) -> None:
        """Wait until an edition is served."""
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            try:
                self.get("/readyz")
            except urllib.error.HTTPError as error:
                error.close()
                time.sleep(0.1)  # another process works: there is nothing to inject
            else:
                return
        raise AssertionError("no edition was served within a minute")

    def wait_for_slots(self) -> list[str]:
        """Return how the slots ended, once one has: an edition is up a moment before its cycle has ended."""
        limit = time.monotonic() + 30
        while not (slots := self.get("/api/cycles")["slots"]) and time.monotonic() < limit:
            time.sleep(0.1)  # another process works: there is nothing to inject
        return [one["outcome"] for one in slots]

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str, str, float]:
        """Stop it, and return its exit code, what it printed, what it logged and how long it took, seconds."""
        began = time.monotonic()
        self.process.send_signal(number)
        printed, logged = self.process.communicate(timeout=30)
        return self.process.returncode, printed, logged, time.monotonic() - began


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Yield a service that has just started."""
    made = Running(tmp_path / "served")
    yield made
    if made.process.poll() is None:
        made.process.kill()
        made.process.communicate()


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def test_the_first_minute(running: Running):
    """The first line says where; a cycle runs at once because its hour is due; Ctrl-C ends it within ten seconds."""
    assert running.first_line.startswith("NeuralBrain serves at http://127.0.0.1:")
    running.wait_for_edition()
    assert running.get("/api/forecasts/region/angola")["edition"]["number"] == 1
    assert running.wait_for_slots() == ["done"]
    health = running.get("/api/health/status")
    assert health["verdict"] == "healthy", health
    code, printed, logged, seconds = running.stop()
    assert code == 0
    assert printed.endswith("Stopped. Nothing half-done was published.\n")
    assert seconds < 10
    assert logged.count("Traceback") == 0, logged


@pytest.mark.parametrize("moment", [0.0, 0.4, 0.8, 1.2])
def test_stopped_in_the_middle_of_a_cycle(running: Running, moment: float):
    """Told to stop while a cycle runs, it ends in order within ten seconds and leaves no process behind."""
    time.sleep(moment)  # the moment is the point of this test
    workers = children_of(running.process.pid)
    code, _, logged, seconds = running.stop(signal.SIGTERM)
    assert code == 0, logged
    assert seconds < 10
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []
    here = Application(Settings().model_copy(update={"home": running.home}))
    try:
        assert here.damages() == []
        assert here.lock.state().runner is None, "the lease was not given back"
        assert here.services.running() == ()
        assert here.services.last(1)[0].end_reason == "told to stop"
    finally:
        here.close()


def test_stopped_before_its_start_could_be_written(tmp_path: Path):
    """Told to stop while the disk is slow to take its start, a service still leaves both its start and its end."""
    home = tmp_path / "served"
    here = Application(Settings().model_copy(update={"home": home}))
    served = None
    try:
        assert here.services.last(1) == ()
        with here.database.write():
            served = Running(home)
            served.process.send_signal(signal.SIGTERM)
            time.sleep(1.0)  # the disk takes nothing all that time
        _, logged = served.process.communicate(timeout=30)
        assert served.process.returncode == 0, logged
        assert here.services.last(1)[0].end_reason == "told to stop"
    finally:
        if served is not None and served.process.poll() is None:
            served.process.kill()
            served.process.communicate()
        here.close()


def test_what_others_change_is_noticed(running: Running):
    """A pause and a withdrawal from another process are seen within seconds."""
    running.wait_for_edition()
    here = Application(Settings().model_copy(update={"home": running.home}))
    try:
        here.slots.change(interval_seconds=None, paused=True, reason="a test", actor="test")
        here.editions.withdraw(1, reason="a test", actor="test")
        limit = time.monotonic() + 15
        while time.monotonic() < limit:
            status = running.get("/api/health/status")
            if status["edition"] is None and {"edition-none", "schedule-paused"} <= {
                one["code"] for one in status["findings"]
            }:
                break
            time.sleep(0.2)
        else:
            raise AssertionError(status)
        with pytest.raises(urllib.error.HTTPError) as refused:
            running.get("/api/forecasts/all")
        problem = json.loads(refused.value.read())
        refused.value.close()
        assert (refused.value.code, problem["code"]) == (503, "edition-none")
    finally:
        here.close()


def test_a_taken_port_is_said(running: Running):
    """A second service on the same port ends at once with exit code 2 and words that help."""
    port = running.address.rpartition(":")[2]
    second = subprocess.run(
        [*SERVE, "--port", port], env={**os.environ}, capture_output=True, text=True, timeout=30, check=False
    )
    assert second.returncode == 2
    assert "something serves there already" in second.stderr
    assert "--port" in second.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])
def test_only_this_machine(host: str):
    """An address that others can reach is refused, with the way out."""
    refused = subprocess.run([*SERVE, "--host", host], capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode == 2
    assert host in refused.stderr


def test_a_step_that_hangs_does_not_end_it(tmp_path: Path):
    """With a deadline no step can meet, the hour fails with the reason, and the service goes on answering."""
    made = Running(tmp_path / "hurried", NEURALBRAIN_READ_SECONDS="0.0001", NEURALBRAIN_STEP_SECONDS="0.0001")
    try:
        limit = time.monotonic() + 60
        while not (slots := made.get("/api/cycles")["slots"]):
            assert time.monotonic() < limit
            time.sleep(0.1)
        assert (slots[0]["outcome"], slots[0]["code"]) == ("failed", "step-deadline")
        assert made.get("/healthz") == {"status": "alive"}
    finally:
        code, _, _, _ = made.stop()
    assert code == 0
