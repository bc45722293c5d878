"""How much of its settled value a value usually shows when it is one, two, three … periods old."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from neuralbrain.domain.observation import Dates, Floats, Integers, Panel, Series

LEVELS_SHOWN = (0.1, 0.5, 0.9)
"""Levels of ``low``, ``median`` and ``high``: eight in ten values show a share between the outer two."""
MICROSECONDS_OF_A_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shares:
    """Which share of its settled value one value of each series usually shows; all arrays have shape (S,).

    Args:
        median: NaN where nothing can be said; above 1 where values are usually revised downwards.
        low: The level 0.1.
        high: The level 0.9.
        periods: On how many past periods of the series itself it rests; 0 where only on others of the feed.
    """

    median: Floats
    low: Floats
    high: Floats
    periods: Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Completeness:
    """Which share of the settled value is usually known, by series and age; all arrays have shape (S, A).

    Column ``a - 1`` is about age ``a``: the newest value has age 1 until the next period ends. A value that is older
    than A periods counts as settled: its share is 1.

    Args:
        series: S series.
        as_of: The newest release it was learnt from, UTC; ages are counted up to it.
        median: The usual share, at least 0; NaN where nothing can be said. Above 1 where values are usually revised
            downwards.
        low: The level 0.1 of the shares that were seen.
        high: The level 0.9.
        periods: On how many past periods of the series itself it rests.
    """

    series: tuple[Series, ...]
    as_of: np.datetime64
    median: Floats
    low: Floats
    high: Floats
    periods: Integers

    def about(self, rows: Integers) -> Completeness:
        """Return the same about some of its series only.

        Args:
            rows: Their positions.
        """
        return replace(
            self,
            series=tuple(self.series[row] for row in rows),
            median=self.median[rows],
            low=self.low[rows],
            high=self.high[rows],
            periods=self.periods[rows],
        )

    def shares(self, panel: Panel) -> Floats:
        """Return shape (S, T): the usual share of each cell of a panel of the same series.

        1 where a value is old enough to count as settled, NaN where nothing can be said.

        Raises:
            ValueError: If the panel is about other series.
        """
        ages = age_of(panel.dates, as_of=self.as_of, days=panel.cadence.days)
        return self._at(self.median, np.broadcast_to(ages, (len(self.series), len(ages))), panel)

    def newest(self, panel: Panel) -> Shares:
        """Return the usual share of the last value of each series of a panel of the same series.

        Raises:
            ValueError: If the panel is about other series.
        """
        dates = panel.last_dates
        known = ~np.isnat(dates)
        ages = age_of(
            np.where(known, dates, self.as_of.astype("datetime64[D]")), as_of=self.as_of, days=panel.cadence.days
        )
        low, median, high = (
            np.where(known, self._at(one, ages[:, None], panel)[:, 0], np.nan)
            for one in (self.low, self.median, self.high)
        )
        column = np.minimum(ages, self.periods.shape[1]) - 1
        own = np.take_along_axis(self.periods, column[:, None], axis=1)[:, 0]
        return Shares(
            median=median, low=low, high=high, periods=np.where(known & (ages <= self.periods.shape[1]), own, 0)
        )

    def digest(self, panel: Panel) -> str:
        """Return the SHA-256 of what it says about a panel of the same series: shares and ages, not the moment."""
        content = hashlib.sha256()
        ages = age_of(panel.dates[-1:], as_of=self.as_of, days=panel.cadence.days)
        content.update(np.ascontiguousarray(np.minimum(ages, self.median.shape[1] + 1), "<i8").tobytes())
        for numbers in (self.low, self.median, self.high, self.periods.astype(np.float64)):
            content.update(np.ascontiguousarray(np.where(np.isnan(numbers), np.nan, numbers), "<f8").tobytes())
        return content.hexdigest()

    def _at(self, numbers: Floats, ages: Integers, panel: Panel) -> Floats:
        if panel.series != self.series:
            raise ValueError("completeness is about other series than the panel")
        width = numbers.shape[1]
        found = np.take_along_axis(numbers, np.minimum(ages, width) - 1, axis=1)
        return np.where(ages > width, 1.0, found)


def age_of(target_date: Dates, *, as_of: Dates | np.datetime64, days: int) -> Integers:
    """Return how old values were at some moment: 1 in the period after the one they are about, then 2, and so on.

    Args:
        target_date: Shape (n,), datetime64[D]: the day, or the last day of the week, of each value.
        as_of: The moment, or shape (n,): one a value, UTC.
        days: Length of a period.

    Returns:
        Shape (n,), at least 1: a value that was published before its period ended counts as one of age 1.

    >>> released = np.datetime64("2025-01-15T00:00")  # a Wednesday
    >>> age_of(np.array(["2025-01-11", "2025-01-04"], dtype="datetime64[D]"), as_of=released, days=7).tolist()
    [1, 2]
    """
    ended = target_date.astype("datetime64[D]") + np.timedelta64(1, "D")
    elapsed = np.asarray(as_of - ended.astype("datetime64[us]")).astype("timedelta64[us]").astype(np.int64)
    return np.asarray(np.maximum(elapsed // (days * MICROSECONDS_OF_A_DAY) + 1, 1))
