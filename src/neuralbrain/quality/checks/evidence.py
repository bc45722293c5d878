"""What a check may look at: the values of one feed at a cutoff, and what is known about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.completeness import Completeness
from neuralbrain.domain.observation import Floats, Panel
from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.runs import Flags

PERIODS = {Cadence.WEEKLY: "week", Cadence.DAILY: "day"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which cells of a row are meant: positions of the first and the last on the grid, and how many."""

    row: int
    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a check is called and looks for; the same for all of its marks."""

    name: str
    explain: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """A panel of S series and T dates, and what else checks need.

    Args:
        panel: What was known at the cutoff.
        new_events: Shape (S, T): the panel's values as new events per period; the values themselves where the signal
            is incident.
        cumulative: Shape (S,): whether a series holds running totals.
        counts: Shape (S,): whether its unit is a count.
        now: The time.
        stale_after_days: After how many days without a newer value a series counts as stale; None where the feed no
            longer grows.
        completeness: How complete the newest values usually are, about the panel's series; None where nobody knows.
    """

    panel: Panel
    new_events: Floats
    cumulative: Flags
    counts: Flags
    now: datetime
    stale_after_days: int | None
    completeness: Completeness | None = None

    @property
    def period(self) -> str:
        """Return what a period is called: week or day."""
        return PERIODS[self.panel.cadence]

    def name_of(self, row: int) -> str:
        """Return signal and place of a series, as sentences begin."""
        series = self.panel.series[row]
        return f"{series.signal.name} of {series.location}"

    def day(self, position: int) -> date:
        """Return the date of a position on the grid."""
        found: date = self.panel.dates[position].astype("datetime64[D]").item()
        return found

    def spans(self, cells: Flags) -> list[Span]:
        """Return, for each row that has a flagged cell, the first, the last and how many.

        Args:
            cells: Shape (S, T).
        """
        rows = np.flatnonzero(cells.any(axis=1))
        flagged = cells[rows]
        firsts = np.argmax(flagged, axis=1)
        lasts = cells.shape[1] - 1 - np.argmax(flagged[:, ::-1], axis=1)
        counts = flagged.sum(axis=1)
        columns = (rows.tolist(), firsts.tolist(), lasts.tolist(), counts.tolist())
        return [
            Span(row=row, first=first, last=last, count=count) for row, first, last, count in zip(*columns, strict=True)
        ]

    def mark(self, span: Span, *, check: Check, severity: MarkSeverity, says: str) -> Mark:
        """Return a mark on one series; ``says`` continues the sentence after signal and place."""
        series = self.panel.series[span.row]
        return Mark(
            check=check.name,
            location=series.location,
            signal=series.signal.name,
            first_date=self.day(span.first),
            last_date=self.day(span.last),
            count=span.count,
            severity=severity,
            message=f"{self.name_of(span.row)} {says}",
            explain=check.explain,
        )

    def marks(
        self, cells: Flags, *, check: Check, severity: MarkSeverity, says: Callable[[Span], str]
    ) -> tuple[Mark, ...]:
        """Return one mark for each row that has a flagged cell.

        Args:
            cells: Shape (S, T).
            check: Which check.
            severity: How much it matters.
            says: Continues the sentence about a row after signal and place.
        """
        return tuple(self.mark(span, check=check, severity=severity, says=says(span)) for span in self.spans(cells))


def several(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> several(1, "week"), several(3, "week")
    ('1 week', '3 weeks')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
