"""Reads the dates of a file of one's own: days or weeks, in the form the mapping says or in the one they all have."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from neuralbrain.domain.calendar import Cadence, WeekSystem, week_end
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.own_file_mapping import THERE, FileMapping
from neuralbrain.sources.written_dates import MIDNIGHT

EARLIEST = date(1850, 1, 1)  # a year of two digits reads as one of the first century
FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y")
SLASHED = ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y")  # one text, two days: told only by days above 12
ISO_WEEK = r"^\d{4}-?W\d{1,2}$"
WEEK = r"^(?P<year>\d{4})(?:\.0)?(?:-?W|-)?(?P<week>\d{1,2})(?:\.0)?$"
SYSTEMS = {"iso-week": WeekSystem.ISO, "mmwr-week": WeekSystem.MMWR}
_DAYS_TO_END = {"week-start": 6}
_SATURDAY, _SUNDAY, _MONDAY = 5, 6, 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDates:
    """What the dates of a file say.

    Args:
        days: Columns ``day``, as written, and ``target_date``, null where it cannot be read; each text once.
        means: What a date means, as the mapping has it or as the dates tell.
    """

    days: pl.DataFrame
    means: str

    @property
    def cadence(self) -> Cadence:
        """Return how often the file reports."""
        return Cadence.DAILY if self.means == "day" else Cadence.WEEKLY


def read_dates(written: pl.Series, mapping: FileMapping, *, origin: str) -> ReadDates:
    """Return the target date of each text: the day itself, or the last day of the week.

    Days of a weekly file on another day of the week than most are null.

    Args:
        written: The texts, in the form year-week where the mapping has a column of each.
        mapping: What is said of them.
        origin: Where they are from, for messages.

    Raises:
        SourceSchemaError: If none can be read, or they may mean two things; it says what to write.
    """
    texts = written.drop_nulls().unique().sort()
    column = mapping.date or f"{mapping.year} and {mapping.week}"
    means: str = mapping.date_means
    if not means and len(texts) and bool(texts.str.contains(ISO_WEEK).all()):
        means = "iso-week"
    if means in SYSTEMS:
        days = _weeks(texts, SYSTEMS[means])
    else:
        days = _days(texts, mapping.date_format or _format_of(texts, column=column, origin=origin))
    days = days.set(days < EARLIEST, None)
    known = sorted(set(days.drop_nulls().to_list()))
    if not known:
        shown = repr(texts[0]) if len(texts) else "nothing"
        raise SourceSchemaError(
            f"No date in the column {column} of {origin} can be read, such as {shown}.",
            remedy=f'Write date_format = "%d.%m.%Y" (or the form they have) {THERE}; or date_means = '
            '"iso-week" for weeks such as 2026-W14.',
        )
    means = means or _told_by(known, daily=mapping.cadence == "daily", column=column, origin=origin)
    days = days + timedelta(days=_DAYS_TO_END.get(means, 0))
    if means != "day":
        usual = Counter(one.isoweekday() for one in days.drop_nulls().to_list()).most_common(1)[0][0]
        days = days.set(days.dt.weekday() != usual, None)
    return ReadDates(days=pl.DataFrame({"day": texts, "target_date": days}), means=means)


def _weeks(texts: pl.Series, system: WeekSystem) -> pl.Series:
    """Return the last day of each week; there are few different ones, so a loop will do."""
    parts = texts.str.extract_groups(WEEK).struct.unnest()
    return pl.Series([_week_end(year, week, system) for year, week in parts.iter_rows()], dtype=pl.Date)


def _week_end(year: str | None, week: str | None, system: WeekSystem) -> date | None:
    try:
        return week_end(int(year or ""), int(week or ""), system)
    except ValueError:
        return None


def _days(texts: pl.Series, form: str) -> pl.Series:
    return texts.str.replace(MIDNIGHT, "").str.to_date(form, strict=False)


def _format_of(texts: pl.Series, *, column: str, origin: str) -> str:
    """Return the form that most texts have.

    Raises:
        SourceSchemaError: If day and month could stand either way round.
    """
    read = {form: _days(texts, form) for form in (*FORMATS, *SLASHED)}
    best = max(read, key=lambda form: len(texts) - read[form].null_count())
    known = len(texts) - read[best].null_count()
    if best in SLASHED and known:
        other = next(form for form in SLASHED if form != best and form[2] == best[2])
        if len(texts) - read[other].null_count() == known and not read[best].equals(read[other]):
            raise SourceSchemaError(
                f"Dates in the column {column} of {origin} may be read in two ways, such as {texts[0]!r}.",
                remedy=f'Write date_format = "{best}" (day first) or "{other}" (month first) {THERE}.',
            )
    return best


def _told_by(known: list[date], *, daily: bool, column: str, origin: str) -> str:
    """Return what dates mean, told by the days of the week they fall on.

    Raises:
        SourceSchemaError: If that is not sure.
    """
    weekdays = {one.weekday() for one in known}
    steps = {(after - before).days for before, after in pairwise(known)}
    if daily or 1 in steps:
        return "day"
    if len(known) > 1 and len(weekdays) == 1:
        told = {_SATURDAY: "week-end", _MONDAY: "week-start"}.get(weekdays.pop())
        if told is not None:
            return told
    raise SourceSchemaError(
        f"The dates in the column {column} of {origin} do not tell what they mean: the first is {known[0]}, a "
        f"{known[0]:%A}.",
        remedy=f'Write date_means = "day", "week-end" or "week-start" {THERE}. (Sundays end ISO weeks and '
        "begin those of the US; months cannot be read.)",
    )
