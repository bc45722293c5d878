"""What all that was taken in of a feed comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTotals:
    """What all that was taken in of a feed comes to.

    Args:
        releases: How many releases.
        values: How many values were new or revised over all of them, withdrawals included: so many rows are kept.
        withdrawn: How many of those say that a value was withdrawn.
        newest_as_of: ``as_of`` of its newest release, None before the first.
        newest_date: Target date of its newest value that was not withdrawn, of the signals that are forecast; of all of
            its signals where none is. None before the first.
    """

    releases: int = 0
    values: int = 0
    withdrawn: int = 0
    newest_as_of: datetime | None = None
    newest_date: date | None = None
