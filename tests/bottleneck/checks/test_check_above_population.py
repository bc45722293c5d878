"""Tests of the check for more than everybody."""

from __future__ import annotations

import pytest
from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.checks.above_population import above_population
from neuralbrain.domain.observation import Unit


@pytest.mark.parametrize(
    ("unit", "population", "most"),
    [
        (Unit.COUNT, 1000.0, 1000),
        (Unit.COUNT, float("nan"), 10**10),
        (Unit.PER_100K, 1000.0, 100_000),
        (Unit.SHARE, 1000.0, 1),
    ],
)
@pytest.mark.parametrize("totals", [False, True])
def test_more_than_everybody_is_refused(unit, population, most, totals):
    """A value above the population, or above what a rate can be, is refused; the bound itself is not."""
    request = request_for(unit=unit, population=population)
    (finding,) = above_population(evidence_for([0, most * 2], request=request, totals=totals))
    assert (finding.code, finding.severity) == ("above-population", "refuse")
    assert finding.message.startswith(f"forecasted_cases of AGO at horizon 2, level 0.5, is {most * 2:g}, above")
    assert above_population(evidence_for([0, most], request=request, totals=totals)) == ()
