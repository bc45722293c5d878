"""Tests of the check for regions that were not asked for."""

from __future__ import annotations

from bottleneck_examples import evidence_for

from neuralbrain.bottleneck.checks.unknown_region import unknown_region


def test_a_region_not_asked_for_refuses_the_whole_answer():
    """An answer about another region is refused as a whole and names it."""
    (finding,) = unknown_region(evidence_for([{"region": "AGO", "cases": [1, 2]}, {"region": "XXX", "cases": [1]}]))
    assert (finding.code, finding.severity, finding.region) == ("region-unknown", "refuse", "")
    assert finding.message == "The answer is about 'XXX', which was not asked for."


def test_the_regions_asked_for_are_no_finding():
    """An answer about what was asked is not refused."""
    assert unknown_region(evidence_for([1, 2])) == ()
