"""When an allowance that is used up is given again, as the providers' documents say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Reset(StrEnum):
    """Which moment it is."""

    UNKNOWN = "unknown"  # such as credit, which somebody has to buy
    AS_TOLD = "as_told"  # after the wait that the answer says
    MIDNIGHT_PACIFIC = "midnight_pacific"  # Gemini's daily allowances
    MIDNIGHT_UTC = "midnight_utc"  # Cloudflare's daily allowance
    NEXT_MONTH = "next_month"  # Hugging Face's included credits


def reset_moment(reset: Reset, *, now: datetime, wait_seconds: float | None) -> datetime | None:
    """Return the moment in UTC, None where nobody says it.

    Args:
        reset: Which moment it is.
        now: When the answer came, aware.
        wait_seconds: The wait that the answer says, for ``AS_TOLD``.

    >>> reset_moment(Reset.MIDNIGHT_PACIFIC, now=datetime(2026, 7, 1, 6, 59, tzinfo=UTC), wait_seconds=None)
    datetime.datetime(2026, 7, 1, 7, 0, tzinfo=datetime.timezone.utc)
    """
    match reset:
        case Reset.AS_TOLD:
            return None if wait_seconds is None else now.astimezone(UTC) + timedelta(seconds=wait_seconds)
        case Reset.MIDNIGHT_PACIFIC:
            return _next_midnight(now, pacific())
        case Reset.MIDNIGHT_UTC:
            return _next_midnight(now, UTC)
        case Reset.NEXT_MONTH:
            first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
            return (first + timedelta(days=32)).replace(day=1)
        case Reset.UNKNOWN:
            return None


def _next_midnight(now: datetime, zone: tzinfo) -> datetime:
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).astimezone(UTC)


def pacific(name: str = "America/Los_Angeles") -> tzinfo:
    """Return the time of California, or its winter time on a machine without a time zone database."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:  # winter time is never an hour too early
        return timezone(timedelta(hours=-8))
