"""Which horizon a row of an answer is about: said as a day, a week, a count of periods or a date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from neuralbrain.bottleneck.read_numbers import UnreadableError, number
from neuralbrain.bottleneck.read_text import shown

PERIOD_NAMES = ("horizon", "h", "step", "period", "periods_ahead")
DAY_NAMES = ("day", "days_ahead", "day_ahead")
WEEK_NAMES = ("week", "weeks_ahead", "week_ahead")
DATE_NAMES = ("date", "target_date", "target_end_date", "ds", "week_ending", "week_end")
HORIZON_NAMES = (*PERIOD_NAMES, *DAY_NAMES, *WEEK_NAMES, *DATE_NAMES)
FURTHEST = 366  # periods, a year of days; a larger number is no horizon, and would only make an array too large

_KEY = re.compile(
    r"(?P<unit>day|week|horizon|step|period|d|w|h)?_?\+?(?P<count>\d{1,5})|(?P<date>\d{4}[-_]\d\d[-_]\d\d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What turns a day, a week or a date into a horizon.

    Args:
        period_days: Days of one reporting period, 1 or 7.
        last: The day of the last actual, None where there is none.
    """

    period_days: int
    last: date | None


def horizon_of(fields: dict[str, object], calendar: Calendar, *, where: str) -> int | None:
    """Return the periods after the last actual that a row speaks of, or None where it does not say.

    Raises:
        UnreadableError: If what it says is no whole number of periods.

    >>> horizon_of({"day": 14}, Calendar(period_days=7, last=None), where="")
    2
    """
    for name in HORIZON_NAMES:
        if fields.get(name) is None:
            continue
        value = fields[name]
        if isinstance(value, (date, str)):
            return _of_date(str(value), calendar, where)
        count = number(value, where=f"{where}, field {name},")
        if not count.is_integer() or not 0 <= count <= FURTHEST:
            raise UnreadableError("horizon-unreadable", f"{where} has the {name} {count:g}, which is no horizon.")
        return _in_periods(int(count), name, calendar, where)
    return None


def horizons_of_keys(keys: Iterable[str], calendar: Calendar, *, where: str) -> list[int] | None:
    """Return the horizons that all keys of an object stand for, or None where not every key is one.

    >>> horizons_of_keys(["day_1", "day_2"], Calendar(period_days=1, last=None), where="")
    [1, 2]
    """
    horizons: list[int] = []
    for key in keys:
        found = _KEY.fullmatch(key)
        if found is None:
            return None
        if found["date"]:
            horizons.append(_of_date(key.replace("_", "-"), calendar, where))  # names have no hyphens left
            continue
        unit = {"d": "day", "w": "week"}.get(found["unit"] or "", found["unit"] or "horizon")
        horizons.append(_in_periods(int(found["count"]), unit, calendar, where))
    return horizons


def horizons_of_pairs(rows: Sequence[object], calendar: Calendar, *, where: str) -> list[int] | None:
    """Return the horizons of rows of ``[horizon, value]`` or ``[day, value]``, None where the rows are no such pairs.

    Only two or more pairs that count 1, 2, 3 … or, as days, 7, 14, 21 … are sure to be that: any other two numbers
    could be a level and its value, or the bounds of an interval.

    >>> horizons_of_pairs([[7, 80], [14, 81]], Calendar(period_days=7, last=None), where="")
    [1, 2]
    """
    heads = [row[0] for row in rows if isinstance(row, (list, tuple)) and len(row) == 2]
    if len(heads) < 2 or len(heads) != len(rows) or any(type(head) not in (int, float) for head in heads):
        return None
    for step, unit in ((1, "horizon"), (7, "day")):
        if sorted(heads) == [step * count for count in range(1, len(heads) + 1)]:
            return [_in_periods(int(head), unit, calendar, where) for head in heads]
    return None


def _in_periods(count: int, name: str, calendar: Calendar, where: str) -> int:
    length = 1 if name in DAY_NAMES else 7 if name in WEEK_NAMES else calendar.period_days
    return _whole(count * length, calendar, where)


def _of_date(text: str, calendar: Calendar, where: str) -> int:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError as exc:
        raise UnreadableError("horizon-unreadable", f"{where} has the date {shown(text)}, which is no date.") from exc
    if calendar.last is None:
        raise UnreadableError("horizon-unreadable", f"{where} has dates, but the region has no last actual.")
    return _whole((day - calendar.last).days, calendar, where)


def _whole(days: int, calendar: Calendar, where: str) -> int:
    if days % calendar.period_days:
        raise UnreadableError(
            "horizon-unreadable",
            f"{where} speaks of {days} days after the last actual, which is no whole number of"
            f" periods of {calendar.period_days} days.",
        )
    periods = days // calendar.period_days
    if periods > FURTHEST:
        raise UnreadableError(
            "horizon-unreadable", f"{where} speaks of {periods} periods after the last actual; {FURTHEST} is the most."
        )
    return periods
