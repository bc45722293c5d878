"""Tests of the check for series without an answer."""

from __future__ import annotations

from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.checks.no_answer import no_answer


def test_null_and_silence_refuse_their_series_only():
    """A null region and deaths that are not mentioned are refused one by one."""
    request = request_for("AGO", "BEN", deaths=(1,) * 10)
    found = no_answer(evidence_for({"AGO": {"cases": [1, 2]}, "BEN": None}, request=request))
    assert [(one.region, one.signal, one.code) for one in found] == [
        ("AGO", "deaths", "no-answer"),
        ("BEN", "cases", "no-answer"),
        ("BEN", "deaths", "no-answer"),
    ]
    assert found[0].message == "forecasted_deaths of AGO is not in the answer."
    assert found[1].message == "forecasted_cases of BEN is null in the answer."


def test_what_is_refused_already_is_not_said_twice():
    """A series that could not be read, and a region that is missing, have their own findings."""
    request = request_for("AGO", "BEN")
    assert no_answer(evidence_for({"AGO": {"cases": ["1", 2]}}, request=request)) == ()
    assert no_answer(evidence_for({"AGO": {"cases": [1, 2]}}, request=request)) == ()
