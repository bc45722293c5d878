"""What a place sees at that time of the year: the bound of the week forecast last, where three years are known."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

import numpy as np

from neuralbrain.bottleneck.farrington import Control, farrington
from neuralbrain.bottleneck.reading import Flags, Positions
from neuralbrain.bottleneck.reference_weeks import years_back_of
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Dates, Floats, Integers

CONTROL = Control()
MOST_YEARS = 5  # as Noufaily et al.; older ones say little about today's reporting
FEWEST_YEARS = 3  # methods; with fewer a trend cannot be told from a season
FEWEST_OF_SEASON = 4  # known weeks of the seven around the same week that still make a year known: more than half
FEWEST_OF_BASELINE = 0.5  # share of all weeks between the oldest of those years and now; some feeds rest in summer
FEWEST_EVENTS = 5 / 4  # a week: R's limit54, under which fewer than 5 events in 4 weeks are no outbreak
ROWS_AT_ONCE = 256  # so many series of five years stay in a processor's cache
WEEK = 7


class SeasonalBounds(NamedTuple):
    """Of N series."""

    threshold: Floats
    """Shape (N,), in the unit of the levels; NaN where there is none."""
    years: Integers
    """Shape (N,): how many years the bound rests on, 0 where fewer than three are known."""


def seasonal_bounds(
    levels: Floats, *, last_dates: Dates, horizon: int, cadence: Cadence, event_sizes: Floats
) -> SeasonalBounds:
    """Return the upper bounds of what is usual in the week that ends with the horizon.

    Levels become counts of a week: divided by the size of one event, those of daily feeds, which are means of seven
    days, times 7. Daily levels are taken every seventh day, counted back from the day of the horizon, so that no day
    counts twice. The weeks between the last actual and the target are unknown; they, and as many before them as make
    26, are left out, so the bound is the one that will hold when the target's week is there.

    An earlier year is known where at least 4 of the 7 weeks around the same week are. There must be three of the last
    five, and from the oldest of them on at least half of all weeks. Weeks that are not known are left out of the fit.

    Args:
        levels: Shape (N, T): weekly values or seven-day means; the last column is each row's last actual. Below 0,
            which a correction may be, is not known.
        last_dates: Shape (N,), datetime64[D]: its day; NaT where it is unknown, then there is no bound.
        horizon: The last one, in periods after it.
        cadence: daily or weekly.
        event_sizes: Shape (N,): one event in the series' unit; where it is 0 there is no bound.

    Returns:
        Bounds, never below 1.25 events a week: fewer than 5 events in 4 weeks are no outbreak. Where in all years
        nothing happened, that is the bound. NaN with years above 0: the fit did not converge.

    Source: methods; see ``farrington``.
    """
    found = SeasonalBounds(threshold=np.full(len(levels), np.nan), years=np.zeros(len(levels), dtype=np.int64))
    span = 1 if cadence is Cadence.WEEKLY else WEEK
    ahead = ceil(horizon / span)
    events = np.where(event_sizes > 0, event_sizes, np.nan) / span
    dated = np.flatnonzero(~np.isnat(last_dates) & np.isfinite(events))
    for rows, years_back in _calendars(last_dates[dated] + horizon * cadence.days):
        places = dated[rows]
        length = years_back[-1] + CONTROL.half_window + 1
        weeks = _weeks(levels[places], span=span, late=ahead * span - horizon, ahead=ahead, length=length)
        counts = np.where(weeks < 0, np.nan, weeks) / events[places, None]
        years = _known_years(np.isfinite(counts), years_back)
        for number in range(FEWEST_YEARS, MOST_YEARS + 1):
            chosen = np.flatnonzero(years == number)
            for start in range(0, len(chosen), ROWS_AT_ONCE):
                some = chosen[start : start + ROWS_AT_ONCE]
                upper = _upper(counts[some], years_back[:number])
                found.threshold[places[some]] = np.maximum(upper, FEWEST_EVENTS) * events[places[some]]
        found.years[places] = years
    return found


def _calendars(target_dates: Dates) -> Iterator[tuple[Positions, tuple[int, ...]]]:
    """Yield which rows share how many weeks their target's earlier years lie back; there are few such calendars."""
    days, of_day = np.unique(target_dates, return_inverse=True)
    back = np.array([years_back_of(day, MOST_YEARS) for day in days]).reshape(-1, MOST_YEARS)
    calendars, of_calendar = np.unique(back, axis=0, return_inverse=True)
    of_row = of_calendar.reshape(-1)[of_day.reshape(-1)]
    for number, calendar in enumerate(calendars):
        yield np.flatnonzero(of_row == number), tuple(calendar.tolist())


def _weeks(levels: Floats, *, span: int, late: int, ahead: int, length: int) -> Floats:
    """Return shape (N, length): levels so many periods apart, the last column the target's week, NaN from now to it."""
    taken = levels[:, : max(levels.shape[1] - late, 0)][:, ::-span][:, ::-1]
    room = length - ahead
    weeks = np.full((len(levels), length), np.nan)
    known = min(taken.shape[1], room)
    weeks[:, room - known : room] = taken[:, taken.shape[1] - known :]
    return weeks


def _known_years(known: Flags, years_back: tuple[int, ...]) -> Integers:
    """Return shape (N,): how many years back the oldest known one lies, 0 where fewer than three are."""
    last = known.shape[1] - 1
    width = CONTROL.half_window
    seasons = [known[:, last - back - width : last - back + width + 1].sum(axis=1) for back in years_back]
    there = np.stack(seasons, axis=1) >= FEWEST_OF_SEASON
    oldest = np.where(there, np.arange(1, len(years_back) + 1), 0).max(axis=1)
    first = last - np.array([last, *years_back])[oldest] - width
    counts = known[:, ::-1].cumsum(axis=1)[:, ::-1]
    share = np.take_along_axis(counts, first[:, None], axis=1)[:, 0] / (last - CONTROL.past_weeks_left_out - first)
    return np.where((there.sum(axis=1) >= FEWEST_YEARS) & (share >= FEWEST_OF_BASELINE), oldest, 0)


def _upper(counts: Floats, years_back: tuple[int, ...]) -> Floats:
    upper = farrington(counts, years_back=years_back, control=CONTROL).upper
    nothing = ~(counts > 0).any(axis=1)  # a logarithm has no place for it, so that fit never converges
    return np.where(np.isnan(upper) & nothing, 0.0, upper)
