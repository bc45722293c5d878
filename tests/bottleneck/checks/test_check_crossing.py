"""Tests of the check for quantiles that cross."""

from __future__ import annotations

from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.checks.crossing import crossing


def test_quantiles_that_cross_are_refused():
    """A higher level with a lower value is refused, naming both."""
    (finding,) = crossing(evidence_for([{"0.1": 3, "0.5": 4, "0.9": 5}, {"0.1": 3, "0.5": 5, "0.9": 4}]))
    assert (finding.code, finding.severity) == ("quantiles-cross", "refuse")
    assert finding.message == "forecasted_cases of AGO at horizon 2 is 4 at level 0.9, below the 5 of a lower level."


def test_levels_that_a_series_lacks_are_skipped():
    """Crossing is noticed across a level that only other regions have."""
    answer = {"AGO": [{"0.1": 6, "0.9": 5}] * 2, "BEN": [{"0.1": 3, "0.5": 4, "0.9": 5}] * 2}
    found = crossing(evidence_for(answer, request=request_for("AGO", "BEN")))
    assert [one.region for one in found] == ["AGO"]


def test_equal_quantiles_do_not_cross():
    """A distribution may be narrow."""
    assert crossing(evidence_for([{"0.1": 3, "0.5": 3, "0.9": 3}] * 2)) == ()
