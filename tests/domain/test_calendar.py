"""Dates: what every hub, feed and forecast agrees on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.domain.calendar import (
    Cadence,
    WeekSystem,
    hub_cutoff,
    hub_reference_date,
    target_dates,
    utc_text,
    week_end,
    week_label,
    week_of,
    week_system_of,
)

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
SYSTEMS = st.sampled_from(WeekSystem)


@pytest.mark.parametrize(
    ("system", "first", "last", "year", "week"),
    [
        (WeekSystem.MMWR, date(2025, 12, 28), date(2026, 1, 3), 2025, 53),
        (WeekSystem.MMWR, date(2020, 12, 27), date(2021, 1, 2), 2020, 53),
        (WeekSystem.MMWR, date(2014, 12, 28), date(2015, 1, 3), 2014, 53),
        (WeekSystem.MMWR, date(2026, 1, 4), date(2026, 1, 10), 2026, 1),
        (WeekSystem.MMWR, date(2023, 12, 31), date(2024, 1, 6), 2024, 1),
        (WeekSystem.MMWR, date(2024, 12, 22), date(2024, 12, 28), 2024, 52),
        (WeekSystem.MMWR, date(2024, 12, 29), date(2025, 1, 4), 2025, 1),
        (WeekSystem.ISO, date(2020, 12, 28), date(2021, 1, 3), 2020, 53),
        (WeekSystem.ISO, date(2015, 12, 28), date(2016, 1, 3), 2015, 53),
        (WeekSystem.ISO, date(2026, 12, 28), date(2027, 1, 3), 2026, 53),
        (WeekSystem.ISO, date(2025, 12, 29), date(2026, 1, 4), 2026, 1),
        (WeekSystem.ISO, date(2018, 12, 31), date(2019, 1, 6), 2019, 1),
        (WeekSystem.ISO, date(2026, 3, 16), date(2026, 3, 22), 2026, 12),
    ],
)
def test_known_weeks_both_ways(system: WeekSystem, first: date, last: date, year: int, week: int) -> None:
    """A week's first and last day belong to it, its neighbours do not, and it ends on its last day."""
    assert week_of(first, system) == week_of(last, system) == (year, week)
    assert week_of(first - timedelta(days=1), system) != (year, week)
    assert week_of(last + timedelta(days=1), system) != (year, week)
    assert week_end(year, week, system) == last


@pytest.mark.parametrize(
    ("system", "long_years"),
    [
        (WeekSystem.MMWR, {1992, 1997, 2003, 2008, 2014, 2020, 2025}),
        (WeekSystem.ISO, {1992, 1998, 2004, 2009, 2015, 2020, 2026}),
    ],
)
def test_only_long_years_have_a_week_53(system: WeekSystem, long_years: set[int]) -> None:
    """A week 53 exists in the years the calendars print it in, and is refused in all others."""
    for year in range(1990, 2028):
        if year in long_years:
            assert week_of(week_end(year, 53, system), system) == (year, 53)
        else:
            with pytest.raises(ValueError, match="Week must be"):
                week_end(year, 53, system)


@given(day=DAYS, system=SYSTEMS)
def test_a_week_ends_within_six_days_and_holds_its_day(day: date, system: WeekSystem) -> None:
    """From a day to its week and back to the week's last day is the same week, at most six days on."""
    last = week_end(*week_of(day, system), system)
    assert 0 <= (last - day).days <= 6
    assert week_of(last, system) == week_of(day, system)
    assert week_system_of(last) is system


@given(day=DAYS)
def test_weeks_follow_their_written_rule(day: date) -> None:
    """ISO weeks are Python's; an MMWR week is counted in the year that holds its Wednesday."""
    assert week_of(day, WeekSystem.ISO) == tuple(day.isocalendar())[:2]
    sunday = day - timedelta(days=(day.weekday() + 1) % 7)
    wednesday = sunday + timedelta(days=3)
    assert week_of(day, WeekSystem.MMWR) == (wednesday.year, (wednesday.timetuple().tm_yday - 1) // 7 + 1)


def test_week_labels_have_two_digits() -> None:
    """A label is the week's year, not the day's, and pads the number."""
    assert week_label(date(2025, 12, 31), WeekSystem.ISO) == "2026-W01"
    assert week_label(date(2025, 12, 31), WeekSystem.MMWR) == "2025-W53"


def test_no_weeks_end_on_working_days() -> None:
    """Only Saturdays and Sundays end somebody's week."""
    monday = date(2026, 1, 5)
    systems = [week_system_of(monday + timedelta(days=offset)) for offset in range(7)]
    assert systems == [None] * 5 + [WeekSystem.MMWR, WeekSystem.ISO]


@pytest.mark.parametrize(
    ("reference_date", "cutoff"),
    [
        (date(2026, 3, 7), datetime(2026, 3, 5, 4, tzinfo=UTC)),  # the last winter deadline: UTC-5
        (date(2026, 3, 14), datetime(2026, 3, 12, 3, tzinfo=UTC)),  # clocks went forward on 8 March: UTC-4
        (date(2025, 11, 1), datetime(2025, 10, 30, 3, tzinfo=UTC)),
        (date(2025, 11, 8), datetime(2025, 11, 6, 4, tzinfo=UTC)),  # clocks went back on 2 November
    ],
)
def test_hub_cutoff_follows_new_york(reference_date: date, cutoff: datetime) -> None:
    """The deadline is Wednesday, 23:00 in New York, in summer and in winter."""
    assert hub_cutoff(reference_date) == cutoff
    assert hub_cutoff(reference_date).tzinfo is UTC


@given(day=DAYS)
def test_hub_cutoff_lies_in_the_week_of_its_reference_date(day: date) -> None:
    """A reference date is the Saturday of its week, and its cutoff is two to three days before it."""
    saturday = hub_reference_date(day)
    assert saturday.weekday() == 5
    assert 0 <= (saturday - day).days <= 6
    assert (saturday - hub_cutoff(saturday).date()).days == 2


def test_hub_cutoff_refuses_other_days() -> None:
    """A reference date that is not a Saturday is a mistake, not rounded."""
    with pytest.raises(ValueError, match="2026-01-09"):
        hub_cutoff(date(2026, 1, 9))


def test_target_dates_step_by_the_cadence() -> None:
    """Daily horizons are days and weekly ones weeks, in the order asked for, across a leap day and a year's end."""
    assert target_dates(date(2024, 2, 28), Cadence.DAILY, (1, 2)) == (date(2024, 2, 29), date(2024, 3, 1))
    assert target_dates(date(2025, 12, 27), Cadence.WEEKLY, (2, 1)) == (date(2026, 1, 10), date(2026, 1, 3))
    assert target_dates(date(2025, 12, 27), Cadence.WEEKLY, ()) == ()


@pytest.mark.parametrize("horizon", [0, -1])
def test_target_dates_lie_in_the_future(horizon: int) -> None:
    """A horizon below one is no forecast."""
    with pytest.raises(ValueError, match="start at 1"):
        target_dates(date(2026, 1, 3), Cadence.WEEKLY, (1, horizon))


def test_default_horizons_cover_a_week_or_four() -> None:
    """Daily signals are forecast seven days ahead, weekly ones four weeks."""
    assert Cadence.DAILY.horizons == (1, 2, 3, 4, 5, 6, 7)
    assert Cadence.WEEKLY.horizons == (1, 2, 3, 4)
    assert (Cadence.DAILY.days, Cadence.WEEKLY.days) == (1, 7)


def test_times_end_in_z() -> None:
    """A UTC time is written with Z, and a fraction of a second is kept."""
    assert utc_text(datetime(2026, 2, 9, 1, 2, 3, 400000, tzinfo=UTC)) == "2026-02-09T01:02:03.400000Z"
