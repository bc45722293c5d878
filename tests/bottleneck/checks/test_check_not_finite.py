"""Tests of the check for values that are no number."""

from __future__ import annotations

import pytest
from bottleneck_examples import evidence_for

from neuralbrain.bottleneck.checks.not_finite import not_finite


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("null", "null or not a number"),
        ("NaN", "null or not a number"),
        ("Infinity", "infinite or too large"),
        ("-Infinity", "infinite or too large"),
        ("1e999", "infinite or too large"),
        ("9" * 5000, "infinite or too large"),
    ],
)
def test_what_is_not_finite_is_refused(value, says):
    """Null, NaN, infinity and numbers beyond any are refused, naming field, horizon and level."""
    (finding,) = not_finite(evidence_for(f"[7, {value}]"))
    assert (finding.code, finding.severity, finding.region) == ("not-finite", "refuse", "AGO")
    assert finding.message == f"forecasted_cases of AGO at horizon 2, level 0.5, is {says}."


def test_levels_and_horizons_not_given_are_not_meant():
    """What an answer does not claim to give is not a value that is missing."""
    assert not_finite(evidence_for([7])) == ()
    assert not_finite(evidence_for([7, 8])) == ()
