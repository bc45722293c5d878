"""Tests of the check for horizons."""

from __future__ import annotations

from bottleneck_examples import evidence_for

from neuralbrain.bottleneck.checks.wrong_horizons import wrong_horizons


def test_a_missing_horizon_is_refused():
    """An answer for fewer horizons than asked for is refused and names the first that is missing."""
    (finding,) = wrong_horizons(evidence_for([7]))
    assert (finding.code, finding.severity, finding.region) == ("horizon-missing", "refuse", "AGO")
    assert finding.message == "forecasted_cases of AGO has no value at horizon 2; 2 horizons were asked for."


def test_a_surplus_horizon_is_refused():
    """An answer for more horizons than asked for is refused once."""
    (finding,) = wrong_horizons(evidence_for([7, 8, 9, 10]))
    assert finding.code == "horizon-unknown"
    assert finding.message == "forecasted_cases of AGO has a value at horizon 4, which was not asked for."


def test_dates_that_are_off_are_refused():
    """An answer that starts at the last actual speaks of a horizon that was not asked for."""
    found = wrong_horizons(evidence_for([{"date": "2026-03-22", "value": 1}, {"date": "2026-03-29", "value": 2}]))
    assert [one.code for one in found] == ["horizon-missing", "horizon-unknown"]


def test_the_horizons_asked_for_are_no_finding():
    """Exactly the horizons asked for are not refused."""
    assert wrong_horizons(evidence_for([7, 8])) == ()
