"""Tests of the check for running totals that end below an earlier one."""

from __future__ import annotations

from quality_examples import GAP, evidence_for

from neuralbrain.domain.observation import Measure
from neuralbrain.quality.checks.falling_totals import falling_totals


def test_a_total_that_ends_below_its_highest_is_an_error():
    """The cells are the known ones after the highest total, and both totals are named."""
    rows = ([10, 30, 20, GAP, 25, GAP], [10, 30, 20, 25, 30, 31], [1, 1, 1, 1, 1, 1], [GAP] * 6)
    (found,) = falling_totals(evidence_for(*rows, measure=Measure.CUMULATIVE))
    assert (found.check, found.location, found.severity, found.count) == ("falling-totals", "P0", "error", 2)
    assert (str(found.first_date), str(found.last_date)) == ("2026-02-28", "2026-03-14")
    assert found.message == (
        "cases of P0 is a running total, and its last value of 25 on 2026-03-14 is below 30 on 2026-02-21."
    )


def test_incident_values_may_fall():
    """The same numbers as new events are nothing to mark."""
    assert falling_totals(evidence_for([10, 30, 20, 25])) == ()
