"""Tests of the check for one number at every horizon."""

from __future__ import annotations

from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.checks.same_number import same_number


def test_one_number_everywhere_is_noted():
    """The same number at every horizon is a note."""
    (finding,) = same_number(evidence_for([9, 9]))
    assert (finding.code, finding.severity) == ("same-number", "note")
    assert finding.message == "forecasted_cases of AGO is 9 at every horizon from 1 on."


def test_other_answers_are_not():
    """Numbers that differ, a single horizon, and the last actual are not meant."""
    assert same_number(evidence_for([9, 8])) == ()
    assert same_number(evidence_for([12, 12])) == ()
    assert same_number(evidence_for([9], request=request_for(horizons=(1,)))) == ()
