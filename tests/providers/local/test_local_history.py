"""Histories: gaps are bridged, volatility is remembered, and nothing is seen before its time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from local_request import epidemics

from neuralbrain.domain.observation import Floats
from neuralbrain.providers.local.history import USUAL_STEP, History, history_of, usual_steps
from neuralbrain.providers.local.stabilise import Scale

SCALE = Scale(event=np.ones(1), root=np.ones(1), limit=np.ones(1), least_noise=np.ones(1))
NAN = np.nan


def _history(values: Floats) -> History:
    return history_of(values, scale=SCALE, usual=np.full(len(values), USUAL_STEP))


def test_gaps_are_bridged_by_straight_lines() -> None:
    """Inside a gap the line between its ends is taken; outward the first and the last value are carried."""
    filled = _history(np.array([[NAN, 2.0, NAN, NAN, 5.0, NAN]])).filled
    np.testing.assert_allclose(filled, [[2.0, 2.0, 3.0, 4.0, 5.0, 5.0]])


def test_means_and_counts_grow_with_what_is_known() -> None:
    """The mean and the number of values are those up to the position."""
    history = _history(np.array([[1.0, NAN, 3.0, 8.0]]))
    np.testing.assert_allclose(history.known, [[1, 1, 2, 3]])
    np.testing.assert_allclose(history.mean, [[1.0, 1.0, 2.0, 4.0]])


def test_recent_changes_weigh_more_in_the_fast_volatility() -> None:
    """After a calm past a sudden jump moves the fast volatility further than the slow one."""
    values = np.ones((1, 60))
    values[0, -1] = 2.0
    history = _history(values)
    assert history.fast[0, -1] > 3.0 * history.slow[0, -1]
    assert history.fast[0, -2] <= history.slow[0, -2] * 1.001


def test_an_unknown_group_moves_as_usual() -> None:
    """A group without changes has the usual step, one with many its own."""
    values = np.stack([np.full(400, NAN), np.tile([1.0, 1.5], 200)])
    steps = usual_steps(values, group=np.array([0, 1]), groups=3)
    assert steps[0] == steps[2] == USUAL_STEP
    assert steps[1] == pytest.approx(0.5, rel=0.02)


@settings(deadline=None, max_examples=30)
@given(cut=st.integers(1, 39), seed=st.integers(0, 5))
def test_what_comes_later_changes_nothing_before(cut: int, seed: int) -> None:
    """At known positions up to a cut all that is remembered is the same with and without the later values."""
    values = epidemics(1, 40, seed=seed) / 50.0
    values[0, np.random.default_rng(seed).random(40) < 0.2] = NAN
    values[0, cut - 1] = 1.0
    whole, part = _history(values), _history(values[:, :cut])
    known = np.isfinite(values[:, :cut])
    for name in ("filled", "known", "mean", "slow", "fast", "noise"):
        np.testing.assert_array_equal(getattr(whole, name)[:, :cut][known], getattr(part, name)[known])
