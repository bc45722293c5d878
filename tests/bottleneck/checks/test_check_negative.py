"""Tests of the check for values below zero."""

from __future__ import annotations

from bottleneck_examples import evidence_for

from neuralbrain.bottleneck.checks.negative import negative


def test_a_value_below_zero_is_refused():
    """A negative value is refused, naming field, horizon, level and value."""
    (finding,) = negative(evidence_for([{"lower_80": 1, "upper_80": 5}, {"lower_80": -5, "upper_80": 5}]))
    assert (finding.code, finding.severity, finding.region) == ("negative", "refuse", "AGO")
    assert finding.message == "forecasted_cases of AGO at horizon 2, level 0.1, is -5, below zero."


def test_zero_is_no_finding():
    """Zero is a value like others."""
    assert negative(evidence_for([0, 0])) == ()
