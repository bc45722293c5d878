"""Tests of the check for zeros that stand for missing reports."""

from __future__ import annotations

from quality_examples import GAP, evidence_for

from neuralbrain.domain.observation import Unit
from neuralbrain.quality.checks.zeros_for_blanks import zeros_for_blanks


def test_zeros_straight_after_many_events_are_marked():
    """From ten events on a zero is doubtful, from nine it is not; gaps between do not matter; the end is said."""
    rows = ([12, 10, GAP, 0, 0], [12, 9, 0, 0, 0], [30, 0, 31, 0, 40], [0, 0, 0, 0, 0])
    found = zeros_for_blanks(evidence_for(*rows))
    assert [(one.location, one.count, one.severity) for one in found] == [("P0", 2, "warning"), ("P2", 2, "warning")]
    assert found[0].message == (
        "cases of P0 is zero in 2 weeks between 2026-03-14 and 2026-03-21; the value before the first is 10."
        " The series ends with zeros."
    )
    assert found[1].message == (
        "cases of P2 is zero in 2 weeks between 2026-02-28 and 2026-03-14; the value before the first is 30."
    )


def test_a_rate_falls_to_zero_from_below_its_usual_value():
    """Zero after a rate that is not below the median of eight values or more is marked."""
    low = [0.4, 0.5, 0.4, 0.5, 0.4, 0.5, 0.4, 0.3, 0]
    usual = [0.4, 0.5, 0.4, 0.5, 0.4, 0.5, 0.4, 0.4, 0]
    short = [GAP, *usual[1:]]
    found = zeros_for_blanks(evidence_for(low, usual, short, unit=Unit.SHARE))
    assert [one.location for one in found] == ["P1"]
