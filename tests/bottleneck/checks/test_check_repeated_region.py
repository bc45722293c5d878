"""Tests of the check for regions answered more than once."""

from __future__ import annotations

from bottleneck_examples import evidence_for

from neuralbrain.bottleneck.checks.repeated_region import repeated_region


def test_a_region_answered_twice_refuses_the_whole_answer():
    """Which of two answers is meant is unknown, so none is used."""
    (finding,) = repeated_region(evidence_for([{"region": "AGO", "cases": [1, 2]}, {"region": "ago", "cases": [3, 4]}]))
    assert (finding.code, finding.severity, finding.region) == ("region-repeated", "refuse", "")
    assert finding.message == "The answer answers AGO more than once."


def test_a_region_answered_once_is_no_finding():
    """One answer a region is not refused."""
    assert repeated_region(evidence_for([1, 2])) == ()
