"""What reaches the terminal: stored text as text, and nothing that a closed, full or poor output could break."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime

import pytest
from command_line import in_shell, neuralbrain

from neuralbrain.cli import plain_text, progress, screen
from neuralbrain.domain.journal import Outcome, StepRecord

pytestmark = pytest.mark.slow  # each test starts real processes

AFTER_WITHDRAWAL = [("editions", "list"), ("editions", "show", "1"), ("forecast", "Angola", "--edition", "1"),
                    ("lock", "audit"), ("lock", "status")]  # fmt: skip


@pytest.mark.parametrize("arguments", AFTER_WITHDRAWAL, ids=" ".join)
def test_stored_text_is_only_text(withdrawn, arguments):
    """Markup, emoji codes and control characters in a reason are shown as they were typed, on no line of their own."""
    shown = neuralbrain(*arguments, home=withdrawn, COLUMNS="200")
    assert shown.returncode == 0, shown.stderr
    assert shown.stderr == ""
    assert "\x1b" not in shown.stdout
    assert "\x9b" not in shown.stdout
    assert not any(line.startswith("Edition 2 is up") for line in shown.stdout.splitlines())
    if arguments != ("lock", "status"):
        assert r"[red]x[/red] [/] :boom: \x1b[31m\nEdition 2 is up. \x9b2J" in shown.stdout


@pytest.mark.parametrize("arguments", [("editions", "list"), ("lock", "audit")], ids=" ".join)
def test_json_has_no_control_characters_and_loses_none(withdrawn, arguments):
    """In JSON they are JSON's own escapes, and what is read back is what was stored."""
    shown = neuralbrain(*arguments, "--json", home=withdrawn).stdout
    assert not plain_text.UNSAFE.search(shown.replace("\n", ""))
    assert "[red]x[/red] [/] :boom: \x1b[31m\nEdition 2 is up. \x9b2J" in str(json.loads(shown)).encode().decode(
        "unicode_escape"
    )


def test_a_step_with_markup_is_shown_as_it_is(monkeypatch):
    """A step's name and message may hold anything, also beside the moving sign of a terminal."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stdout", written)
    screen.screen.cache_clear()
    at = datetime(2026, 3, 22, tzinfo=UTC)
    record = StepRecord(
        name="ask", started_at=at, ended_at=at, outcome=Outcome.FAILED, message="[/] \x1b[2J", code="x", remedy="[/b]"
    )
    with progress.reporter(silent=False) as on_step:
        on_step("read [/]", None)
        on_step("ask", record)
    screen.screen.cache_clear()
    assert r"[/] \x1b[2J" in written.getvalue()
    assert "what to do: [/b] (x)" in written.getvalue()


@pytest.mark.parametrize("error", [BrokenPipeError, OSError])
def test_progress_goes_silent_where_nothing_can_be_written(monkeypatch, error):
    """A reporter whose output breaks tells nobody, and neither raises nor ends the process."""

    class Broken(io.StringIO):
        def write(self, _said: str, /) -> int:
            raise error

    monkeypatch.setattr(sys, "stdout", Broken())
    screen.screen.cache_clear()
    at = datetime(2026, 3, 22, tzinfo=UTC)
    record = StepRecord(name="ask", started_at=at, ended_at=at, outcome=Outcome.DONE, message="Done.")
    with progress.reporter(silent=False) as on_step:
        for _ in range(2):
            on_step("ask", None)
            on_step("ask", record)
    screen.screen.cache_clear()


@pytest.mark.parametrize(
    ("where", "code", "said"),
    [("| true", 141, ""), (">/dev/full", 1, "No space left on device"), (">&-", 0, "")],
    ids=["pipe", "full", "closed"],
)
def test_a_cycle_publishes_whoever_listens(tmp_path, where: str, code: int, said: str):
    """A run whose output nobody reads, or that cannot be written, publishes and ends without a traceback."""
    ended = in_shell(f"neuralbrain run {where}", home=tmp_path / "h")
    assert ended.returncode == code
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == (1 if said else 0)
    assert json.loads(neuralbrain("editions", "list", "--json", home=tmp_path / "h").stdout)[0]["number"] == 1


@pytest.mark.parametrize(
    ("arguments", "where", "code"),
    [
        ("editions list", ">/dev/full", 1),
        ("lock status --json", ">/dev/full", 1),
        ("forecast AGO", ">/dev/full 2>&-", 1),
        ("--help", ">/dev/full", 1),
        ("forecast AGO", ">&-", 0),
        ("--help", ">&-", 0),
    ],
)
def test_what_cannot_be_written_is_no_traceback(ran, arguments: str, where: str, code: int):
    """A command whose output is full or closed says so in one sentence at most."""
    ended = in_shell(f"neuralbrain {arguments} {where}", home=ran)
    assert ended.returncode == code
    assert ended.stderr.strip() in {
        "",
        "The output could not be written: No space left on device. What the command does is done.",
    }


def test_an_error_that_cannot_be_said_keeps_its_exit_code(ran):
    """With standard error full or closed, an error is silent and ends with its own exit code."""
    assert in_shell("neuralbrain forecast Anglola 2>/dev/full", home=ran).returncode == 4
    assert in_shell("neuralbrain forecast Anglola 2>&-", home=ran).returncode == 4


@pytest.mark.parametrize(
    ("arguments", "encoding"),
    [(("forecast", "AGO"), "ascii"), (("forecast", "AGO"), "latin-1"), (("editions", "show"), "ascii")],
)
def test_an_encoding_without_lines_gets_plain_ones(ran, arguments, encoding: str):
    """Where the output cannot carry bars and lines they are drawn from letters that every encoding has."""
    shown = neuralbrain(*arguments, home=ran, LC_ALL="C", PYTHONIOENCODING=encoding)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.isascii()
    assert "?" not in shown.stdout
    assert "----" in shown.stdout
    if arguments[0] == "forecast":
        assert "####" in shown.stdout
        assert "..|.." in shown.stdout


def test_letters_that_the_encoding_lacks_end_no_command(copy_of_ran):
    """A reason with other letters is shown with ? in text, and whole in JSON."""
    home = copy_of_ran()
    reason = "données erronées 你好"
    assert neuralbrain("editions", "withdraw", "1", "--reason", reason, home=home, PYTHONUTF8="1").returncode == 0
    poor = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    assert "donn?es erron?es" in neuralbrain("editions", "list", home=home, **poor).stdout
    listed = json.loads(neuralbrain("editions", "list", "--json", home=home, **poor).stdout)
    assert listed[0]["withdrawn"]["reason"] == reason
