"""Tests of the check for a copied last value."""

from __future__ import annotations

from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.checks.last_value_copied import last_value_copied


def test_the_last_actual_everywhere_is_noted():
    """The last actual at every horizon is a note."""
    (finding,) = last_value_copied(evidence_for([12, 12]))
    assert (finding.code, finding.severity) == ("last-value-copied", "note")
    assert finding.message == "forecasted_cases of AGO is the last actual, 12, at every horizon from 1 on."


def test_where_nothing_ever_changed_there_is_nothing_to_note():
    """A history that never moved may well go on so; one horizon alone says nothing."""
    assert last_value_copied(evidence_for([0, 0], request=request_for(history=(0.0,) * 10))) == ()
    assert last_value_copied(evidence_for([12], request=request_for(horizons=(1,)))) == ()
    assert last_value_copied(evidence_for([12, 13])) == ()
