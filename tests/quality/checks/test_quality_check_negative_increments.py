"""Tests of the check for periods with fewer than no new events."""

from __future__ import annotations

from quality_examples import GAP, evidence_for

from neuralbrain.domain.observation import Measure
from neuralbrain.quality.checks.negative_increments import negative_increments


def test_negative_values_are_marked():
    """Incident values below zero are counted, dated from the first to the last, and the lowest is named."""
    (found,) = negative_increments(evidence_for([5, -2, 4, -7, 3], [0, 1, GAP, 2, 0]))
    assert (found.check, found.location, found.signal, found.severity) == (
        "negative-increments",
        "P0",
        "cases",
        "warning",
    )
    assert (str(found.first_date), str(found.last_date), found.count) == ("2026-02-28", "2026-03-14", 2)
    assert found.message == "cases of P0 has 2 weeks with fewer than no new events; the lowest is -7 on 2026-03-14."


def test_a_total_that_falls_for_a_week_is_marked():
    """Of running totals it is the step that counts, and a step over a gap is not known."""
    (found,) = negative_increments(evidence_for([10, 12, 11, 15], [10, 12, GAP, 11], measure=Measure.CUMULATIVE))
    assert (found.location, str(found.first_date), found.count) == ("P0", "2026-03-14", 1)
    assert found.message.endswith("with fewer than no new events; the lowest is -1 on 2026-03-14.")


def test_nothing_new_is_not_negative():
    """Zeros, and totals that stand still, are left alone."""
    assert negative_increments(evidence_for([0, 0, 3])) == ()
    assert negative_increments(evidence_for([3, 3, 3], measure=Measure.CUMULATIVE)) == ()
