"""Tests of the check for single values far off from their neighbours."""

from __future__ import annotations

import numpy as np
from quality_examples import GAP, evidence_for

from neuralbrain.domain.observation import Unit
from neuralbrain.quality.checks.jumps import jumps

CALM = [100, 104, 99, 103, 101, 98, 102, 105, 100, 97, 103, 100, 104, 99]


def test_a_single_value_far_off_is_marked():
    """A hundredfold week between calm ones is marked with what its neighbours lead to, also across a gap."""
    (found,) = jumps(evidence_for([*CALM, GAP, 1000, 101, 99], [*CALM, 102, 100, 101, 99]))
    assert (found.check, found.location, found.count, found.severity) == ("jumps", "P0", 1, "warning")
    assert str(found.first_date) == str(found.last_date) == "2026-03-07"
    assert found.message == "cases of P0 is 1000 on 2026-03-07, where its neighbours lead to 101."


def test_the_newest_value_is_judged_by_the_two_before():
    """A newest value far above the line through the two before is marked, one on that line is not."""
    (found,) = jumps(evidence_for([*CALM, 100, 300]))
    assert found.message == "cases of P0 is 300 on 2026-03-21, where its neighbours lead to 101."
    growing = [round(100 * 1.5**week) for week in range(12)]
    assert jumps(evidence_for([*CALM, *growing])) == ()


def test_a_wave_is_no_jump():
    """A steep epidemic, up and down again, passes: each value lies between its neighbours, its peak near them."""
    wave = np.round(20 + 5000 * np.exp(-(((np.arange(60) - 30) / 4.0) ** 2)))
    assert jumps(evidence_for(wave.tolist())) == ()


def test_few_events_and_short_series_are_no_ground():
    """Less than ten events off, or fewer than ten changes known, marks nothing."""
    assert jumps(evidence_for([0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 9, 0, 0, 1])) == ()
    assert jumps(evidence_for([100, 101, 100, 9000, 101, 100])) == ()


def test_an_erratic_series_may_jump():
    """The limit grows with the series' own changes: what stands off in a calm series is usual in a wild one."""
    wild = [100, 300, 80, 250, 90, 400, 120, 310, 70, 260, 90, 330]
    assert jumps(evidence_for([*wild, 100, 400, 90])) == ()
    assert len(jumps(evidence_for([*CALM, 100, 400, 100]))) == 1


def test_rates_must_be_off_by_half_of_the_usual_value():
    """A share that rounding moves by little is not marked, one that is three times the usual is."""
    share = [0.10, 0.11, 0.10, 0.10, 0.11, 0.10, 0.10, 0.11, 0.10, 0.10, 0.10, 0.11]
    assert jumps(evidence_for([*share, 0.14, 0.10], unit=Unit.SHARE)) == ()
    assert len(jumps(evidence_for([*share, 0.30, 0.10], unit=Unit.SHARE))) == 1
