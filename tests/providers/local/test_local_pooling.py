"""Pooling: who learns from whom, whatever the order of the request."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Series, Signal
from neuralbrain.providers.local.pooling import MOST_GROUPS, MOST_TEACHERS, canonical_order, groups_of, teachers_of


def _series(signal: str, location: str = "A") -> Series:
    return Series(source="feed", location=location, signal=Signal(name=signal))


def test_one_signal_one_group() -> None:
    """Series of the same signal share a group and others do not."""
    group, groups = groups_of([_series("cases", "A"), _series("deaths"), _series("cases", "B")])
    assert group[0] == group[2] != group[1]
    assert groups == 3


def test_small_signals_beyond_the_largest_share_a_group() -> None:
    """With very many signals only the largest have a group of their own."""
    many = [_series(f"signal-{number:03d}") for number in range(100)]
    group, groups = groups_of([*many, _series("signal-099", "B")])
    assert groups == MOST_GROUPS + 1
    assert group.max() == MOST_GROUPS
    assert (group == 0).sum() == 100 - MOST_GROUPS
    assert group[-1] == group[-2] != 0


def test_the_canonical_order_is_that_of_the_names() -> None:
    """Series are ordered by signal, then location."""
    order = canonical_order([_series("deaths", "A"), _series("cases", "B"), _series("cases", "A")])
    assert order.tolist() == [2, 1, 0]


def test_few_series_all_teach() -> None:
    """Below the limit the model is fitted to every series."""
    np.testing.assert_array_equal(teachers_of(np.array([1, 2, 1, 2])), np.arange(4))


def test_of_very_many_series_each_group_teaches() -> None:
    """Beyond the limit evenly spaced series are taken, some of each group, and a small group whole."""
    group = np.concatenate([np.full(50_000, 1), np.full(10, 2)])
    teachers = teachers_of(group)
    assert len(teachers) <= MOST_TEACHERS
    assert (group[teachers] == 2).sum() == 10
    assert np.ptp(np.diff(teachers[group[teachers] == 1])) == 0
