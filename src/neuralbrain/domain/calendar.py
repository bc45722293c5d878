"""Epidemiological weeks both ways, cutoffs and horizons: every rule about dates stands here."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from epiweeks import Week

HUB_DEADLINE = time(23, 0)  # US hubs close on Wednesday, 23:00 New York
HUB_ZONE = ZoneInfo("America/New_York")


class Cadence(StrEnum):
    """How often a signal reports."""

    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def days(self) -> int:
        """Return the length of one reporting period in days."""
        return 1 if self is Cadence.DAILY else 7

    @property
    def horizons(self) -> tuple[int, ...]:
        """Return the default horizons in periods after the last value: seven days, or four weeks."""
        return tuple(range(1, 8)) if self is Cadence.DAILY else tuple(range(1, 5))


class WeekSystem(StrEnum):
    """Whose weeks: the US MMWR week ends on Saturday, the ISO week on Sunday."""

    MMWR = "cdc"  # the name that epiweeks knows them by
    ISO = "iso"


def week_of(day: date, system: WeekSystem) -> tuple[int, int]:
    """Return (year, week number) of the epidemiological week that holds a day.

    >>> week_of(date(2025, 12, 31), WeekSystem.MMWR), week_of(date(2025, 12, 31), WeekSystem.ISO)
    ((2025, 53), (2026, 1))
    """
    week = Week.fromdate(day, system=system.value)
    return week.year, week.week


def week_end(year: int, week: int, system: WeekSystem) -> date:
    """Return the last day of an epidemiological week: Saturday for MMWR, Sunday for ISO.

    Raises:
        ValueError: If that year has no such week.

    >>> week_end(2026, 12, WeekSystem.ISO)
    datetime.date(2026, 3, 22)
    """
    return Week(year, week, system=system.value).enddate()


def week_label(day: date, system: WeekSystem) -> str:
    """Return the week of a day as it is written in reports.

    >>> week_label(date(2026, 3, 22), WeekSystem.ISO)
    '2026-W12'
    """
    year, week = week_of(day, system)
    return f"{year}-W{week:02d}"


def week_system_of(day: date) -> WeekSystem | None:
    """Return whose weeks end on that day of the week, or None where nobody's do."""
    return {5: WeekSystem.MMWR, 6: WeekSystem.ISO}.get(day.weekday())


def target_dates(last: date, cadence: Cadence, horizons: tuple[int, ...]) -> tuple[date, ...]:
    """Return the dates forecast from a last value, one a horizon, in the order given.

    Raises:
        ValueError: If a horizon is below 1.

    >>> target_dates(date(2026, 3, 22), Cadence.WEEKLY, (1, 4))
    (datetime.date(2026, 3, 29), datetime.date(2026, 4, 19))
    """
    if any(horizon < 1 for horizon in horizons):
        raise ValueError(f"horizons start at 1, got {horizons}")
    return tuple(last + timedelta(days=cadence.days * horizon) for horizon in horizons)


def hub_reference_date(day: date) -> date:
    """Return the Saturday that ends the MMWR week of a day: the hub's reference date for it.

    >>> hub_reference_date(date(2026, 1, 7))
    datetime.date(2026, 1, 10)
    """
    return Week.fromdate(day, system="cdc").enddate()


def hub_cutoff(reference_date: date) -> datetime:
    """Return the last moment whose data a hub forecast may use: Wednesday 23:00 New York, as UTC.

    Args:
        reference_date: A Saturday.

    Raises:
        ValueError: If it is not a Saturday.

    >>> hub_cutoff(date(2026, 1, 10)).isoformat()
    '2026-01-08T04:00:00+00:00'
    """
    if reference_date.weekday() != 5:
        raise ValueError(f"a hub reference date is a Saturday, {reference_date} is not")
    deadline = datetime.combine(reference_date - timedelta(days=3), HUB_DEADLINE, tzinfo=HUB_ZONE)
    return deadline.astimezone(UTC)


def utc_text(moment: datetime) -> str:
    """Return an aware UTC time as ISO 8601 with a Z, to the second or finer where it has a fraction.

    >>> utc_text(datetime(2026, 2, 9, tzinfo=UTC))
    '2026-02-09T00:00:00Z'
    """
    return moment.isoformat().replace("+00:00", "Z")
