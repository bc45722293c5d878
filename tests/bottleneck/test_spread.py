"""Tests of the spread around a point."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from neuralbrain.bottleneck.spread import spread
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.quantiles import MEDIAN, position_of

PLACE = position_of(0.975)


def spread_of(points, history, *, horizons=(1, 2), cadence=Cadence.WEEKLY, event=1.0, ceiling=1e10):
    """Return the spread of one series."""
    return spread(
        np.array([points], dtype=float),
        history=np.array([history], dtype=float),
        horizons=horizons,
        cadence=cadence,
        event_sizes=np.array([event]),
        ceilings=np.array([ceiling]),
    )


def test_the_spread_is_that_of_the_changes_over_as_many_steps():
    """Halving and doubling every week: log 2 either way over one step, nothing over two."""
    made = spread_of([7, 7], np.expm1(np.log(8) + np.log(2) * (np.arange(20) % 2)))
    np.testing.assert_allclose(made.quantiles[0, 0, MEDIAN + 1 :], 15)  # log(7+1) + log 2 = log 16
    np.testing.assert_allclose(made.quantiles[0, 0, :MEDIAN], 3)  # log 4
    np.testing.assert_allclose(made.quantiles[0, 1], 7)
    assert not made.scaled[0]
    assert not made.assumed[0]


def test_short_histories_scale_shorter_steps():
    """Nine values have eight steps of one and too few of four: those are scaled by the root of four."""
    history = np.expm1(np.log(8) + np.log(2) * (np.arange(9) % 2))
    made = spread_of([7, 7], history, horizons=(1, 4))
    assert made.scaled[0]
    np.testing.assert_allclose(made.quantiles[0, 1, -1], np.expm1(np.log(8) + 2 * np.log(2)))


def test_shorter_ones_use_the_stated_rule():
    """With fewer than 8 steps the variance is 1/(x+1) + h·(7·ln 1.05·x/(x+1))², longhand for x = 99."""
    made = spread_of([99, 99], [5, 6, 7])
    assert made.assumed[0]
    for column, horizon in enumerate((1, 2)):
        deviation = np.sqrt(0.01 + horizon * (7 * np.log(1.05) * 0.99) ** 2)
        expected = np.expm1(np.log(100) + deviation * NormalDist().inv_cdf(0.975))
        assert made.quantiles[0, column, PLACE] == pytest.approx(expected)


def test_a_rate_has_no_poisson_part():
    """For a rate without population only the growth part of the rule is left."""
    made = spread_of([0.02, 0.02], [0.01], event=0.0, ceiling=1.0)
    deviation = 7 * np.log(1.05) * 0.02 / 1.02
    expected = np.expm1(np.log(1.02) + deviation * NormalDist().inv_cdf(0.975))
    assert made.quantiles[0, 0, PLACE] == pytest.approx(expected)


def test_a_weekday_pattern_is_not_uncertainty():
    """Eight weeks of one and the same weekday pattern leave no spread on any day."""
    pattern = [130, 120, 110, 100, 100, 70, 70] * 8
    made = spread_of([130, 120, 110], pattern, horizons=(1, 2, 3), cadence=Cadence.DAILY)
    np.testing.assert_allclose(made.quantiles[0], np.repeat([[130], [120], [110]], 23, axis=1))


def test_quantiles_are_around_the_point_in_order_and_in_range():
    """The median is the point, quantiles do not cross, stay above 0 and below the ceiling."""
    history = np.random.default_rng(3).poisson(3, 60)
    made = spread_of([0, 40], history, ceiling=50.0)
    assert made.quantiles[0, :, MEDIAN].tolist() == [0, 40]
    assert (np.diff(made.quantiles, axis=2) >= 0).all()
    assert made.quantiles.min() == 0
    assert made.quantiles.max() <= 50 * (1 + 1e-12)


def test_gaps_are_no_changes():
    """Unknown values make no changes; a history of nothing but gaps is a short one."""
    assert spread_of([5, 5], [np.nan] * 30).assumed[0]
    assert not spread_of([5, 5], [1, 2, 3] * 10 + [np.nan] * 3).assumed[0]
