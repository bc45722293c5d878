"""The moment at which an allowance is given again, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from neuralbrain.providers.resets import Reset, pacific, reset_moment


def utc(*parts: int) -> datetime:
    """Return a moment."""
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reset", "now", "expected"),
    [
        (Reset.MIDNIGHT_UTC, utc(2026, 12, 31, 23, 59, 59), utc(2027, 1, 1)),
        (Reset.MIDNIGHT_UTC, utc(2026, 3, 1), utc(2026, 3, 2)),
        (Reset.MIDNIGHT_PACIFIC, utc(2026, 1, 1, 7, 59), utc(2026, 1, 1, 8)),
        (Reset.MIDNIGHT_PACIFIC, utc(2026, 1, 1, 8), utc(2026, 1, 2, 8)),
        (Reset.MIDNIGHT_PACIFIC, utc(2026, 7, 1, 12), utc(2026, 7, 2, 7)),
        (Reset.MIDNIGHT_PACIFIC, utc(2026, 3, 8, 9), utc(2026, 3, 9, 7)),  # the day that summer time begins
        (Reset.MIDNIGHT_PACIFIC, utc(2026, 11, 1, 8), utc(2026, 11, 2, 8)),  # the day that it ends
        (Reset.NEXT_MONTH, utc(2026, 1, 31, 23), utc(2026, 2, 1)),
        (Reset.NEXT_MONTH, utc(2026, 12, 1), utc(2027, 1, 1)),
        (Reset.UNKNOWN, utc(2026, 1, 1), None),
        (Reset.AS_TOLD, utc(2026, 1, 1), None),
    ],
)
def test_the_moment_is_right(reset: Reset, now: datetime, expected: datetime | None) -> None:
    """Each kind of allowance comes back when its document says, over the ends of days, months and summer time."""
    assert reset_moment(reset, now=now, wait_seconds=None) == expected


def test_what_is_told_is_added() -> None:
    """A wait that was told counts from the answer."""
    assert reset_moment(Reset.AS_TOLD, now=utc(2026, 1, 1), wait_seconds=90.0) == utc(2026, 1, 1, 0, 1, 30)


def test_without_time_zones_it_is_never_too_early() -> None:
    """A machine without a time zone database has winter time all year: an hour later in summer, never earlier."""
    assert pacific("No/Such").utcoffset(None) == timedelta(hours=-8)
