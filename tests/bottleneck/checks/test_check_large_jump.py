"""Tests of the check for jumps by a factor of a thousand."""

from __future__ import annotations

from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.checks.large_jump import large_jump
from neuralbrain.domain.observation import Unit


def test_a_thousand_times_the_highest_is_noted():
    """More than a thousand times the highest seen, 14, is a note, not a refusal."""
    (finding,) = large_jump(evidence_for([14_000, 14_001]))
    assert (finding.code, finding.severity) == ("large-jump", "note")
    assert finding.message == "forecasted_cases of AGO at horizon 2 is 14001; the highest seen is 14."


def test_a_thousandth_of_the_last_is_noted():
    """Less than a thousandth of the last actual, where that is more than one event, is a note."""
    request = request_for(history=(5000.0, 5000.0))
    (finding,) = large_jump(evidence_for([5000, 4], request=request))
    assert finding.message == "forecasted_cases of AGO at horizon 2 is 4; the last actual is 5000."


def test_small_numbers_do_not_jump():
    """From nothing to a few hundred, or from a few to nothing, is not a unit mistaken for another."""
    assert large_jump(evidence_for([900, 900], request=request_for(history=(0.0, 0.0)))) == ()
    assert large_jump(evidence_for([0, 0])) == ()
    assert large_jump(evidence_for([0.1, 0.1], request=request_for(history=(0.0, 0.0), unit=Unit.SHARE))) == ()
