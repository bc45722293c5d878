"""What `neuralbrain series` shows, before it is a table, a file or a picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from neuralbrain.domain.feed import FeedFacts
from neuralbrain.domain.observation import Series
from neuralbrain.domain.quality import Mark
from neuralbrain.domain.revisions import Revisions
from neuralbrain.publish.series_table import SeriesTable, revision_table, table_of
from neuralbrain.quality.derived import Statement


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
        marks: What checks find in its values, worst first; none where it is derived.
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
    marks: tuple[Mark, ...]
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
