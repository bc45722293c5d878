"""Tests of growth a day."""

from __future__ import annotations

import numpy as np
import pytest

from neuralbrain.bottleneck.growth import growth_per_day, span_days
from neuralbrain.domain.calendar import Cadence


def test_growth_is_cushioned_by_five_events():
    """((25 + 5)/(10 + 5))^(1/2) - 1 = sqrt(2) - 1."""
    grown = growth_per_day(np.array([25.0]), np.array([10.0]), event_sizes=np.array([1.0]), days=2)
    assert grown[0] == pytest.approx(0.41421356)


def test_rates_without_a_population_have_no_cushion():
    """Without events, from nothing to nothing is no growth and from nothing to something is without bound."""
    grown = growth_per_day(
        np.array([[0.0, 3.0], [2.0, 8.0], [1.0, np.nan]]), np.array([0.0, 2.0, np.nan]), event_sizes=np.zeros(3), days=1
    )
    np.testing.assert_array_equal(grown, [[0.0, np.inf], [0.0, 3.0], [np.nan, np.nan]])


def test_days_are_seven_or_seven_a_week():
    """Daily feeds compare seven-day means that lie max(7, H) days apart; weekly feeds the last horizon's week."""
    assert span_days((1, 2, 3, 4), Cadence.WEEKLY) == 28
    assert [span_days(tuple(range(1, last + 1)), Cadence.DAILY) for last in (1, 3, 7, 8, 14)] == [7, 7, 7, 8, 14]
