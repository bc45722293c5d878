"""Tests of levels, now and at the last horizon."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.level import last_horizon, levels_of
from neuralbrain.domain.calendar import Cadence

NAN = np.nan


def test_daily_levels_are_seven_day_means():
    """Of 1 to 9 the means of the last seven are 4, 5, 6, after six days without one."""
    np.testing.assert_array_equal(
        levels_of(np.arange(1.0, 10.0)[None, :], Cadence.DAILY), [[NAN, NAN, NAN, NAN, NAN, NAN, 4, 5, 6]]
    )


def test_gaps_are_left_out_of_a_mean():
    """Four known days of seven make a mean, three do not, except for the level now."""
    row = np.array([[1.0, 2.0, NAN, 4.0, NAN, NAN, 5.0, NAN, 9.0]])
    np.testing.assert_array_equal(levels_of(row, Cadence.DAILY), [[*[NAN] * 6, 3, NAN, 6]])


def test_a_leading_gap_is_not_part_of_the_history():
    """The seven days count from the first value known."""
    row = np.array([[NAN, NAN, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0]])
    np.testing.assert_array_equal(levels_of(row, Cadence.DAILY), [[*[NAN] * 8, 7]])


def test_the_level_now_is_always_there():
    """Short histories use what there is, long gaps the last value known, and nothing is nothing."""
    assert levels_of(np.array([[2.0, 4.0]]), Cadence.DAILY)[0, -1] == 3
    assert levels_of(np.array([[5.0, *[NAN] * 9]]), Cadence.DAILY)[0, -1] == 5
    assert levels_of(np.array([[5.0, NAN]]), Cadence.WEEKLY)[0, -1] == 5
    assert np.isnan(levels_of(np.full((1, 9), NAN), Cadence.DAILY)[0, -1])
    assert np.isnan(levels_of(np.full((1, 9), NAN), Cadence.WEEKLY)[0, -1])


def test_weekly_levels_are_the_weeks():
    """A weekly history is compared as it is."""
    row = np.array([[3.0, NAN, 5.0]])
    np.testing.assert_array_equal(levels_of(row, Cadence.WEEKLY), row)


def flat(*values):
    """Return one row of horizons, each with 23 equal quantiles."""
    return np.repeat(np.array(values, dtype=float)[None, :, None], 23, axis=2)


def test_the_last_horizon_of_a_weekly_feed_is_its_last_week():
    """Of four weeks the fourth counts."""
    last = last_horizon(flat(1, 2, 3, 4), horizons=(1, 2, 3, 4), history=np.ones((1, 3)), cadence=Cadence.WEEKLY)
    np.testing.assert_array_equal(last, np.full((1, 23), 4.0))


def test_the_last_horizon_of_a_daily_feed_is_a_seven_day_mean():
    """Of nine days the mean of days 3 to 9 counts: 6."""
    nine = tuple(range(1, 10))
    last = last_horizon(flat(*nine), horizons=nine, history=np.full((1, 30), 99.0), cadence=Cadence.DAILY)
    np.testing.assert_array_equal(last, np.full((1, 23), 6.0))


def test_actual_days_fill_the_seven():
    """Two forecast days of 10 and 20 and the last five actuals, one of them unknown, are the mean of six."""
    history = np.array([[99.0, 99.0, 1.0, NAN, 3.0, 4.0, 4.0]])
    last = last_horizon(flat(10, 20), horizons=(1, 2), history=history, cadence=Cadence.DAILY)
    np.testing.assert_allclose(last, np.full((1, 23), (1 + 3 + 4 + 4 + 10 + 20) / 6))
    short = last_horizon(flat(10, 20), horizons=(1, 2), history=np.array([[6.0]]), cadence=Cadence.DAILY)
    np.testing.assert_allclose(short, np.full((1, 23), 12.0))
