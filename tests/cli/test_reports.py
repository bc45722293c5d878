"""What a run comes to: its words and its exit code, where a feed failed or an edition is withdrawn."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from same_process import command as neuralbrain

from neuralbrain.cli import screen
from neuralbrain.cli.lock import runner_text
from neuralbrain.cli.lookup import region_or_error
from neuralbrain.cli.report_view import exit_code_of_report, print_report
from neuralbrain.domain.edition import Edition, EditionHeader, Withdrawal
from neuralbrain.domain.journal import CycleReport, Outcome, StepRecord
from neuralbrain.errors import UnknownRegionError

AT = datetime(2026, 3, 22, tzinfo=UTC)
FAILED_FEED = StepRecord(
    name="read cholera-africa", started_at=AT, ended_at=AT, outcome=Outcome.FAILED, message="It is gone.", code="x"
)


def header(number: int, *, withdrawn: bool = False) -> EditionHeader:
    """Return the header of an edition."""
    return EditionHeader(
        number=number, provider="local", lock_number=1, inputs_digest="", cutoff=AT, timestamp=AT, forecasts=1,
        refused=0, digest="", previous_digest="",
        withdrawal=Withdrawal(at=AT, reason="wrong", actor="me") if withdrawn else None,
    )  # fmt: skip


def edition(number: int) -> Edition:
    """Return an edition without rows."""
    return Edition(header=header(number), tables=(), refused=())


@pytest.mark.parametrize(
    ("outcome", "steps", "up", "newest", "code", "said"),
    [
        (Outcome.UNCHANGED, (), 1, header(1), 0, "Nothing has changed since edition 1"),
        (Outcome.UNCHANGED, (FAILED_FEED,), 1, header(1), 1, "this failed: read cholera-africa: It is gone."),
        (Outcome.UNCHANGED, (), None, header(1, withdrawn=True), 1, "Edition 1 was made from exactly these inputs"),
        (Outcome.UNCHANGED, (), 1, header(2, withdrawn=True), 0, "is withdrawn; edition 1 stays up"),
        (Outcome.FAILED, (FAILED_FEED,), None, None, 1, "No edition was ever published"),
        (Outcome.FAILED, (FAILED_FEED,), None, header(1, withdrawn=True), 1, "every edition is withdrawn"),
        (Outcome.FAILED, (FAILED_FEED,), 1, header(1), 1, "Edition 1 stays up"),
    ],
)
def test_each_outcome_has_its_words_and_its_code(capsys, outcome, steps, up, newest, code: int, said: str):
    """What did not publish says why, and ends with 0 only where nothing is wrong and an edition is up."""
    report = CycleReport(number=1, outcome=outcome, edition=None if up is None else header(up), steps=steps)
    screen.screen.cache_clear()
    print_report(report, None if up is None else edition(up), newest=newest, now=AT, sources=())
    screen.screen.cache_clear()
    assert said in " ".join(capsys.readouterr().out.split())
    assert exit_code_of_report(report) == code


def test_a_feed_that_failed_is_named_though_an_edition_is_up(monkeypatch, capsys):
    """A run that publishes although a feed failed exits 0 and names the feed last."""
    from neuralbrain.cli import report_view

    monkeypatch.setattr(report_view, "print_edition", lambda *_given, **_more: None)
    monkeypatch.setattr(report_view, "by_risk", lambda _edition: [type("Row", (), {"region": "AGO"})])
    report = CycleReport(number=1, outcome=Outcome.DONE, edition=header(1), steps=(FAILED_FEED,))
    screen.screen.cache_clear()
    print_report(report, edition(1), newest=header(1), now=AT, sources=())
    screen.screen.cache_clear()
    assert capsys.readouterr().out.splitlines()[-1] == "Failed    read cholera-africa: It is gone."
    assert exit_code_of_report(report) == 0


def test_a_run_after_the_only_edition_was_withdrawn(withdrawn, tmp_path):
    """It says that the inputs are those of a withdrawn edition, exits 1, and --again publishes in spite of that."""
    import shutil

    home = shutil.copytree(withdrawn, tmp_path / "copy")
    said = neuralbrain("run", home=home)
    assert said.returncode == 1
    assert "Edition 1 was made from exactly these inputs and is withdrawn; none is up." in said.stdout
    assert "neuralbrain run --again" in said.stdout
    missing = neuralbrain("forecast", "Angola", home=home)
    assert (missing.returncode, "Every edition is withdrawn." in missing.stderr) == (4, True)
    assert "neuralbrain run --again" in missing.stderr
    again = neuralbrain("run", "--again", "--json", home=home)
    assert again.returncode == 0
    assert json.loads(again.stdout)["edition"]["number"] == 2


def test_withdraw_as_json(copy_of_ran):
    """With --json a withdrawal is told as one JSON document: which, why, and which edition is up now."""
    ended = neuralbrain("editions", "withdraw", "1", "--reason", " wrong feed ", "--json", home=copy_of_ran())
    assert json.loads(ended.stdout) == {"withdrawn": 1, "reason": "wrong feed", "current": None}


def test_a_runner_that_ended_is_told_from_one_that_runs():
    """The lock's status says of a dead process that the next run takes over, and of others that they run."""
    assert runner_text(None) == "not running"
    assert runner_text({"pid": 7, "since": ""}) == "process 7 runs it"
    assert runner_text({"pid": 7, "since": "", "alive": True}) == "process 7 runs it"
    assert "ended without giving it back" in runner_text({"pid": 7, "since": "", "alive": False})


def test_a_region_without_a_primary_signal_names_those_it_has():
    """Asked without a signal, the error says that none is primary and how to name one."""

    class Without:
        header = header(3)

        def find(self, _region, _signal=None):
            return None

        def rows(self):
            context = type("Context", (), {"signal": "cholera_cases"})
            return iter([type("Row", (), {"region": "AGO", "context": context})])

    with pytest.raises(UnknownRegionError) as caught:
        region_or_error(Without(), "Angola", None)
    assert caught.value.happened == "Edition 3 has no primary signal of Angola."
    assert caught.value.remedy == "Name one with --signal: cholera_cases."
    assert caught.value.error_code == "signal-unknown"
