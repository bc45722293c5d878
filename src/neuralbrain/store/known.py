"""What was known when: the one place that decides it, and values by series and day in sorted columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, String, func, select, type_coerce
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import distinct_on

from neuralbrain.domain.observation import Dates, Floats, Integers
from neuralbrain.store.schema import observation

SPAN = 1 << 32  # more days than a date can have: one integer names series and day
_EPOCH = np.datetime64("1970-01-01", "D")
_DAY_ZERO = 1 << 31  # days before 1970 count, too


def days_of(dates: Dates) -> Integers:
    """Return days since 1970."""
    return (dates.astype("datetime64[D]") - _EPOCH).astype(np.int64)


def is_among(values: Integers, wanted: Integers) -> np.ndarray[Any, Any]:
    """Return shape (n,): whether each value is one of the wanted, which are ascending."""
    if not len(wanted):
        return np.zeros(len(values), dtype=bool)
    place = np.minimum(np.searchsorted(wanted, values), len(wanted) - 1)
    return np.asarray(wanted[place] == values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Values by series and day.

    Args:
        keys: Shape (n,), ascending and unique: series number and day in one integer.
        values: Shape (n,): NaN where the source withdrew the value.
    """

    keys: Integers
    values: Floats

    @property
    def series_numbers(self) -> Integers:
        """Return shape (n,): the store's numbers of the series."""
        return self.keys // SPAN

    @property
    def days(self) -> Integers:
        """Return shape (n,): days since 1970."""
        return self.keys % SPAN - _DAY_ZERO

    def at(self, keys: Integers) -> tuple[Floats, np.ndarray[Any, Any]]:
        """Return the values of keys, NaN where there is none, and whether there is one, each shape (m,)."""
        if not len(self.keys):
            return np.full(len(keys), np.nan), np.zeros(len(keys), dtype=bool)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        found = self.keys[place] == keys
        return np.where(found, self.values[place], np.nan), found

    def updated(self, keys: Integers, values: Floats) -> Known:
        """Return what is known once these values, too, are; keys are unique."""
        together = np.concatenate([self.keys, keys])
        order = np.argsort(together, kind="stable")  # what is new stands behind what it replaces
        last = np.append(np.diff(together[order]) != 0, np.ones(min(len(order), 1), dtype=bool))
        chosen = order[last]
        return Known(keys=together[chosen], values=np.concatenate([self.values, values])[chosen])


def keys_of(series_numbers: Integers, days: Integers) -> Integers:
    """Return one integer for each series and day."""
    return series_numbers * SPAN + (days + _DAY_ZERO)


def day_as_text(connection: Connection) -> ColumnElement[str]:
    """Return the target date as text: NumPy reads dates faster than the driver does. SQLite stores them so."""
    day = observation.c.target_date
    return type_coerce(day, String) if connection.dialect.name == "sqlite" else cast_to(day, String)


def moment_as_text(connection: Connection) -> ColumnElement[str]:
    """Return the ``as_of`` as text, UTC and without a zone, which sorts as the times do."""
    moment = observation.c.as_of
    if connection.dialect.name == "sqlite":
        return type_coerce(moment, String)
    return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD HH24:MI:SS.US", type_=String)


def known_at(
    connection: Connection,
    among: Select[Any],
    *,
    cutoff: datetime,
    after: datetime | None = None,
    exactly: bool = False,
) -> Known:
    """Return the last known values of series: no row with a later ``as_of`` than the cutoff passes.

    The database finds the last of each series and day in one pass along its primary key and hands only that out: the
    time goes with the revisions of these series, not with the size of the table.

    Args:
        connection: Inside a transaction.
        among: Asks for the numbers of the series.
        cutoff: The last moment.
        after: Only what became known after this moment; None for all.
        exactly: Only what became known at exactly that moment.
    """
    sqlite = connection.dialect.name == "sqlite"
    columns = (observation.c.series_number, day_as_text(connection).label("day"), observation.c.value)
    question: Select[Any] = select(*columns).where(observation.c.series_number.in_(among))
    question = question.where(observation.c.as_of == cutoff if exactly else observation.c.as_of <= cutoff)
    if after is not None:
        question = question.where(observation.c.as_of > after)
    if sqlite:
        # SQLite takes the other columns from the row that has the maximum (documented, "bare columns").
        last = func.max(moment_as_text(connection)) > ""
        question = question.add_columns(last).group_by(observation.c.series_number, observation.c.target_date)
    else:
        question = (
            question.add_columns(observation.c.series_number)
            .ext(distinct_on(observation.c.series_number, observation.c.target_date))
            .order_by(observation.c.series_number.desc(), observation.c.target_date.desc(), observation.c.as_of.desc())
        )
    cursor = cast("Iterable[Any]", connection.execute(question).cursor)
    # Straight from the driver into columns: a million Python rows would cost ten times the memory, and twice the time.
    rows = np.fromiter(cursor, dtype=[("series", "i8"), ("day", "U10"), ("value", "f8"), ("last", "i8")])
    keys = keys_of(rows["series"], days_of(rows["day"].astype("datetime64[D]")))
    order = np.argsort(keys, kind="stable")
    return Known(keys=keys[order], values=rows["value"][order])  # NULL became NaN


def a_day_of_each(connection: Connection, among: Select[Any]) -> Known:
    """Return one day of each series that has any, without its value: enough to tell on which day its weeks end."""
    question = select(observation.c.series_number, func.min(day_as_text(connection)))
    question = question.where(observation.c.series_number.in_(among)).group_by(observation.c.series_number)
    cursor = cast("Iterable[Any]", connection.execute(question).cursor)
    rows = np.fromiter(cursor, dtype=[("series", "i8"), ("day", "U10")])
    keys = np.sort(keys_of(rows["series"], days_of(rows["day"].astype("datetime64[D]"))))
    return Known(keys=keys, values=np.full(len(keys), np.nan))


def first_after(connection: Connection, among: Select[Any], *, as_of: datetime, keys: Integers) -> Dates:
    """Return shape (n,), datetime64[us]: when each key was first spoken of after a moment, the end of time for never.

    Args:
        connection: Inside a transaction.
        among: Asks for the numbers of the series.
        as_of: The moment.
        keys: Shape (n,), in any order.
    """
    day, moment = day_as_text(connection), moment_as_text(connection)
    question = (
        select(observation.c.series_number, day, func.min(moment))
        .where(observation.c.series_number.in_(among), observation.c.as_of > as_of)
        .group_by(observation.c.series_number, observation.c.target_date)
    )
    cursor = cast("Iterable[Any]", connection.execute(question).cursor)
    rows = np.fromiter(cursor, dtype=[("series", "i8"), ("day", "U10"), ("as_of", "U26")])
    spoken = keys_of(rows["series"], days_of(rows["day"].astype("datetime64[D]")))
    order = np.argsort(spoken)
    spoken, moments = spoken[order], rows["as_of"].astype("datetime64[us]")[order]
    never = np.datetime64("9999-12-31T23:59:59", "us")
    if not len(spoken):
        return np.full(len(keys), never)
    place = np.minimum(np.searchsorted(spoken, keys), len(spoken) - 1)
    return np.where(spoken[place] == keys, moments[place], never)
