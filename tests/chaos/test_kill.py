"""`kill -9` at any moment: the old edition or the new one, whole, and the next run succeeds."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from neuralbrain.settings import Settings
from neuralbrain.wiring import Application

TRIALS = 50
FIRST = date(2025, 2, 9)  # a Sunday; one more week of the sample each trial makes its inputs new
RUN = [sys.executable, "-m", "neuralbrain", "run", "--json"]


def environment(home: Path, until: date) -> dict[str, str]:
    """Return the environment of a run on the sample up to a day, with every event on standard error."""
    return {
        **os.environ,
        "NEURALBRAIN_HOME": str(home),
        "NEURALBRAIN_SAMPLE_UNTIL": until.isoformat(),
        "NEURALBRAIN_SOURCES": "cholera-africa",  # half the sample: twice the kills in the same time
        "NEURALBRAIN_LOG_LEVEL": "debug",
    }


def killed_at(home: Path, until: date, *, after_event: str | None, seconds: float) -> bool:
    """Start a run, kill it some time after an event (or after its start), and return whether it was still running."""
    process = subprocess.Popen(
        RUN, env=environment(home, until), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    if after_event is not None:
        for line in process.stderr:
            if f'"step": "{after_event}"' in line:
                break
    time.sleep(seconds)  # the moment is the point of this test, not a wait for something
    running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.stderr.close()
    process.wait()
    return running


def served(home: Path) -> tuple[int, str]:
    """Return number and digest of the edition a reader gets now, after reading it whole and checking it."""
    application = Application(Settings().model_copy(update={"home": home}))
    try:
        edition = application.editions.get()  # refuses what does not match its digest
        assert edition is not None
        assert len(list(edition.rows())) == edition.header.forecasts > 0
        assert {table.provider for table in edition.tables} == {edition.header.provider}
        assert application.damages() == []
        return edition.header.number, edition.header.digest
    finally:
        application.close()


def run_to_the_end(home: Path, until: date) -> dict[str, object]:
    """Run once, undisturbed, and return what it printed."""
    done = subprocess.run(RUN, env=environment(home, until), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    printed: dict[str, object] = json.loads(done.stdout)
    return printed


@pytest.mark.slow
def test_kill_at_random_moments(tmp_path: Path):
    """After each of 50 kills the edition served is the old or the new one, complete, and the next run succeeds."""
    seed = int(os.environ.get("NEURALBRAIN_TEST_SEED", str(random.SystemRandom().randrange(10**6))))
    chance = random.Random(seed)
    home = tmp_path / "killed"
    started = time.monotonic()
    run_to_the_end(home, FIRST)
    whole_run = time.monotonic() - started
    events = ["read cholera-africa", "remember", "ask", "normalise"]
    found: Counter[str] = Counter()
    for trial in range(1, TRIALS + 1):
        until = FIRST + timedelta(weeks=trial)
        before = served(home)
        # Half of the moments are spread over the whole run; the others follow the steps closely, where most is written.
        if trial % 2:
            running = killed_at(home, until, after_event=None, seconds=chance.uniform(0, whole_run))
        else:
            pause = chance.choice([0.0, chance.uniform(0, 0.02), chance.uniform(0, 0.1)])
            running = killed_at(home, until, after_event=chance.choice(events), seconds=pause)
        after = served(home)
        assert after == before or after[0] == before[0] + 1, f"seed {seed}, trial {trial}"
        found["new edition up" if after != before else "old edition up"] += 1
        found["killed while running"] += running
        outcome = run_to_the_end(home, until)["outcome"]
        assert outcome == ("unchanged" if after != before else "done"), f"seed {seed}, trial {trial}"
        assert served(home)[0] == before[0] + 1
    print(f"seed {seed}: {dict(found)}")
    assert found["killed while running"] >= TRIALS // 2, f"too tame: {dict(found)} (seed {seed})"


@pytest.mark.slow
def test_two_runs_at_once(tmp_path: Path):
    """Of two runs at once one publishes; the other says who holds what, in our words, with the exit code for busy."""
    home = tmp_path / "twice"
    run_to_the_end(home, FIRST)
    busy = 0
    for trial in range(1, 9):
        until = FIRST + timedelta(weeks=trial)
        both = [
            subprocess.Popen(
                RUN, env=environment(home, until), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        ended = [(process.communicate(timeout=120), process.returncode) for process in both]
        codes = sorted(code for _, code in ended)
        assert codes in ([0, 3], [0, 0]), [said[1][-500:] for said, _ in ended]
        outcomes = sorted(json.loads(said[0])["outcome"] for said, code in ended if code == 0)
        assert outcomes in (["done"], ["done", "unchanged"])
        for (_, errors), code in ended:
            if code == 3:
                busy += 1
                refusal = json.loads(errors.splitlines()[-1])["error"]
                assert refusal["code"] == "runner-busy"
                assert "runs the cycle" in refusal["message"]
            assert "Traceback" not in errors
        assert served(home)[0] == trial + 1, "exactly one of the two published"
    assert busy > 0, "the two never met: this test says nothing"
