"""Tests of chances above and below a bound."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.bottleneck.exceedance import probabilities_outside, probability_above
from neuralbrain.domain.quantiles import LEVELS


def probability_below(quantiles, bound):
    """Return P(Y < bound), from the pair."""
    return probabilities_outside(quantiles, low=bound, high=bound)[0]


def test_equal_within_rounding_is_neither_above_nor_below():
    """A certain value lies neither above nor below itself, nor below what differs in the last digit only."""
    certain = np.full((1, 23), 1000.0)
    for bound in (1000.0, np.nextafter(1000.0, 0), np.nextafter(1000.0, 2000)):
        assert probability_above(certain, np.array([bound]))[0] == 0
        assert probability_below(certain, np.array([bound]))[0] == 0
    assert probability_above(certain, np.array([999.0]))[0] == 1
    assert probability_below(certain, np.array([1001.0]))[0] == 1


def test_nothing_lies_below_zero():
    """Below 0, and below 0 exactly, there is nothing."""
    assert probability_below(np.zeros((2, 23)), np.array([0.0, -3.0])).tolist() == [0, 0]


@given(st.floats(0, 1000), st.integers(0, 22))
def test_a_quantile_has_its_level_below_it(scale, place):
    """Of a distribution without jumps, the chance to lie below a quantile is its level."""
    quantiles = (scale + 1) * np.expm1(LEVELS)[None, :]
    bound = quantiles[:, place]
    assert np.isclose(probability_below(quantiles, bound)[0], LEVELS[place], atol=1e-6)
    assert np.isclose(probability_above(quantiles, bound)[0], 1 - LEVELS[place], atol=1e-6)
