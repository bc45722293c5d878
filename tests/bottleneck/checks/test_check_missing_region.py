"""Tests of the check for regions that the answer leaves out."""

from __future__ import annotations

from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.checks.missing_region import missing_region


def test_a_region_left_out_refuses_the_whole_answer():
    """An answer that leaves out regions is refused as a whole, and names at most five of them."""
    request = request_for("AGO", *(f"R{number}" for number in range(7)))
    (finding,) = missing_region(evidence_for({"region": "AGO", "cases": [1, 2]}, request=request))
    assert (finding.code, finding.severity, finding.region) == ("region-missing", "refuse", "")
    assert finding.message == "The answer leaves out R0, R1, R2, R3, R4 and 2 more."


def test_an_explicit_null_leaves_nothing_out():
    """A region whose answer is null is named, so the answer as a whole stands."""
    request = request_for("AGO", "BEN")
    assert missing_region(evidence_for({"AGO": [1, 2], "BEN": None}, request=request)) == ()
