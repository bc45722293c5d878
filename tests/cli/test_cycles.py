"""Cycles and hours as an operator meets them: listed, shown step by step, and run."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from same_process import command, opened

from neuralbrain.cli import cycles, run
from neuralbrain.cli.cycle_view import outcome_of
from neuralbrain.domain.journal import CycleRecord, CycleReport, Outcome, StepRecord
from neuralbrain.domain.slot import REASONS, SlotCode, SlotOutcome, SlotRecord

AT = datetime(2026, 3, 22, 7, tzinfo=UTC)
HOSTILE = "It broke. \nEdition 9 is up. \x1b[2J"


def failed_step(**changes: object) -> StepRecord:
    """Return a step that failed after 61 seconds and three attempts."""
    said = {
        "name": "read cholera-africa", "started_at": AT, "ended_at": AT + timedelta(seconds=61),
        "outcome": Outcome.FAILED, "message": HOSTILE, "code": "source-missing", "remedy": "Install\nit.",
        "attempts": 3,
    }  # fmt: skip
    return StepRecord(**{**said, **changes})  # type: ignore[arg-type]


@pytest.fixture
def failed(tmp_path):
    """Return a home in which the one cycle, of a slot, failed at its first step, and words tried to be more."""
    home = tmp_path / "home"
    with opened(home) as here:
        number = here.journal.begin(trigger="schedule", holder="h", slot=AT)
        here.journal.step(number, failed_step())
        here.journal.end(CycleReport(number=number, outcome=Outcome.FAILED, edition=None, steps=()))
        here.slots.record(
            SlotRecord(
                slot=AT, outcome=SlotOutcome.FAILED, code="source-missing", reason=HOSTILE, recorded_at=AT, cycle=number
            )
        )
        here.slots.record_missed([(AT + timedelta(hours=1), SlotCode.NOT_RUNNING)], now=AT + timedelta(hours=2))
    return home


def test_before_the_first_cycle(tmp_path):
    """With no cycle and no hour each list names the command that makes one, and --json gives an empty list."""
    home = tmp_path / "home"
    assert "`neuralbrain run`" in command("cycles", "list", home=home).stdout
    assert "`neuralbrain serve`" in command("cycles", "slots", home=home).stdout
    for name in ("list", "slots"):
        assert json.loads(command("cycles", name, "--json", home=home).stdout) == []


def test_the_list_has_what_came_of_each(ran):
    """A cycle that published is listed with its trigger, outcome and edition, and no failed step."""
    said = command("cycles", "list", home=ran).stdout
    assert re.search(r"^ +1 .* manual +- +\d+\.\d s +done +1 +- ", said, re.MULTILINE)
    listed = json.loads(command("cycles", "list", "--json", home=ran).stdout)
    first = listed[-1]
    assert (first["number"], first["trigger"], first["outcome"], first["edition"]) == (1, "manual", "done", 1)
    assert [one["name"] for one in first["steps"]][-1] == "publish"


def test_the_list_names_the_step_that_failed(failed):
    """A failed cycle is listed with the first failed step and its error code."""
    said = command("cycles", "list", home=failed).stdout
    assert "read cholera-africa (source-missing)" in said
    assert re.search(r"schedule +2026-03-22 07:00 .* failed +- ", said)


def test_the_newest_stands_first_and_the_limit_holds(failed):
    """Cycles are listed newest first, and not more than were asked for."""
    with opened(failed) as here:
        here.journal.begin(trigger="manual", holder="h")
    numbers = [one["number"] for one in json.loads(command("cycles", "list", "--json", home=failed).stdout)]
    assert numbers == [2, 1]
    assert len(json.loads(command("cycles", "list", "--limit", "1", "--json", home=failed).stdout)) == 1


def test_each_step_is_shown(ran):
    """A cycle is shown with the start, duration, outcome, attempts and message of every step."""
    said = command("cycles", "show", "1", home=ran).stdout
    for name in ("read cholera-africa", "remember", "score", "compare", "ask", "normalise", "publish"):
        assert re.search(rf"^ {name} +\d\d:\d\d:\d\d +\d+\.\d s +done +1 ", said, re.MULTILINE), name
    assert "local answered under lock number 1." in said
    assert "1 was up at its end" in said


def test_a_failed_step_is_shown_with_its_remedy(failed):
    """A failed step is shown with duration, attempts, code and remedy; words with line breaks make no line."""
    said = command("cycles", "show", "1", home=failed).stdout
    assert re.search(r"read cholera-africa +07:00:00 +1 min +failed +3 ", said)
    assert "(source-missing)" in said
    assert r"what to do: Install\nit." in said
    assert "for the slot 2026-03-22 07:00 UTC" in said
    assert "\x1b" not in said
    assert not any(line.startswith("Edition 9") for line in said.splitlines())
    shown = json.loads(command("cycles", "show", "1", "--json", home=failed).stdout)
    assert shown["steps"][0]["message"] == HOSTILE
    assert (shown["steps"][0]["code"], shown["steps"][0]["attempts"]) == ("source-missing", 3)
    assert shown["slot"] == "2026-03-22T07:00:00Z"


def test_the_hours_have_their_one_state(failed):
    """Each hour is listed newest first with outcome, code and reason; control characters are spelled out."""
    said = command("cycles", "slots", home=failed).stdout
    lines = [line for line in said.splitlines() if "2026-03-22" in line]
    assert re.search(r"08:00 +skipped +- +- +No service was running", lines[0])
    assert lines[0].rstrip().endswith(" service-not-running")
    assert re.search(r"07:00 +failed +1 +- +It broke\. \\nEdition 9", lines[1])
    assert "\x1b" not in said
    listed = json.loads(command("cycles", "slots", "--json", home=failed).stdout)
    assert [one["outcome"] for one in listed] == ["skipped", "failed"]
    assert listed[0]["reason"] == REASONS[SlotCode.NOT_RUNNING]
    assert len(json.loads(command("cycles", "slots", "--limit", "1", "--json", home=failed).stdout)) == 1


def test_a_cycle_without_an_end_runs_or_was_interrupted(failed):
    """A cycle without an end runs while a living process holds the runner lease, and else was interrupted."""
    with opened(failed) as here, here.lease() as lease:
        here.journal.begin(trigger="manual", holder=lease.holder)
        assert re.search(r" 2 .* running ", command("cycles", "list", home=failed).stdout)
        assert "it goes on" in command("cycles", "show", "2", home=failed).stdout
    assert re.search(r" 2 .* interrupted ", command("cycles", "list", home=failed).stdout)
    said = command("cycles", "show", "2", home=failed).stdout
    assert "its process ended in the middle" in said
    assert "No step of it has ended." in said


@pytest.mark.parametrize(
    ("outcome", "running", "expected"),
    [
        (Outcome.UNCHANGED, True, "unchanged"),
        (Outcome.FAILED, False, "failed"),
        (None, True, "running"),
        (None, False, "interrupted"),
    ],
)
def test_an_end_counts_before_who_runs(outcome: Outcome | None, running: bool, expected: str):
    """A cycle that has an end is told by it, whoever runs now."""
    ended = None if outcome is None else AT
    record = CycleRecord(
        number=1, trigger="manual", holder="h", slot=None, started_at=AT, ended_at=ended, outcome=outcome, edition=None
    )
    assert outcome_of(record, running=running) == expected


@pytest.mark.parametrize(
    ("typed", "code", "error"),
    [("9", 4, "cycle-unknown"), (str(2**63 - 1), 4, "cycle-unknown"), ("0", 2, "usage"), (str(2**63), 2, "usage"),
     ("-1", 2, "usage"), ("one", 2, "usage")],
)  # fmt: skip
def test_a_number_that_no_cycle_has(ran, typed: str, code: int, error: str):
    """An unknown number ends with 4 and its own code, one that no cycle can have with 2."""
    missing = command("cycles", "show", "--json", "--", typed, home=ran)
    assert (missing.returncode, missing.stdout) == (code, "")
    assert json.loads(missing.stderr)["error"]["code"] == error


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many"])
@pytest.mark.parametrize("name", ["list", "slots"])
def test_a_limit_out_of_range_is_a_wrong_call(ran, name: str, limit: str):
    """A limit below 1 or above 1,000 ends with exit code 2."""
    assert command("cycles", name, "--limit", limit, home=ran).returncode == 2


def test_run_is_the_same_command_under_both_names():
    """`cycles run` is the function of `run`, with its options, so the two cannot differ."""
    registered = {one.name: one.callback for one in cycles.app.registered_commands}
    assert registered["run"] is run.run


def test_cycles_run_runs_one(copy_of_ran):
    """`cycles run` runs a cycle of its own, and takes --again and --json."""
    home = copy_of_ran()
    before = len(json.loads(command("cycles", "list", "--json", home=home).stdout))
    assert "Nothing has changed since edition 1" in command("cycles", "run", home=home).stdout
    again = command("cycles", "run", "--again", "--json", home=home)
    assert json.loads(again.stdout)["edition"]["number"] == 2
    outcomes = [one["outcome"] for one in json.loads(command("cycles", "list", "--json", home=home).stdout)]
    assert outcomes[:2] == ["done", "unchanged"]
    assert len(outcomes) == before + 2


@pytest.mark.parametrize("width", [40, 70, 140])
@pytest.mark.parametrize("arguments", [("list",), ("show", "1"), ("slots",)], ids=" ".join)
def test_every_width_keeps_number_and_outcome(failed, arguments: tuple[str, ...], width: int):
    """On a narrow screen columns leave and words wrap, no line leaves the screen, and nothing is cut."""
    said = command("cycles", *arguments, home=failed, COLUMNS=str(width)).stdout
    assert max(map(len, said.splitlines())) <= width
    assert "…" not in said
    assert "failed" in said
    assert "Outcome" in said or arguments[0] == "show"
