"""Tests of the list of checks."""

from __future__ import annotations

from pathlib import Path

from bottleneck_examples import evidence_for

from neuralbrain.bottleneck import checks
from neuralbrain.bottleneck.checks import CHECKS, findings_of


def test_every_check_is_in_the_list_and_has_a_test():
    """One check, one file, one test, one line in the list."""
    names = {path.stem for path in Path(checks.__file__).parent.glob("*.py")} - {"__init__", "evidence"}
    assert {check.__name__ for check in CHECKS} == names
    assert {path.stem.removeprefix("test_check_") for path in Path(__file__).parent.glob("*.py")} - {"list"} == names


def test_what_could_not_be_read_comes_first():
    """Findings of the reader come before those of the checks."""
    found = findings_of(evidence_for({"cases": ["7", 8]}))
    assert [one.code for one in found] == ["not-a-number"]


def test_a_good_answer_has_no_findings():
    """An ordinary answer passes every check."""
    assert findings_of(evidence_for([13, 14])) == ()
