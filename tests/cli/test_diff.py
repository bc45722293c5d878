"""`editions diff` as a person and a script meet it."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from same_process import command, opened

from neuralbrain.cli import diff_view, screen
from neuralbrain.publish.diff import diff as compare

WEEKS = ("2025-03-02", "2025-03-09", "2025-03-16")


@pytest.fixture(scope="module")
def three(tmp_path_factory) -> Path:
    """Return a home with three editions, each of a week more."""
    home: Path = tmp_path_factory.mktemp("three") / "home"
    for week in WEEKS:
        changed = {"NEURALBRAIN_SAMPLE_UNTIL": week, "NEURALBRAIN_SOURCES": "cholera-africa"}
        assert command("run", home=home, **changed).returncode == 0
    return home


def numbers(*arguments: str, home: Path) -> tuple[int, int]:
    """Return which two editions a call compares."""
    said = json.loads(command("editions", "diff", *arguments, "--json", home=home).stdout)
    return said["before"]["number"], said["after"]["number"]


def test_the_current_is_compared_with_the_one_before(three):
    """Without numbers the current edition is compared with the one before; one number is the first of the two."""
    assert numbers(home=three) == (2, 3)
    assert numbers("1", home=three) == (1, 3)
    assert numbers("1", "2", home=three) == (1, 2)
    assert numbers("3", "1", home=three) == (3, 1)
    assert numbers("2", "2", home=three) == (2, 2)


def test_a_withdrawn_edition_is_passed_over_but_can_be_named(three, tmp_path):
    """A withdrawn edition is not the one before; named, it is compared, and its withdrawal is said."""
    home = shutil.copytree(three, tmp_path / "copy")
    assert command("editions", "withdraw", "2", "--reason", "wrong\nfeed", home=home).returncode == 0
    assert numbers(home=home) == (1, 3)
    said = command("editions", "diff", "2", "3", home=home).stdout
    assert r"WITHDRAWN: wrong\nfeed" in said


def test_the_table_shows_what_was_and_what_is(three):
    """Each changed region has its value and forecast before and after, as `editions show` has them."""
    said = command("editions", "diff", "1", "2", home=three).stdout
    for name in ("Risk", "Latest", "Forecast", "Outbreak", "Trend"):
        assert name in said
    row = next(line for line in said.splitlines() if line.startswith(" Angola"))
    values = [
        next(one for one in json.loads(command("editions", "show", number, "--json", home=three).stdout)["regions"]
             if one["region"] == "AGO")["actual_cases"]
        for number in ("1", "2")
    ]  # fmt: skip
    assert f"{values[0]:,} > {values[1]:,}" in row
    assert "2025-W09 > 2025-W10" in row
    counts = json.loads(command("editions", "diff", "1", "2", "--json", home=three).stdout)["counts"]
    assert f"0 series new, 0 gone, {counts['changed']} changed, {counts['same']} the same." in said
    assert counts["changed"] + counts["same"] == 13


def test_nothing_differs_from_itself(three):
    """An edition compared with itself has no table, and says that all is the same."""
    said = command("editions", "diff", "2", "2", home=three).stdout
    assert "0 series new, 0 gone, 0 changed, 13 the same." in said
    assert "Region" not in said


@pytest.mark.parametrize("numbers_typed", [("9",), ("1", "9"), ("9", "1"), (str(2**63 - 1),)], ids=" ".join)
def test_an_edition_that_does_not_exist_is_not_found(three, numbers_typed: tuple[str, ...]):
    """Where one of the two does not exist the command exits 4."""
    missing = command("editions", "diff", *numbers_typed, home=three)
    assert missing.returncode == 4
    assert "error (edition-unknown)" in missing.stderr


def test_the_first_edition_has_none_before_it(ran, tmp_path):
    """With one edition there is nothing to compare it with, and with none there is none at all: both exit 4."""
    alone = command("editions", "diff", home=ran)
    assert (alone.returncode, "no edition before edition 1" in alone.stderr) == (4, True)
    nothing = command("editions", "diff", home=tmp_path / "empty")
    assert (nothing.returncode, "error (edition-none)" in nothing.stderr) == (4, True)


@pytest.mark.parametrize(
    "typed", [("0",), ("-1",), (str(2**63),), ("one",), ("1", "2", "3"), ("1", "\x1b[2J")], ids=repr
)
def test_a_number_that_no_edition_can_have_is_a_wrong_call(three, typed: tuple[str, ...]):
    """Numbers out of range, words and a third number end with exit code 2."""
    failed = command("editions", "diff", "--", *typed, home=three)
    assert (failed.returncode, failed.stdout) == (2, "")


@pytest.mark.parametrize("width", [40, 70, 140])
def test_every_width_keeps_regions_and_risks(three, width: int):
    """On a narrow screen columns leave and are named, no line leaves the screen, and each risk is whole."""
    said = command("editions", "diff", home=three, COLUMNS=str(width)).stdout
    assert max(map(len, said.splitlines())) <= width
    assert "…" not in said
    assert len(re.findall(r"\b(?:GREEN|YELLOW|RED) \d+ > (?:GREEN|YELLOW|RED) \d+", said)) >= 10
    assert ("No room here for" in said) is (width < 140)


def print_compared(before, after, capsys) -> str:
    """Return what is printed of two editions, as one line."""
    screen.screen.cache_clear()
    diff_view.print_diff(compare(before, after))
    screen.screen.cache_clear()
    return " ".join(capsys.readouterr().out.split())


def test_another_author_and_lock_number_are_said(three, capsys):
    """Where provider or lock number differ the words say so, and else they do not."""
    with opened(three) as here:
        one, other = here.editions.get(1), here.editions.get(2)
    assert "Another author" not in print_compared(one, other, capsys)
    changed = replace(other, header=replace(other.header, provider="openai", lock_number=4))
    said = print_compared(one, changed, capsys)
    assert "Another author: local before, openai after." in said
    assert "The lock number went from 1 to 4." in said


def test_what_only_one_has_is_marked(three, capsys):
    """A series that only one of the two has is marked new or gone, and counted."""
    with opened(three) as here:
        one = here.editions.get(1)
    empty = replace(one, tables=())
    assert "Angola (gone)" in print_compared(one, empty, capsys)
    said = print_compared(empty, one, capsys)
    assert "Angola (new)" in said
    assert "13 series new, 0 gone, 0 changed, 0 the same." in said


def test_many_changes_are_cut_and_counted(three, capsys, monkeypatch):
    """Only the largest changes are in the table; the words say how many more there are."""
    monkeypatch.setattr(diff_view, "ROWS_SHOWN", 4)
    with opened(three) as here:
        one = here.editions.get(1)
    assert "9 smaller changes are not shown here; --json has all of them." in print_compared(
        one, replace(one, tables=()), capsys
    )
