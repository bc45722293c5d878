"""Tests of the risk score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.bottleneck.risk import risk
from neuralbrain.domain.quantiles import MEDIAN, WEIGHTS


def scored(last, levels, *, days=7):
    """Return the risk of one row."""
    last, levels = np.array(last, dtype=float), np.array(levels, dtype=float)
    return risk(last[None, :], levels[None, :], event_sizes=np.ones(1), days=days)


def test_rank_and_growth_add_up():
    """A certain 105 over 10, 100 (a tie), 300 and 95 now: L = (1 + 3)/2/4 = 0.5, G = ((110/100)^(1/7) - 1)/0.05."""
    growth = (1.1 ** (1 / 7) - 1) / 0.05
    assert scored([105] * 23, [10, 100, 300, 95]).score[0] == pytest.approx(50 * (0.5 + growth), abs=1e-8)


def test_far_above_all_and_fast_is_100_and_red():
    """The highest ever at 5 % a day and more is exactly 100, and certain to be RED."""
    found = scored([100] * 23, [1, 2, 3])
    assert found.score[0] == 100
    np.testing.assert_allclose(found.level_probabilities, [[0, 0, 1]])


def test_far_below_all_and_falling_is_0():
    """The lowest ever and falling is 0 and GREEN."""
    found = scored([0] * 23, [10, 20, 30])
    assert found.score[0] == 0
    np.testing.assert_allclose(found.level_probabilities, [[1, 0, 0]])


def test_the_levels_are_those_of_settled_values():
    """If the upper half of Y_H is 100 and the lower 0, RED has the weight of the upper half."""
    last = np.where(np.arange(23) >= MEDIAN, 100.0, 0.0)
    found = scored(last, [1, 2, 3])
    upper = WEIGHTS[MEDIAN:].sum()
    np.testing.assert_allclose(found.level_probabilities, [[1 - upper, 0, upper]])
    assert found.score[0] == pytest.approx(50 * (upper + 1))  # L is an expectation, G the median's


def test_gaps_do_not_count_and_nothing_is_nothing():
    """Unknown levels take no rank; with nothing known at all there is no score."""
    assert scored([5] * 23, [np.nan, 5]).score[0] == scored([5] * 23, [5]).score[0] == 25
    found = scored([5] * 23, [np.nan, np.nan])
    assert np.isnan(found.score).all()
    assert np.isnan(found.level_probabilities).all()


@given(st.lists(st.floats(0, 1e6), min_size=23, max_size=23), st.lists(st.floats(0, 1e6), min_size=1, max_size=9))
def test_scores_and_chances_have_their_ranges(last, levels):
    """The score is from 0 to 100, the chances sum to 1, whatever the history."""
    found = scored(sorted(last), levels)
    assert 0 <= found.score[0] <= 100
    assert found.level_probabilities.sum() == pytest.approx(1)
