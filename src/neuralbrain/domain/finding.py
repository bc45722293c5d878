"""What a check says: a finding, never an exception."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LEVELS_AS_GIVEN = "levels-as-given"
"""Code of the finding that a row's totals were forecast as they are, not as the new events that they imply."""

DEATHS_APART = "deaths-date-differs"
"""Code of the finding that a row's deaths are forecast from another day than its cases; its message says from which."""

_FROM = re.compile(r"\bcounts from (\d{4}-\d{2}-\d{2}),")


def counts_from(day: date) -> str:
    """Return what a finding with the code ``DEATHS_APART`` says of the deaths."""
    return f"counts from {day.isoformat()}, the day of their own last actual."


def day_counted_from(message: str) -> date | None:
    """Return the day that ``counts_from`` was given, by the message around it; None where it says none.

    >>> day_counted_from("forecasted_deaths of AGO " + counts_from(date(2026, 3, 22)))
    datetime.date(2026, 3, 22)
    """
    found = _FROM.search(message)
    return None if found is None else date.fromisoformat(found[1])


class Severity(StrEnum):
    """What follows from a finding."""

    NOTE = "note"  # published, and shown beside the forecast
    REFUSE = "refuse"  # this region's forecast is not published


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a check found about one region's answer.

    Args:
        code: The stable name of the check's verdict, such as ``quantiles-cross``.
        severity: Whether the region is still published.
        message: One sentence that names the field, the horizon and the value.
        region: The region's code; empty where the whole answer is meant.
        signal: The signal's name; empty where all are meant.
    """

    code: str
    severity: Severity
    message: str
    region: str = ""
    signal: str = ""
