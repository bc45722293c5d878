"""Tests of the check for totals that fall."""

from __future__ import annotations

from bottleneck_examples import evidence_for

from neuralbrain.bottleneck.checks.totals_fall import totals_fall


def test_totals_all_below_the_last_actual_are_refused():
    """Totals that never reach the last actual, 12, speak of something else."""
    (finding,) = totals_fall(evidence_for([3, 4], totals=True))
    assert (finding.code, finding.severity, finding.region) == ("totals-below", "refuse", "AGO")
    assert "is 3 at horizon 1" in finding.message
    assert "last actual total of 12" in finding.message


def test_a_total_that_falls_somewhere_is_noted():
    """One fall is a note that names it; the period counts no new events."""
    (finding,) = totals_fall(evidence_for([14, 13], totals=True))
    assert (finding.code, finding.severity) == ("totals-fall", "note")
    assert "falls from 14 to 13 at horizon 2" in finding.message


def test_incidence_may_fall():
    """New events may become fewer."""
    assert totals_fall(evidence_for([3, 2])) == ()
    assert totals_fall(evidence_for([12, 12], totals=True)) == ()
