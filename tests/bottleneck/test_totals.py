"""Tests of the way from totals to new events."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.bottleneck.totals import median_steps, step_quantiles
from neuralbrain.domain.quantiles import MEDIAN


def test_steps_are_differences_from_the_last_actual():
    """From 10 over 12, 11 and 15 the steps are 2, 0 (a total cannot fall) and 3 (to what was reached)."""
    np.testing.assert_array_equal(median_steps(np.array([[12.0, 11.0, 15.0]]), last=np.array([10.0])), [[2, 0, 3]])
    np.testing.assert_array_equal(median_steps(np.array([[8.0, 12.0]]), last=np.array([10.0])), [[0, 2]])


def test_deviations_become_those_of_independent_steps():
    """Deviations of 3 and 5 around the totals leave sqrt(25 - 9) = 4 for the second step."""
    quantiles = np.zeros((1, 2, 23))
    quantiles[0, 0], quantiles[0, 1] = 100.0, 110.0
    quantiles[0, 0, :MEDIAN] -= 3
    quantiles[0, 0, MEDIAN + 1 :] += 3
    quantiles[0, 1, :MEDIAN] -= 5
    quantiles[0, 1, MEDIAN + 1 :] += 5
    steps = step_quantiles(quantiles, last=np.array([90.0]))
    assert steps[0, 0, [0, MEDIAN, 22]].tolist() == [7, 10, 13]
    assert steps[0, 1, [0, MEDIAN, 22]].tolist() == [6, 10, 14]


def test_narrowing_totals_have_certain_steps():
    """Where the totals become narrower, the step has no spread, and is not below zero."""
    quantiles = np.full((1, 2, 23), 100.0)
    quantiles[0, 0, MEDIAN + 1 :] = 120
    quantiles[0, 1] = 99.0
    steps = step_quantiles(quantiles, last=np.array([95.0]))
    assert steps[0, 0, [0, MEDIAN, 22]].tolist() == [5, 5, 25]
    np.testing.assert_array_equal(steps[0, 1], np.zeros(23))


@given(st.lists(st.lists(st.floats(0, 1e6), min_size=23, max_size=23), min_size=1, max_size=4), st.floats(0, 1e6))
def test_steps_are_never_negative_and_never_cross(rows, last):
    """Whatever the totals, the quantiles of the steps are at least 0 and in order."""
    steps = step_quantiles(np.sort(np.array([rows]), axis=2), last=np.array([last]))
    assert (steps >= 0).all()
    assert (np.diff(steps, axis=2) >= 0).all()
