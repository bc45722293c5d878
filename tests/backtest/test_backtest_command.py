"""The command: what it takes, what it prints, and that a killed one goes on where it was."""

from __future__ import annotations

import json
import random
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from command_line import COMMAND, surroundings
from made_up_hub import CUTOFFS, FEED, PLACES, cutoff
from model_clients import good_answer
from same_process import command
from stand_in_server import KEYS

from neuralbrain.backtest.replay import Fault
from neuralbrain.backtest.run import Ended
from neuralbrain.cli.backtest import _Watch
from neuralbrain.settings import Settings

KILLS = 10
SLOWEST_SECONDS = 120.0


def said_by(settings: Settings) -> dict[str, str]:
    """Return the environment in which the made-up hub is the feed."""
    return {
        "NEURALBRAIN_SOURCES": FEED,
        "NEURALBRAIN_FEEDS": json.dumps({FEED: settings.feeds[FEED].model_dump(exclude_defaults=True)}),
    }


def days(first: int, last: int) -> list[str]:
    """Return the options for the releases of some weeks."""
    return ["--from", f"{cutoff(first):%Y-%m-%d}", "--to", f"{cutoff(last):%Y-%m-%d}"]


@pytest.fixture
def backtest(hub_settings, tmp_path):
    """Return what runs the command over the made-up hub."""

    def run(*arguments: str, output: str = "out"):
        folder = str(tmp_path / output)
        return command(
            "backtest",
            "--output",
            folder,
            "--workers",
            "1",
            *arguments,
            home=hub_settings.home,
            **said_by(hub_settings),
        )

    return run


def test_it_replays_keeps_and_scores(backtest, tmp_path):
    """Six weeks have forecasts and scores beside the baseline; the same call again finds all of it done."""
    ended = backtest(*days(20, 25), "--json")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert len(told["finished"]) == len(list((tmp_path / "out").glob("*.parquet"))) == len(CUTOFFS)
    assert {row["model"]: row["n"] for row in told["scores"]} == {
        "local": 24 * len(PLACES),
        "baseline": 24 * len(PLACES),
    }
    assert all(row["relative_wis"] == 1.0 for row in told["scores"] if row["model"] == "baseline")
    assert (told["failed"], told["contaminated"], told["already"]) == ([], 0, 0)
    again = json.loads(backtest(*days(20, 25), "--json").stdout)
    assert again["already"] == len(CUTOFFS)
    assert again["scores"] == told["scores"]


def test_it_prints_a_table(backtest):
    """People read who was worth what, by which values, and how many cutoffs have forecasts."""
    ended = backtest(*days(20, 21), "--no-calibrate", "--truth", "final")
    assert ended.returncode == 0, ended.stderr
    assert "flu_admissions" in ended.stdout
    assert "baseline" in ended.stdout
    assert "as they are known now" in ended.stdout
    assert "2 of 2 cutoffs have forecasts" in ended.stdout


def test_without_values_there_are_no_scores(backtest):
    """Of what was forecast from the last release nothing is known: that is said, and in JSON no score stands."""
    assert "No value is known yet to score by." in backtest(*days(39, 39), output="late").stdout
    assert json.loads(backtest(*days(39, 39), "--json", output="late").stdout)["scores"] == []
    partly = json.loads(backtest(*days(37, 38), "--json", output="partly").stdout)
    assert {row["n"] for row in partly["scores"]} == {(2 + 1) * len(PLACES)}


def test_cutoffs_come_from_a_file(backtest, tmp_path):
    """A day means its end, a time is taken as it is, and lines that say nothing are left out."""
    file = tmp_path / "cutoffs"
    file.write_text(f"# two\n{cutoff(21):%Y-%m-%d}\n\n{cutoff(22):%Y-%m-%d}T12:00:00+02:00\n", encoding="utf-8")
    told = json.loads(backtest("--cutoffs", str(file), "--json").stdout)
    assert told["finished"] == [f"{cutoff(21):%Y-%m-%d}T23:59:59.999999Z", f"{cutoff(22):%Y-%m-%d}T10:00:00Z"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--from", "2025-01-01"), 2, "both --from and --to are needed"),
        (("--from", "2025-01-02", "--to", "2025-01-07"), 2, "it names no cutoff"),
        (("--from", "2025-01-02", "--to", "yesterday"), 2, "is no day"),
        (("--from", "2998-12-31", "--to", "2999-01-09"), 2, "2999-01-09T23:59:59.999999Z lies in the future"),
        (("--cutoffs", "/nowhere/at/all"), 2, "cannot be read"),
        (("--cutoffs", "/dev/null", "--from", "2025-01-01"), 2, "goes with neither"),
        ((*days(20, 21), "--provider", "nobody"), 4, "no provider 'nobody'"),
        ((*days(20, 21), "--sources", "nobody"), 2, "nobody"),
        ((*days(20, 21), "--provider", "openai"), 2, "OPENAI_API_KEY"),
    ],
)
def test_what_it_cannot_do_is_said(backtest, tmp_path, arguments, code, words):
    """Each mistake in the call has its sentence and exit code, and no folder is made."""
    ended = backtest(*arguments)
    assert ended.returncode == code
    assert words in ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_failed_cutoff_is_shown_and_punished(backtest):
    """A cutoff before the first release is named with its reason, and the exit code is 1 although another is done."""
    ended = backtest("--from", "2024-10-02", "--to", f"{cutoff(12):%Y-%m-%d}", "--json")
    assert ended.returncode == 1
    told = json.loads(ended.stdout)
    assert {one["code"] for one in told["failed"]} == {"nothing-known"}
    assert len(told["finished"]) == 2


def test_a_model_is_stopped_and_marked(hub_settings, tmp_path, server):
    """With two calls allowed it says that it stopped and what is contaminated; the same call asks for the rest."""
    server.answer = good_answer
    said = {
        **said_by(hub_settings),
        "OPENAI_API_KEY": KEYS["openai"],
        "NEURALBRAIN_PROVIDERS": json.dumps({"openai": {"base_url": server.url("openai"), "model": "of-nobody"}}),
    }
    words = ("--provider", "openai", "--max-calls", "2", "--output", str(tmp_path / "out"))
    first = command("backtest", *days(20, 22), *words, home=hub_settings.home, **said)
    assert first.returncode == 1
    assert "Stopped: all 2 calls that were allowed are made." in " ".join(first.stdout.split())
    assert "Contaminated: 2 of them; openai was trained" in " ".join(first.stdout.split())
    assert "openai (contaminated)" in first.stdout
    again = command("backtest", *days(20, 22), *words, "--json", home=hub_settings.home, **said)
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert (len(told["finished"]), told["contaminated"], len(server.asked)) == (3, 3, 3)
    assert {row["contaminated"] for row in told["scores"]} == {True}


def test_it_says_how_long_the_rest_takes(clock):
    """After two of eight pieces in a minute three minutes are left, and a fault stands above the moving line."""
    doing, ended = [], []
    shown = SimpleNamespace(doing=doing.append, ended=lambda *lines: ended.extend(str(one) for one in lines))
    watch = _Watch(SimpleNamespace(clock=clock), shown)
    clock.forward(seconds=60)
    watch(Ended(cutoff=CUTOFFS[0], done=2, pieces=8, fault=None))
    watch(Ended(cutoff=CUTOFFS[1], done=3, pieces=8, fault=Fault(code="x", message="It broke.", remedy="")))
    assert doing[0] == "2 of 8 done, 3 min left"
    assert ended == [f"failed  {CUTOFFS[1]:%Y-%m-%d}  It broke. (x)"]


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_killed_ten_times_it_comes_to_the_same(hub_settings, tmp_path, workers):
    """Killed at ten moments drawn by lot, most in the middle, it ends with the files of a run that nobody disturbed."""
    chance = random.Random(f"kills-{workers}")
    arguments = [*COMMAND, "backtest", *days(12, 38), "--workers", workers, "--json", "--output"]
    environment = surroundings(hub_settings.home, **said_by(hub_settings))

    def start(folder: Path) -> subprocess.Popen[bytes]:
        with (tmp_path / "said").open("wb") as said:  # no pipe: workers whose parent was killed would hold it open
            return subprocess.Popen([*arguments, str(folder)], env=environment, stdout=said, stderr=subprocess.STDOUT)

    whole, out = tmp_path / "whole", tmp_path / "out"
    assert start(whole).wait(SLOWEST_SECONDS) == 0
    pieces = _made(whole)
    in_the_middle = 0
    for _ in range(KILLS):
        running = start(out)
        goal = len(_made(out)) + chance.randint(0, 2 * len(pieces) // KILLS)
        until = time.monotonic() + SLOWEST_SECONDS
        while running.poll() is None and len(_made(out)) < goal and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(chance.random() * 0.05)
        in_the_middle += running.poll() is None and 0 < len(_made(out)) < len(pieces)
        running.kill()
        running.wait()
    ended = start(out).wait(SLOWEST_SECONDS)
    said = (tmp_path / "said").read_text(encoding="utf-8")
    assert ended == 0, said
    assert in_the_middle >= KILLS // 2
    assert json.loads(said)["already"] > 0
    assert _files(out) == _files(whole)


def _made(folder: Path) -> list[Path]:
    """Return the marks and forecasts that stand whole in a folder."""
    return [*folder.glob("asked/[0-9]*"), *folder.glob("*.parquet")]


def _files(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.glob("*.parquet")}
