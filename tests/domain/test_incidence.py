"""From running totals to new events: gaps and corrections are never turned into events."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neuralbrain.domain.incidence import SHORTEST_CUMULATIVE, incidence_of, says_incidence
from neuralbrain.domain.observation import Floats

NAN = np.nan


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ([10.0, 12.0, 12.0, 15.0], [NAN, 2.0, 0.0, 3.0]),
        ([10.0, NAN, 14.0, 15.0], [NAN, NAN, NAN, 1.0]),  # the four events of the gap are not spread
        ([10.0, 8.0, 9.0], [NAN, NAN, 1.0]),  # a falling total is a correction
        ([10.0], [NAN]),
        ([], []),
    ],
)
def test_steps_by_hand(totals: list[float], expected: list[float]) -> None:
    """New events are the steps of the total; the first period, a gap and a fall are unknown."""
    np.testing.assert_array_equal(incidence_of(np.array([totals])), np.array([expected]))


@given(events=arrays.arrays(np.int64, (3, 6), elements=st.integers(0, 10**6)), start=st.integers(0, 10**6))
def test_totals_of_events_give_the_events_back(events: Floats, start: int) -> None:
    """Adding up and taking steps are inverse, but for the first period."""
    totals = start + np.cumsum(events, axis=1).astype(np.float64)
    found = incidence_of(totals)
    assert np.isnan(found[:, 0]).all()
    np.testing.assert_array_equal(found[:, 1:], events[:, 1:])


@given(totals=arrays.arrays(np.float64, (2, 7), elements=st.floats(0, 1e9) | st.just(NAN)))
def test_incidence_is_never_negative(totals: Floats) -> None:
    """Whatever the totals do, each period's events are unknown or at least zero."""
    found = incidence_of(totals)
    assert np.all(np.isnan(found) | (found >= 0))


def test_only_long_rising_totals_say_something() -> None:
    """Eight known values that are not all the same are enough; fewer, flat or none are not."""
    rising = np.arange(10.0)
    rows = np.stack(
        [
            rising,
            np.where(rising < SHORTEST_CUMULATIVE, rising, NAN),
            np.where(rising < SHORTEST_CUMULATIVE - 1, rising, NAN),
            np.full(10, 5.0),
            np.full(10, NAN),
        ]
    )
    assert says_incidence(rows).tolist() == [True, True, False, False, False]
    assert says_incidence(np.empty((2, 0))).tolist() == [False, False]
    assert says_incidence(np.empty((0, 3))).tolist() == []
