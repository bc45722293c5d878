"""The weekday pattern: found where there is one, left alone where there is none."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neuralbrain.domain.observation import Floats
from neuralbrain.providers.local.weekday import share_ahead, weekday_shares, without_weekday

PATTERN = np.array([1.3, 1.2, 1.1, 1.1, 1.2, 0.7, 0.4])


def test_a_pattern_is_found_in_its_place() -> None:
    """Column 0 is the day after the last value and column 6 the last day itself."""
    values = np.random.default_rng(1).poisson(2_000.0 * np.tile(PATTERN, 10))[None, :].astype(np.float64)
    np.testing.assert_allclose(weekday_shares(values)[0], PATTERN, rtol=0.08)
    np.testing.assert_allclose(weekday_shares(values[:, :-1])[0], np.roll(PATTERN, 1), rtol=0.08)


def test_growth_is_no_weekday() -> None:
    """A series that grows by five per cent a day has no pattern."""
    np.testing.assert_allclose(weekday_shares(np.exp(0.05 * np.arange(70.0))[None, :]), 1.0, atol=0.01)


def test_chance_is_hardly_a_weekday() -> None:
    """Days that differ by chance alone keep a share near 1."""
    values = np.random.default_rng(2).poisson(5.0, (50, 70)).astype(np.float64)
    assert np.abs(weekday_shares(values) - 1.0).mean() < 0.1


def test_too_short_a_series_has_no_pattern() -> None:
    """With less than three weeks all days are alike."""
    np.testing.assert_array_equal(weekday_shares(np.tile(PATTERN, 2)[None, :]), 1.0)


def test_taken_out_and_put_back() -> None:
    """Without its pattern a series is level; the share ahead is that of the day aimed at."""
    shares = np.array([PATTERN / PATTERN.mean()])
    level = without_weekday(100.0 * np.tile(shares, 3), shares)
    np.testing.assert_allclose(level, 100.0)
    np.testing.assert_allclose(share_ahead(shares, np.array([1, 7, 8])), shares[:, [0, 6, 0]])


def test_a_silent_day_is_a_gap() -> None:
    """A day on which next to nothing is ever reported says nothing about the level."""
    shares = np.array([[1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 0.05]])
    assert np.isnan(without_weekday(np.ones((1, 7)), shares)[0]).tolist() == [False] * 6 + [True]


@settings(deadline=None, max_examples=40)
@given(
    values=arrays.arrays(
        np.float64,
        st.tuples(st.integers(1, 3), st.integers(1, 70)),
        elements=st.one_of(st.just(np.nan), st.just(0.0), st.floats(0.0, 1e280)),
    )
)
def test_shares_are_positive_and_average_one(values: Floats) -> None:
    """Whatever comes, each day has a share above 0, and the seven average 1."""
    shares = weekday_shares(values)
    assert (shares > 0).all()
    np.testing.assert_allclose(shares.mean(axis=1), 1.0)
