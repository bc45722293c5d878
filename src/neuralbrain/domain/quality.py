"""What a check of a feed's values says: a mark beside them, never a change to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class MarkSeverity(StrEnum):
    """How much a mark matters to whoever uses the values; the worst first."""

    ERROR = "error"  # the values contradict themselves or each other
    WARNING = "warning"  # they may well be wrong
    NOTE = "note"  # they are as they are; worth knowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing a check found about one series, or about a feed as a whole.

    Args:
        check: The check's stable name, such as ``falling-totals``.
        location: Code of the region; empty where the whole feed is meant.
        signal: Name of the signal; empty where the whole feed is meant.
        first_date: The first day, or last day of a week, that is meant; None where no date is.
        last_date: The last one.
        count: How many values, or rejected rows, are meant; at least 1.
        severity: How much it matters.
        message: What is there, one sentence with dates and numbers.
        explain: What the check looks for, and why; the same for every mark of a check.
    """

    check: str
    location: str
    signal: str
    first_date: date | None
    last_date: date | None
    count: int
    severity: MarkSeverity
    message: str
    explain: str
