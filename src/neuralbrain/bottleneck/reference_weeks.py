"""Which weeks of the past are the same time of the year as a week, and into which parts the others fall."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from neuralbrain.domain.observation import Integers

DAYS_OF_WEEK = 7


def years_back_of(day: np.datetime64, years: int) -> tuple[int, ...]:
    """Return how many weeks before a day the same weeks of earlier years lie, nearest first.

    The same week of an earlier year is the one whose day on that day of the week is nearest to the same date.

    Args:
        day: A date.
        years: How many years back, at least 1.

    Source: as R's ``farringtonFlexible`` for weeks with dates; 29 February becomes 1 March.

    >>> years_back_of(np.datetime64("2026-03-29"), 5)
    (52, 104, 157, 209, 261)
    """
    month = day.astype("datetime64[M]")
    first = month - 12 * np.arange(1, years + 1)
    same = first.astype("datetime64[D]") + (day - month.astype("datetime64[D]"))
    return tuple(np.rint((day - same).astype(np.int64) / DAYS_OF_WEEK).astype(np.int64).tolist())


def parts_of_year(weeks: int, *, years_back: Sequence[int], half_window: int, parts: int) -> Integers:
    """Return which part of its year each week is in, counted from the last week.

    The weeks around the last one and around the same weeks of earlier years are the season, the last part; the weeks
    between two seasons fall into the others, about equally long, those that are longer first.

    Args:
        weeks: T weeks; the last is the one in question.
        years_back: So many weeks before the last one lie the same weeks of earlier years, nearest first.
        half_window: Weeks on either side that are the season, too.
        parts: Of the year; with 1 the season is all there is.

    Returns:
        Shape (T,): 0 to ``parts`` - 1, and -1 for weeks that are in none.

    Raises:
        ValueError: If the weeks do not reach back as far, or fewer lie between seasons than there are parts.

    Source: Noufaily et al. (2013), section 3.2, as R's ``farringtonFlexible`` divides them.

    >>> parts_of_year(14, years_back=(6, 12), half_window=1, parts=3).tolist()
    [2, 2, 2, 0, 0, 1, 2, 2, 2, 0, 0, 1, 2, 2]
    """
    if max(years_back) >= weeks:
        raise ValueError(f"{weeks} weeks do not reach back {max(years_back)} weeks; ask for fewer years")
    found = np.full(weeks, -1, dtype=np.int64)
    last = weeks - 1
    found[max(last - half_window, 0) :] = parts - 1
    starts = [last, *(last - back for back in years_back)]
    for after, week in pairwise(starts):
        found[max(week - half_window, 0) : week + half_window + 1] = parts - 1
        between = np.arange(week + half_window + 1, after - half_window)
        if parts == 1:
            continue
        if len(between) < parts - 1:
            raise ValueError(f"{len(between)} weeks between two seasons are too few for {parts} parts of a year")
        for number, part in enumerate(np.array_split(between, parts - 1)):
            found[part] = number
    return found
