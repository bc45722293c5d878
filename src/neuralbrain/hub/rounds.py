"""When hubs' rounds are, what weeks they are about and until when files are taken: every rule about their dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from neuralbrain.errors import HubError
from neuralbrain.hub.hubs import HubProfile

WEEK = timedelta(days=7)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def week_of_horizon_0(hub: HubProfile, round_date: date) -> date:
    """Return the last day of the week that a round calls horizon 0.

    >>> from neuralbrain.hub.hubs import RESPICAST
    >>> week_of_horizon_0(RESPICAST, date(2026, 8, 26))
    datetime.date(2026, 8, 16)
    """
    return round_date + timedelta(days=hub.offset_days)


def target_end_date(hub: HubProfile, round_date: date, *, horizon: int) -> date:
    """Return the last day of the week that a horizon of a round is about.

    >>> from neuralbrain.hub.hubs import FLUSIGHT
    >>> target_end_date(FLUSIGHT, date(2025, 11, 22), horizon=-1)
    datetime.date(2025, 11, 15)
    """
    return week_of_horizon_0(hub, round_date) + horizon * WEEK


def horizon_of(hub: HubProfile, round_date: date, *, target_end: date) -> int | None:
    """Return which horizon of a round a week is, None where none of the hub's weeks ends on that day.

    >>> from neuralbrain.hub.hubs import FLUSIGHT
    >>> [horizon_of(FLUSIGHT, date(2025, 11, 22), target_end=date(2025, 11, day)) for day in (15, 22, 23)]
    [-1, 0, None]
    """
    weeks, rest = divmod((target_end - week_of_horizon_0(hub, round_date)).days, WEEK.days)
    return None if rest else weeks


def round_of(hub: HubProfile, moment: datetime) -> date:
    """Return the date of the round that forecasts made at a moment are for.

    It is the first day of the round's weekday from that day on, in the hub's own time: for American hubs the Saturday
    that ends the week, also from Thursday on, when files of it are not taken any more.

    >>> from neuralbrain.hub.hubs import FLUSIGHT
    >>> round_of(FLUSIGHT, datetime(2025, 11, 20, 3, tzinfo=UTC))
    datetime.date(2025, 11, 22)
    """
    day = moment.astimezone(hub.zone).date()
    return day + timedelta(days=(hub.round_weekday - day.weekday()) % WEEK.days)


def replayed_round_of(hub: HubProfile, cutoff: datetime) -> date:
    """Return the date of the round that forecasts of a past cutoff are for: the first that it is not too late for.

    A cutoff is a day's knowledge. One on the day of a deadline (UTC), up to its end, is in time for that round,
    whatever hour the hub closes at; so is one before the deadline. One that is later is for the round that
    ``round_of`` names, and may be too late for it.

    >>> from neuralbrain.hub.hubs import RESPICAST
    >>> replayed_round_of(RESPICAST, datetime(2026, 8, 26, 23, 59, 59, tzinfo=UTC))
    datetime.date(2026, 8, 26)
    """
    found = round_of(hub, cutoff)
    return found - WEEK if cutoff <= replay_ends(hub, found - WEEK) else found


def replay_ends(hub: HubProfile, round_date: date) -> datetime:
    """Return the last moment of knowledge that a replayed forecast of a round may have, UTC.

    It is the deadline, or the end (UTC) of the deadline's day in the hub's own time, whichever is later.

    >>> from neuralbrain.hub.hubs import FLUSIGHT
    >>> replay_ends(FLUSIGHT, date(2025, 11, 22)).isoformat()
    '2025-11-20T04:00:00+00:00'
    """
    day = round_date + timedelta(days=hub.closes_days)
    return max(submission_window(hub, round_date)[1], datetime.combine(day, time.max, tzinfo=UTC))


def submission_window(hub: HubProfile, round_date: date) -> tuple[datetime, datetime]:
    """Return from when and until when files of a round are taken, UTC.

    >>> from neuralbrain.hub.hubs import FLUSIGHT
    >>> [one.isoformat() for one in submission_window(FLUSIGHT, date(2025, 11, 22))]
    ['2025-11-16T05:00:00+00:00', '2025-11-20T04:00:00+00:00']
    """
    opens = datetime.combine(round_date + timedelta(days=hub.opens_days), time(), tzinfo=hub.zone)
    closes = datetime.combine(round_date + timedelta(days=hub.closes_days), hub.closes_at, tzinfo=hub.zone)
    return opens.astimezone(UTC), closes.astimezone(UTC)


def require_round(hub: HubProfile, day: date) -> date:
    """Return a date as it was given, if rounds of the hub are dated on that day of the week.

    Raises:
        HubError: If they are not.
    """
    if day.weekday() == hub.round_weekday:
        return day
    meant = day + timedelta(days=(hub.round_weekday - day.weekday()) % WEEK.days)
    raise HubError(
        f"Rounds of {hub.name} are dated on a {_DAYS[hub.round_weekday]}; {day} is a {_DAYS[day.weekday()]}.",
        remedy=f"Give {meant}, or leave it out.",
        code="hub-date",
    )
