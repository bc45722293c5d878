"""Tests of the check for regions that the answer leaves out."""

from __future__ import annotations

from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.checks.missing_region import missing_region


def test_a_region_left_out_is_refused_alone():
    """Each series of a region that the answer does not name is refused under its own name, and no other."""
    request = request_for("AGO", "BEN", "CMR", deaths=(1,) * 10)
    found = missing_region(evidence_for({"BEN": {"cases": [1, 2], "deaths": [0, 0]}}, request=request))
    assert [(one.code, one.severity, one.region, one.signal) for one in found] == [
        ("region-missing", "refuse", "AGO", "cases"),
        ("region-missing", "refuse", "AGO", "deaths"),
        ("region-missing", "refuse", "CMR", "cases"),
        ("region-missing", "refuse", "CMR", "deaths"),
    ]
    assert found[0].message == "forecasted_cases of AGO is missing: the answer leaves out the region."


def test_an_explicit_null_leaves_nothing_out():
    """A region whose answer is null is named, so it is not missing."""
    request = request_for("AGO", "BEN")
    assert missing_region(evidence_for({"AGO": [1, 2], "BEN": None}, request=request)) == ()
