"""What `neuralbrain series` shows, before it is a table, a file or a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from neuralbrain.domain.feed import FeedFacts
from neuralbrain.domain.observation import Dates, Floats, Panel, Series
from neuralbrain.domain.revisions import Revisions
from neuralbrain.publish.series_table import SeriesTable, revision_table, table_of
from neuralbrain.quality.derived import Statement, derived_series


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One series, as it was known.

    Args:
        values: The last known value of each target date.
        revisions: Each value that was known, with when; the values themselves where the series is derived.
        statement: How it follows from others; None where a feed reports it.
        weeks: So many weeks are wanted, up to its newest value; None for all.
        revised: Whether the revisions are to be shown rather than the last values.
        facts: What is known of its feed.
        others: Every other series of the same region.
        as_of: The moment of knowledge that was asked for; None for now.
        now: The time.
    """

    values: SeriesTable
    revisions: SeriesTable
    statement: Statement | None
    weeks: int | None
    revised: bool
    facts: FeedFacts
    others: tuple[Series, ...]
    as_of: datetime | None
    now: datetime

    @property
    def series(self) -> Series:
        """Return which series it is."""
        return self.values.series

    def last(self, weeks: int | None) -> SeriesTable:
        """Return what is asked for, revisions or last values, of the last so many weeks; None for all."""
        return self.since_weeks(self.revisions if self.revised else self.values, weeks)

    def since_weeks(self, table: SeriesTable, weeks: int | None) -> SeriesTable:
        """Return the rows of a table about the last so many weeks up to the newest value; None for all."""
        first = last_weeks(self.values, weeks)
        if first is None:
            return table
        kept = table.target_date >= np.datetime64(first, "D")
        return replace(
            table,
            target_date=table.target_date[kept],
            value=table.value[kept],
            as_of=table.as_of[kept],
            completeness=None if table.completeness is None else table.completeness[kept],
        )


def reported(known: Revisions, series: Series) -> tuple[SeriesTable, SeriesTable]:
    """Return the last values of a series that a feed reports, and all its revisions."""
    return table_of(known, series), revision_table(known, series)


def derived(panels: Sequence[Panel], series: Series) -> tuple[SeriesTable, Statement]:
    """Return the values of a series that follows from the region's parts, and how they were made.

    Parts whose weeks end on different days stand in different panels; the panel that gives most values is taken.

    Args:
        panels: What was known of the feed.
        series: Which region and signal.
    """
    made = [derived_series(panel, location=series.location, signal=series.signal.name) for panel in panels]
    found = max((one for one in made if one is not None), key=lambda one: np.isfinite(one.values).sum(), default=None)
    if found is None:
        return _table(series, np.array([], dtype="datetime64[D]"), np.array([])), Statement()
    known = np.isfinite(found.values)
    return _table(found.series, found.dates[known], found.values[known]), found.statement


def _table(series: Series, dates: Dates, values: Floats) -> SeriesTable:
    unknown = np.full(len(dates), np.datetime64("NaT", "us"))
    return SeriesTable(series=series, target_date=dates, value=values, as_of=unknown)


def last_weeks(table: SeriesTable, weeks: int | None) -> date | None:
    """Return the first day of the last so many weeks up to the newest value; None for all.

    Args:
        table: All values, ascending by target date.
        weeks: How many; None for all.
    """
    known = table.target_date[np.isfinite(table.value)]
    if weeks is None or not len(known):
        return None
    newest: date = known[-1].astype("datetime64[D]").item()
    # Some 100,000 weeks reach back further than the calendar does.
    return newest - timedelta(days=7 * weeks - 1) if 7 * weeks < newest.toordinal() else None
