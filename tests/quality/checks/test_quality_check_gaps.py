"""Tests of the check for values that are missing between others."""

from __future__ import annotations

from quality_examples import GAP, evidence_for

from neuralbrain.quality.checks.gaps import gaps


def test_only_what_is_missing_inside_is_a_gap():
    """Missing values before the first and after the last one are none."""
    found = gaps(evidence_for([GAP, 1, GAP, GAP, 2, GAP, 3, GAP], [1, 2, 3, 4, GAP, GAP, GAP, GAP], [GAP] * 8))
    assert [(one.check, one.location, one.count, one.severity) for one in found] == [("gaps", "P0", 3, "note")]
    assert (str(found[0].first_date), str(found[0].last_date)) == ("2026-02-14", "2026-03-07")
    assert found[0].message == (
        "cases of P0 lacks 3 weeks between 2026-02-14 and 2026-03-07, in 2 gaps, the longest of 2."
    )


def test_one_gap_is_called_one():
    """A single missing value reads as such."""
    (found,) = gaps(evidence_for([1, GAP, 2]))
    assert found.message == "cases of P0 lacks 1 week between 2026-03-14 and 2026-03-14, in one gap."
