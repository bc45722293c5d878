"""Tests of the completion to 23 quantiles."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.bottleneck.complete import complete
from neuralbrain.domain.quantiles import LEVELS, position_of


def completed(levels, values, ceiling=np.inf):
    """Return one horizon's values at some levels as 23 quantiles."""
    return complete(
        np.array(values, dtype=float)[None, None, :],
        given=np.ones((1, len(levels)), dtype=bool),
        levels=np.array(levels),
        ceilings=np.array([ceiling]),
    )[0, 0]


def test_all_23_levels_are_kept_as_they_are():
    """An answer with all hub levels is not touched."""
    values = np.sqrt(np.arange(23.0))
    np.testing.assert_array_equal(completed(LEVELS, values), values)


def test_said_levels_keep_their_values():
    """The levels that were said keep exactly the values that were said."""
    whole = completed([0.1, 0.25, 0.9], [1 / 3, 7.7, 1e6])
    assert whole[[position_of(level) for level in (0.1, 0.25, 0.9)]].tolist() == [1 / 3, 7.7, 1e6]


def test_between_and_beyond_it_is_a_straight_line_on_normal_scores():
    """log(x + 1) = 2 + z/2 at 0.1 and 0.9 is the same line at every other level."""
    score = NormalDist().inv_cdf
    values = [np.expm1(2 + score(level) / 2) for level in (0.1, 0.9)]
    expected = [np.expm1(2 + score(float(level)) / 2) for level in LEVELS]
    np.testing.assert_allclose(completed([0.1, 0.9], values), expected)


def test_tails_stop_at_zero_and_at_the_ceiling():
    """A line that leads below 0 ends there, and a steep one ends at the ceiling without overflow."""
    whole = completed([0.45, 0.5, 0.55], [0.0, 1.0, 1e9], ceiling=1e10)
    assert whole[0] == 0
    assert whole[-1] == np.float64(1e10) or np.isclose(whole[-1], 1e10)


def test_regions_with_other_levels_are_completed_by_their_own():
    """Each row is completed from the levels that it has."""
    values = np.array([[[1.0, np.nan, 3.0]], [[np.nan, 5.0, 9.0]]])
    given_levels = np.isfinite(values[:, 0])
    together = complete(values, given=given_levels, levels=np.array([0.1, 0.3, 0.9]), ceilings=np.full(2, np.inf))
    np.testing.assert_array_equal(together[0, 0], completed([0.1, 0.9], [1, 3]))
    np.testing.assert_array_equal(together[1, 0], completed([0.3, 0.9], [5, 9]))


@given(
    st.lists(st.integers(1, 999), min_size=2, max_size=12, unique=True),
    st.lists(st.floats(0, 1e9), min_size=12, max_size=12),
)
def test_quantiles_never_cross_and_stay_in_range(levels, values):
    """Whatever levels are given, the 23 are in order, not negative, and not above the ceiling."""
    whole = completed(np.sort(np.array(levels) / 1000), np.sort(values[: len(levels)]), ceiling=1e9)
    assert (np.diff(whole) >= 0).all()
    assert whole.min() >= 0
    assert whole.max() <= 1e9 * (1 + 1e-9)
