"""The command line as a person and a script meet it: a real process, a real database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from same_process import command as neuralbrain

TWELVE = {
    "region", "actual_cases", "actual_deaths", "forecasted_cases", "forecasted_deaths", "confidence_score",
    "risk_level", "risk_score", "outbreak_probability", "trend", "timestamp", "provider",
}  # fmt: skip


def test_the_first_run_shows_what_a_person_wants(ran: Path):
    """Progress by step, a row a region, who said it under which number, on which data and how old, and what next."""
    said = (ran.parent / "first.txt").read_text(encoding="utf-8")
    for step in ("read cholera-africa", "read pertussis-us", "remember", "ask", "normalise", "publish"):
        assert re.search(rf"^done\s+{step}", said, re.MULTILINE), step
    for words in ("Angola", "80 % interval", "Trend", "Outbreak", "Confidence", "Risk", "days ago", "Next "):
        assert words in said
    assert "local, under lock number 1" in said
    assert "WHO" in said
    assert len(re.findall(r"GREEN|YELLOW|RED", said)) == 15 + 51
    assert "51 of them more than a year earlier" in said


def test_the_second_run_publishes_nothing(copy_of_ran: Callable[[], Path]):
    """On unchanged data a run says so, exits 0 and leaves one edition."""
    ran = copy_of_ran()
    again = neuralbrain("run", home=ran)
    assert again.returncode == 0
    assert "Nothing has changed since edition 1" in again.stdout
    assert len(json.loads(neuralbrain("editions", "list", "--json", home=ran).stdout)) == 1


def test_run_as_json(copy_of_ran: Callable[[], Path]):
    """With --json a run prints one JSON document and nothing else."""
    report = json.loads(neuralbrain("run", "--json", home=copy_of_ran()).stdout)
    assert report["outcome"] == "unchanged"
    assert report["edition"]["number"] == 1
    assert all(set(row) >= TWELVE for row in report["edition"]["regions"])


@pytest.mark.parametrize("name", ["Angola", "AGO", "AO", "angola", "024"])
def test_forecast_by_any_name(ran: Path, name: str):
    """A region is found by its names and codes, and answered with the twelve fields and the context."""
    found = json.loads(neuralbrain("forecast", name, "--json", home=ran).stdout)
    assert found["region"] == "AGO"
    assert set(found) == TWELVE | {"context"}
    assert [point["day"] for point in found["forecasted_cases"]] == [7, 14, 21, 28]
    assert found["context"]["measure"] == "incident"
    assert len(found["context"]["quantiles"][0]) == 23


def test_forecast_for_people(ran: Path):
    """The picture has the past, the future, the claims in words and the provenance."""
    said = neuralbrain("forecast", "Angola", home=ran).stdout
    for words in ("Angola (AGO)", "█", "░", "95 % interval", "chance that", "By local under lock number 1, edition 1"):
        assert words in said


def test_show_lists_highest_risk_first(ran: Path):
    """Regions are listed by falling risk, and so are those of the archive after them."""
    said = neuralbrain("editions", "show", home=ran).stdout
    scores = [int(number) for number in re.findall(r"(?:GREEN|YELLOW|RED)\s+(\d+)", said)]
    recent, old = scores[:15], scores[15:]
    assert len(old) == 51
    assert recent == sorted(recent, reverse=True)
    assert old == sorted(old, reverse=True)


def test_lock_status_and_audit(ran: Path):
    """The lock is told to people and to programs."""
    status = json.loads(neuralbrain("lock", "status", "--json", home=ran).stdout)
    assert (status["locked_provider"], status["number"]) == ("local", 1)
    assert "Provider     local, lock number 1" in neuralbrain("lock", "status", home=ran).stdout
    trail = json.loads(neuralbrain("lock", "audit", "--json", home=ran).stdout)
    assert [event["event_type"] for event in trail] == ["provider_skipped"] * 5 + ["lock_acquire", "edition_published"]
    assert "OPENAI_API_KEY not set" in neuralbrain("lock", "audit", home=ran).stdout


def test_verify(ran: Path):
    """An untouched database is as it was written."""
    assert json.loads(neuralbrain("verify", "--json", home=ran).stdout) == {"intact": True, "damages": []}


@pytest.mark.parametrize(
    ("arguments", "code", "error", "remedy"),
    [
        (["forecast", "Anglola"], 4, "region-unknown", "Angola (AGO)"),
        (["forecast", "France"], 4, "region-not-covered", "AGO"),
        (["forecast", "Angola", "--signal", "measles"], 4, "signal-unknown", "cholera_cases"),
        (["forecast", "Angola", "--edition", "99"], 4, "edition-unknown", "editions list"),
        (["editions", "show", "99"], 4, "edition-unknown", "editions list"),
        (["editions", "withdraw", "99", "--reason", "x"], 4, "edition-unknown", "editions list"),
    ],
)
def test_errors_say_what_to_do(ran: Path, arguments, code: int, error: str, remedy: str):
    """Each error has its exit code, its own code and a remedy, and no traceback."""
    failed = neuralbrain(*arguments, home=ran)
    assert failed.returncode == code
    assert f"error ({error})" in failed.stderr
    assert remedy in failed.stderr
    assert "Traceback" not in failed.stderr


def test_errors_as_json(ran: Path):
    """With --json an error is one JSON document on standard error."""
    failed = neuralbrain("forecast", "Anglola", "--json", home=ran)
    assert json.loads(failed.stderr)["error"]["code"] == "region-unknown"
    assert failed.stdout == ""


def test_before_the_first_run(tmp_path: Path):
    """An empty home is no error where there is nothing to miss, and else one that names the first command."""
    home = tmp_path / "empty"
    assert "neuralbrain run" in neuralbrain("editions", "list", home=home).stdout
    assert neuralbrain("lock", "status", home=home).returncode == 0
    failed = neuralbrain("forecast", "Angola", home=home)
    assert (failed.returncode, "neuralbrain run" in failed.stderr) == (4, True)


def test_a_wrong_setting_is_a_usage_error(tmp_path: Path):
    """A misspelt variable ends any command with exit code 2 and the nearest known name."""
    failed = neuralbrain("lock", "status", home=tmp_path / "h", NEURALBRAIN_LEASE_SECOND="5")
    assert failed.returncode == 2
    assert "NEURALBRAIN_LEASE_SECONDS" in failed.stderr


@pytest.mark.parametrize(
    "command", [[], ["run"], ["forecast"], ["editions"], ["editions", "list"], ["editions", "show"],
                ["editions", "withdraw"], ["lock"], ["lock", "status"], ["lock", "audit"], ["verify"]]
)  # fmt: skip
def test_every_command_has_help(tmp_path: Path, command: list[str]):
    """Every command explains itself, and says where data and settings are."""
    home = tmp_path / "h"
    shown = neuralbrain(*command, "--help", home=home)
    assert shown.returncode == 0
    assert "Usage" in shown.stdout
    assert f"Data: {home} (NEURALBRAIN_HOME" in shown.stdout
    assert f"Settings: {home / 'neuralbrain.toml'}" in shown.stdout


def test_withdraw(tmp_path: Path):
    """A withdrawn edition gives way to the one before, stays readable with its reason, and is in the audit trail."""
    home = tmp_path / "h"
    for until in ("2026-03-01", "2026-03-08"):
        assert neuralbrain("run", home=home, NEURALBRAIN_SAMPLE_UNTIL=until).returncode == 0
    said = neuralbrain("editions", "withdraw", "2", "--reason", "wrong feed", home=home).stdout
    assert "Edition 1 is up now" in said
    assert "WITHDRAWN" in neuralbrain("editions", "show", "2", home=home).stdout
    assert json.loads(neuralbrain("editions", "show", "--json", home=home).stdout)["number"] == 1
    assert "edition_withdrawn" in neuralbrain("lock", "audit", home=home).stdout


def test_all_providers_disabled(tmp_path: Path):
    """With nobody to ask, a run fails with exit code 1 and says why and what to do."""
    home = tmp_path / "h"
    failed = neuralbrain("run", home=home, NEURALBRAIN_DISABLED_PROVIDERS="local")
    assert failed.returncode == 1
    assert "provider-none-left" in failed.stdout
    assert "No edition was ever published" in failed.stdout
