"""What was known when: the one place that decides it, and values by series and day in sorted columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import numpy as np
from sqlalchemy import Connection, Select, String, func, select, type_coerce
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


def known_at(connection: Connection, among: Select[Any], *, cutoff: datetime | None, exactly: bool = False) -> Known:
    """Return the last known values of series: no row with a later ``as_of`` than the cutoff passes.

    The database finds the last of each series and day in one pass along its primary key and hands only that out: the
    time goes with the revisions of these series, not with the size of the table.

    Args:
        connection: Inside a transaction.
        among: Asks for the numbers of the series.
        cutoff: None for all that is kept.
        exactly: Only what became known at exactly that moment.
    """
    sqlite = connection.dialect.name == "sqlite"
    as_text = type_coerce if sqlite else cast_to
    columns = (
        observation.c.series_number,
        # As text: NumPy reads dates faster than the driver does. SQLite stores them so.
        as_text(observation.c.target_date, String).label("day"),
        observation.c.value,
    )
    question: Select[Any] = select(*columns).where(observation.c.series_number.in_(among))
    if cutoff is not None:
        question = question.where(observation.c.as_of == cutoff if exactly else observation.c.as_of <= cutoff)
    if sqlite:
        # SQLite takes the other columns from the row that has the maximum (documented, "bare columns").
        last = func.max(as_text(observation.c.as_of, String)) > ""
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
