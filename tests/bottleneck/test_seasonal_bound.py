"""Tests of the bound of what is usual at that time of the year."""

from __future__ import annotations

import numpy as np
import pytest

from neuralbrain.bottleneck.farrington import Control, farrington
from neuralbrain.bottleneck.level import levels_of
from neuralbrain.bottleneck.reference_weeks import years_back_of
from neuralbrain.bottleneck.seasonal_bound import seasonal_bounds
from neuralbrain.domain.calendar import Cadence

LAST = np.datetime64("2026-03-22", "D")


def season(weeks=300, *, mean=20.0, rows=1, seed=1):
    """Return weekly counts with a season, the last week the newest."""
    means = mean * np.exp(np.cos(2 * np.pi * np.arange(1 - weeks, 1) / 52.18))
    return np.random.default_rng(seed).poisson(means, (rows, weeks)).astype(float)


def bounds(levels, *, horizon=4, cadence=Cadence.WEEKLY, event=1.0, last=LAST):
    """Return the bounds of rows with one last date and event size."""
    rows = len(levels)
    return seasonal_bounds(
        levels,
        last_dates=np.full(rows, last, "datetime64[D]"),
        horizon=horizon,
        cadence=cadence,
        event_sizes=np.full(rows, event),
    )


def test_weekly_bounds_are_those_of_the_target_week():
    """Four weeks ahead: farrington over the five years before the week that ends on 2026-04-19."""
    levels = season()
    weeks = np.concatenate([levels, np.full((1, 4), np.nan)], axis=1)
    back = years_back_of(LAST + 28, 5)
    expected = farrington(weeks, years_back=back, control=Control()).upper
    found = bounds(levels)
    assert found.threshold.tolist() == expected.tolist()
    assert found.years.tolist() == [5]


def test_the_season_is_that_of_the_target_not_of_today():
    """At the peak, half a year ahead the bound is that of the low: less than half of next week's."""
    levels = season()
    assert bounds(levels, horizon=26).threshold[0] < bounds(levels, horizon=1).threshold[0] / 2


def test_daily_bounds_are_a_seventh_of_those_of_their_weeks():
    """Days that are a seventh of a weekly count have the weekly bound over seven, whatever the horizon's weekday."""
    weekly = season()
    days = np.repeat(weekly / 7, 7, axis=1)
    levels = levels_of(days, Cadence.DAILY)
    expected = bounds(weekly, horizon=1).threshold[0] / 7
    assert bounds(levels, horizon=7, cadence=Cadence.DAILY).threshold[0] == pytest.approx(expected)
    mixed = levels_of(np.concatenate([days, np.full((1, 3), 9999.0)], axis=1), Cadence.DAILY)
    # Three days later, four days ahead, the same day is meant: weeks are counted back from it.
    assert bounds(mixed, horizon=4, cadence=Cadence.DAILY, last=LAST + 3).threshold[0] == pytest.approx(expected)


@pytest.mark.parametrize("event", [0.001, 0.25, 3.0])
def test_the_unit_does_not_matter(event):
    """A rate has the bound of its counts, in its own unit."""
    levels = season(rows=5)
    assert bounds(levels * event, event=event).threshold == pytest.approx(bounds(levels).threshold * event)


def test_without_an_event_size_or_a_date_there_is_no_bound():
    """A rate of unknown population, and a series of unknown days, have none."""
    levels = season()
    for found in (bounds(levels, event=0.0), bounds(levels, last=np.datetime64("NaT", "D"))):
        assert np.isnan(found.threshold[0])
        assert found.years[0] == 0


def test_three_years_must_be_known():
    """2 years and 49 weeks before the last actual reach into the third season, 2 years and 47 do not."""
    assert bounds(season(157 - 4 + 1)).years[0] == 3
    assert bounds(season(157 - 4 - 1)).years[0] == 0
    assert np.isnan(bounds(season(157 - 4 - 1)).threshold[0])


def test_a_year_counts_with_more_than_half_of_its_season():
    """With four of the seven weeks around the same week known a year counts, with three it does not."""
    for known, years in ((4, 3), (3, 0)):
        levels = season(160)
        year = levels.shape[1] - 1 + 4 - 104
        levels[0, year - 3 + known : year + 4] = np.nan
        assert bounds(levels).years[0] == years


def test_half_of_the_weeks_must_be_known():
    """Seasons alone are too little, seasons with the halves of the year around them are enough."""
    distance = np.abs((np.arange(300) - 303 + 26) % 52 - 26)
    for width, years in ((6, 0), (16, 5)):
        assert bounds(np.where(distance <= width, season(), np.nan)).years[0] == years


def test_missing_weeks_are_left_out():
    """A tenth of the weeks unknown moves the bound by less than a tenth; as zeros they would move it by more."""
    levels = season(rows=30)
    gone = np.random.default_rng(2).uniform(size=levels.shape) < 0.1
    whole = bounds(levels).threshold
    assert np.abs(bounds(np.where(gone, np.nan, levels)).threshold / whole - 1).mean() < 0.1
    assert np.abs(bounds(np.where(gone, 0.0, levels)).threshold / whole - 1).mean() > 0.1


def test_rare_events_are_no_outbreak():
    """Where nothing, or next to nothing, ever happens the bound is 1.25 events: 5 in 4 weeks, as R's limit54."""
    levels = np.zeros((2, 300))
    levels[1, 100] = 1
    assert bounds(levels).threshold.tolist() == [1.25, 1.25]
    assert bounds(levels, event=0.5).threshold.tolist() == [0.625, 0.625]


def test_rows_of_different_days_and_lengths_are_each_on_their_own():
    """Rows with other last days, or of three, four and five years, have the bounds that they have alone."""
    levels = season(rows=6)
    levels[1, :120], levels[2, :80] = np.nan, np.nan
    last = LAST + np.array([0, 0, 0, 7, 35, 200])
    together = seasonal_bounds(levels, last_dates=last, horizon=4, cadence=Cadence.WEEKLY, event_sizes=np.ones(6))
    assert together.years.tolist() == [5, 3, 4, 5, 5, 5]
    alone = [bounds(levels[row : row + 1], last=last[row]).threshold[0] for row in range(6)]
    assert together.threshold.tolist() == alone


def test_no_rows_and_one_period_give_nothing():
    """Empty tables and series of one value are no error."""
    assert bounds(np.zeros((0, 5))).threshold.shape == (0,)
    assert bounds(np.ones((1, 1)), horizon=7, cadence=Cadence.DAILY).years.tolist() == [0]
    assert bounds(np.ones((1, 1)), horizon=5, cadence=Cadence.DAILY).years.tolist() == [0]


def test_a_negative_count_is_not_known():
    """A correction below 0 has the bound that a missing week has, and no warning; all negative is no year."""
    levels = season(rows=2)
    corrected, missing = levels.copy(), levels.copy()
    corrected[0, 40], missing[0, 40] = -3, np.nan
    corrected[1], missing[1] = -1, np.nan
    assert bounds(corrected).years.tolist() == [5, 0]
    assert np.array_equal(bounds(corrected).threshold, bounds(missing).threshold, equal_nan=True)
    assert np.isfinite(bounds(corrected).threshold[0])


def test_any_count_has_a_bound():
    """Constant series from a million to ten billion have a bound a little above themselves."""
    sizes = np.geomspace(1e6, 1e10, 20)
    ratio = bounds(np.tile(sizes[:, None], (1, 300))).threshold / sizes
    assert ratio == pytest.approx(1 + 1.96 / np.sqrt(sizes), abs=1e-6)
