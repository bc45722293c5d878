"""Tests of which weeks of the past are the same time of the year."""

from __future__ import annotations

import numpy as np
import pytest

from neuralbrain.bottleneck.reference_weeks import parts_of_year, years_back_of


def test_the_same_week_is_the_one_nearest_to_the_same_date():
    """Sunday 2026-03-29: a year before, 2025-03-30 is one day off, so 52 weeks; 2023-03-26 is three days off, 157."""
    assert years_back_of(np.datetime64("2026-03-29"), 3) == (52, 104, 157)


def test_a_leap_day_is_the_first_of_march_elsewhere():
    """2028-02-29, a Tuesday: 2027-03-01 is a Monday, so the nearest Tuesday is 2027-03-02, 52 weeks before."""
    assert years_back_of(np.datetime64("2028-02-29"), 4) == (52, 104, 156, 209)


def test_all_same_weeks_are_within_half_a_week_of_the_date():
    """Over 40 years of days no same week is further than 3 days from its date."""
    days = np.datetime64("2000-01-01") + np.arange(0, 40 * 365, 11)
    for day in days:
        for year, back in enumerate(years_back_of(day, 5), start=1):
            month = day.astype("datetime64[M]")
            same = (month - 12 * year).astype("datetime64[D]") + (day - month.astype("datetime64[D]"))
            assert abs((day - 7 * back - same).astype(int)) <= 3


def test_the_year_falls_into_parts():
    """52 weeks less 7 of the season are 45, in nine parts of five, each in order; the season is the last part."""
    parts = parts_of_year(108, years_back=(52, 104), half_window=3, parts=10)
    year = parts[-53:-1].tolist()
    assert year == [9] * 4 + [part for part in range(9) for _ in range(5)] + [9] * 3
    assert np.bincount(parts).tolist() == [10] * 9 + [7 + 7 + 4]


def test_longer_parts_come_first():
    """A year of 53 weeks has one more between its seasons, which the first part takes."""
    parts = parts_of_year(60, years_back=(53,), half_window=3, parts=10)
    assert np.bincount(parts[parts >= 0]).tolist() == [6] + [5] * 8 + [11]


def test_weeks_before_the_oldest_season_are_in_no_part():
    """What is older than the oldest season is not used; with one part only the seasons are."""
    assert parts_of_year(70, years_back=(52,), half_window=3, parts=10)[:14].tolist() == [-1] * 14
    only = parts_of_year(60, years_back=(52,), half_window=3, parts=1)
    assert np.flatnonzero(only >= 0).tolist() == [4, 5, 6, 7, 8, 9, 10, 56, 57, 58, 59]


def test_what_does_not_fit_is_refused():
    """Too few weeks, or more parts than weeks between two seasons."""
    with pytest.raises(ValueError, match="52 weeks do not reach back 52 weeks"):
        parts_of_year(52, years_back=(52,), half_window=3, parts=10)
    with pytest.raises(ValueError, match="too few for 60 parts"):
        parts_of_year(60, years_back=(52,), half_window=3, parts=60)
