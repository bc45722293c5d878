"""Tests of the outbreak probability and its threshold."""

from __future__ import annotations

import numpy as np
import pytest

from neuralbrain.bottleneck.outbreak import outbreak


def bound(levels, last=20.0, event=1.0):
    """Return threshold and probability of one row whose last horizon is certain."""
    found = outbreak(np.full((1, 23), last), np.array([levels], dtype=float), event_sizes=np.array([event]))
    return found.threshold[0], found.probability[0]


def test_the_threshold_is_mean_and_three_deviations():
    """Of seven periods 2, 4, 4, 4, 5, 5, 7.4..., longhand: mean 4, sd 2, so 4 + 3·2 = 10; 10.1 exceeds it."""
    baseline = [2, 2, 2, 4, 6, 6, 6]  # mean 4, sum of squares 24, divided by 6 is 4, its root 2
    assert bound([*baseline, 99, 99], last=10.1) == (pytest.approx(10.0), 1.0)
    assert bound([*baseline, 99, 99], last=10.0) == (pytest.approx(10.0), 0.0)


def test_the_deviation_is_at_least_one_event():
    """A baseline that never moves has the bound 5 + 3·1; a rate without population has no such least."""
    assert bound([5] * 7 + [0, 0])[0] == 8
    assert bound([5] * 7 + [0, 0], event=0.0)[0] == 5


def test_only_the_periods_30_to_3_before_count():
    """With the last actual at -1, what is older than -30 and what is newer than -3 does not count."""
    assert bound([1000] * 5 + [5] * 28 + [1000] * 2)[0] == 8


def test_six_periods_are_too_few():
    """Fewer than seven known periods give no number."""
    assert np.isnan(bound([5] * 6 + [0, 0])).all()
    assert np.isnan(bound([5] * 6 + [np.nan] * 20 + [0, 0])).all()
    assert np.isnan(bound([5])).all()


def test_what_is_usual_comes_before_what_was_recent():
    """Where the time of the year has a bound it is the threshold, elsewhere the recent periods give it."""
    last, levels = np.full((2, 23), 20.0), np.full((2, 40), 5.0)
    found = outbreak(last, levels, event_sizes=np.ones(2), usual=np.array([30.0, np.nan]))
    assert found.threshold.tolist() == [30, 8]
    assert found.probability.tolist() == [0, 1]
