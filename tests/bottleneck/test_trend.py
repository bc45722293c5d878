"""Tests of trend and growth probability."""

from __future__ import annotations

import numpy as np
import pytest

from neuralbrain.bottleneck.trend import growth_probability, trend_probabilities
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.quantiles import LEVELS


def trends(last, level, *, days=7, cadence=Cadence.WEEKLY, event=1.0):
    """Return the three probabilities of one row."""
    return trend_probabilities(
        np.array(last, dtype=float)[None, :],
        np.array([level]),
        event_sizes=np.array([event]),
        days=days,
        cadence=cadence,
    )[0].tolist()


@pytest.mark.parametrize(
    ("value", "expected"), [(1051, [0, 0, 1]), (1050, [0, 1, 0]), (950, [0, 1, 0]), (949, [1, 0, 0])]
)
def test_a_trend_is_more_than_five_percent_a_week(value, expected):
    """At 1,000 a week Δ is 50: 1,051 rises, 950 to 1,050 is stable, 949 falls."""
    assert trends([value] * 23, 1000.0) == expected


def test_four_weeks_compound():
    """Over 28 days Δ is 1,000·(1.05⁴ − 1) = 215.50625."""  # noqa: RUF002 - the formula's own sign
    assert trends([1215.5] * 23, 1000.0, days=28) == [0, 1, 0]
    assert trends([1215.6] * 23, 1000.0, days=28) == [0, 0, 1]


def test_small_changes_are_no_trend():
    """Δ is at least 10 events a week, for daily feeds 10/7 a day; a rate without population has no such least."""
    assert trends([12] * 23, 2.0) == [0, 1, 0]
    assert trends([12.1] * 23, 2.0) == [0, 0, 1]
    assert trends([3.42] * 23, 2.0, cadence=Cadence.DAILY) == [0, 1, 0]
    assert trends([3.43] * 23, 2.0, cadence=Cadence.DAILY) == [0, 0, 1]
    assert trends([2.2] * 23, 2.0, event=0.0) == [0, 0, 1]


def test_a_distribution_splits_into_three():
    """Quantiles straight on the log scale through y0 ± Δ give the levels there: 0.2 below, 0.2 above."""
    logs = np.log1p(1000) + (LEVELS - 0.5)
    low, high = np.interp([0.2, 0.8], LEVELS, logs)
    change = 50.0
    stretched = np.where(
        LEVELS < 0.5,
        np.log1p(1000) + (logs - np.log1p(1000)) * (np.log1p(1000 - change) - np.log1p(1000)) / (low - np.log1p(1000)),
        np.log1p(1000) + (logs - np.log1p(1000)) * (np.log1p(1000 + change) - np.log1p(1000)) / (high - np.log1p(1000)),
    )
    assert trends(np.expm1(stretched), 1000.0) == pytest.approx([0.2, 0.6, 0.2], abs=1e-6)


def test_growth_is_any_more_than_now():
    """P(Y_H > y0): none of a certain y0, all of a certain y0 + 1, unknown where y0 is."""
    last = np.full((3, 23), 8.0)
    np.testing.assert_array_equal(growth_probability(last, np.array([8.0, 7.0, np.nan])), [0, 1, np.nan])
    assert np.isnan(trends([8] * 23, np.nan)).all()
