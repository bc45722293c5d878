"""Tests of the check for the same value period after period."""

from __future__ import annotations

import pytest
from quality_examples import GAP, evidence_for

from neuralbrain.domain.observation import Measure, Unit
from neuralbrain.quality.checks.repeated_values import repeated_values


@pytest.mark.parametrize(("value", "least"), [(1, 9), (3, 7), (20, 5), (500, 4), (100_000, 4)])
def test_small_counts_may_repeat_longer(value: float, least: int):
    """The run that is marked is the shortest that chance brings less than once in 10,000: 1 + ln 1e-4 / ln p."""
    assert repeated_values(evidence_for([2, *[value] * (least - 1), 7, 0])) == ()
    (found,) = repeated_values(evidence_for([2, *[value] * least, 7, 0]))
    assert (found.check, found.count, found.severity) == ("repeated-values", least, "warning")
    assert (str(found.last_date),) == ("2026-03-07",)
    assert f"is {value:g} for {least} weeks in a row" in found.message


def test_zeros_and_gaps_do_not_count():
    """Zeros may repeat, and a gap ends a run."""
    assert repeated_values(evidence_for([0] * 30)) == ()
    assert repeated_values(evidence_for([500, 500, 500, GAP, 500, 500, 500])) == ()


def test_the_longest_run_is_named():
    """Two runs are one mark that spans both, counts both and names the longer."""
    (found,) = repeated_values(evidence_for([900] * 4 + [1] + [700] * 6 + [2]))
    assert found.count == 10
    assert found.message == "cases of P0 is 700 for 6 weeks in a row, between 2026-01-03 and 2026-03-14."


def test_totals_repeat_by_their_steps():
    """A total that stands still is nothing new; one that rises by the same number each week is marked."""
    assert repeated_values(evidence_for([400] * 9, measure=Measure.CUMULATIVE)) == ()
    (found,) = repeated_values(evidence_for([0, 300, 600, 900, 1200], measure=Measure.CUMULATIVE))
    assert found.count == 4


def test_rates_may_repeat_for_seven_weeks():
    """Eight equal shares are marked, unless they are so near the smallest that rounding makes them equal."""
    share = Unit.SHARE
    assert repeated_values(evidence_for([0.01, *[0.37] * 7], unit=share)) == ()
    assert len(repeated_values(evidence_for([0.01, *[0.37] * 8], unit=share))) == 1
    assert repeated_values(evidence_for([0.01, *[0.04] * 8], unit=share)) == ()
