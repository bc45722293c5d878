"""Raw payloads and observations: what was known of a source at any moment."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isnan
from typing import Any, cast

import numpy as np
from sqlalchemy import Connection, Row, String, func, insert, select, type_coerce
from sqlalchemy import cast as cast_to

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.location import location
from neuralbrain.domain.observation import (
    Dates,
    Floats,
    Integers,
    Measure,
    ObservationBatch,
    Panel,
    Series,
    Signal,
    Unit,
)
from neuralbrain.ports import Payload
from neuralbrain.store.consistency import require_consistent, require_one_grid, require_same_signals
from neuralbrain.store.database import Database
from neuralbrain.store.schema import observation, payload, series
from neuralbrain.store.turn import Turn, take_turn

ROWS_AT_ONCE = 20_000  # rows built as Python objects at one time: memory stays flat in the size of a payload
_EPOCH = np.datetime64("1970-01-01", "D")


class StoredObservations:
    """Payloads and observations in the database.

    Args:
        database: Where they stand.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_payload(self, source: str, received: Payload) -> int:
        """Keep a raw payload and return its number; the same content of a source is kept once."""
        digest = hashlib.sha256(received.body).hexdigest()
        known = select(payload.c.number).where(payload.c.source == source, payload.c.sha256 == digest)
        with self._database.write() as connection:
            take_turn(connection, Turn.OBSERVATIONS)
            number = connection.execute(known).scalar_one_or_none()
            if number is None:
                number = connection.execute(
                    insert(payload).returning(payload.c.number),
                    {
                        "source": source,
                        "sha256": digest,
                        "media_type": received.media_type,
                        "origin": received.origin,
                        "retrieved_at": received.retrieved_at,
                        "body": zlib.compress(received.body),
                    },
                ).scalar_one()
        return int(number)

    def keep(self, batch: ObservationBatch, *, payload_number: int) -> int:
        """Append the values that differ from what is known, in one transaction, and return how many those were.

        They are known from the batch's ``as_of`` on, or from just after the newest value before it, should the clock
        have been set back: what is kept later is never known earlier.

        Raises:
            SourceSchemaError: If the batch contradicts itself, or what its series were until now.
        """
        require_consistent(batch)
        with self._database.write() as connection:
            take_turn(connection, Turn.OBSERVATIONS)
            numbers = _series_numbers(connection, batch.series)
            known = _latest(connection, numbers, cutoff=None)
            require_one_grid(batch, known=known)
            rows = np.flatnonzero(_differs(batch, known=known))
            if len(rows):
                batch = replace(batch, as_of=max(batch.as_of, _just_after_newest(connection, numbers)))
            for start in range(0, len(rows), ROWS_AT_ONCE):
                _insert_rows(connection, batch, rows[start : start + ROWS_AT_ONCE], numbers, payload_number)
        return len(rows)

    def panels(self, source: str, *, cutoff: datetime) -> tuple[Panel, ...]:
        """Return what was known of a source at a cutoff, one panel a cadence and grid of dates.

        Weeks that end on different days of the week cannot share a grid; they come as panels of their own.
        """
        with self._database.read() as connection:
            found = connection.execute(select(series).where(series.c.source == source))
            # Sorted here: servers sort words by the rules of a language, and not all by those of the same.
            rows = sorted(found, key=lambda row: (row.location, row.signal))
            numbers = np.array([row.number for row in rows], dtype=np.int64)
            position, day, value = _latest(connection, numbers, cutoff=cutoff)
        known = [_series(row) for row in rows]
        return tuple(
            _panel(known, chosen, observed=(position, day, value), cadence=cadence, cutoff=cutoff)
            for cadence, chosen in _grids(known, position, day)
        )


def _series_numbers(connection: Connection, wanted: Sequence[Series]) -> Integers:
    """Return the store's number of each series, made where it is new."""
    sources = sorted({one.source for one in wanted})
    rows = connection.execute(select(series).where(series.c.source.in_(sources))).all()
    found = {(row.source, row.location, row.signal): row.number for row in rows}
    require_same_signals(wanted, [_series(row) for row in rows])
    missing = [one for one in wanted if (one.source, one.location, one.signal.name) not in found]
    if missing:
        made = connection.execute(
            insert(series).returning(series.c.number, sort_by_parameter_order=True),
            [
                {
                    "source": one.source,
                    "location": one.location,
                    "signal": one.signal.name,
                    "unit": one.signal.unit.value,
                    "measure": one.signal.measure.value,
                    "cadence": one.signal.cadence.value,
                    "deaths": one.signal.deaths,
                    "is_primary": one.signal.primary,
                }
                for one in missing
            ],
        ).scalars()
        for one, number in zip(missing, made, strict=True):
            found[one.source, one.location, one.signal.name] = number
    return np.array([found[one.source, one.location, one.signal.name] for one in wanted], dtype=np.int64)


def _latest(connection: Connection, numbers: Integers, *, cutoff: datetime | None) -> tuple[Integers, Integers, Floats]:
    """Return the last known values: position in ``numbers``, days since 1970 and value, each shape (n,).

    This is the one place that decides what was known when: no row with a later ``as_of`` than the cutoff passes.
    """
    if not len(numbers):
        return np.array([], np.int64), np.array([], np.int64), np.array([], np.float64)
    first, last = int(numbers.min()), int(numbers.max())
    as_text = type_coerce if connection.dialect.name == "sqlite" else cast_to
    question = (
        select(
            observation.c.series_number,
            # As text: NumPy reads dates faster than the driver does. SQLite stores them so.
            as_text(observation.c.target_date, String).label("target_date"),
            observation.c.value,
        )
        .where(observation.c.series_number.between(first, last))
        .order_by(observation.c.series_number, observation.c.target_date, observation.c.as_of)
    )
    if cutoff is not None:
        question = question.where(observation.c.as_of <= cutoff)
    cursor = cast("Iterable[Any]", connection.execute(question).cursor)
    # Straight from the driver into columns: a million Python rows would cost ten times the memory, and twice the time.
    rows = np.fromiter(cursor, dtype=[("series", "i8"), ("date", "U10"), ("value", "f8")])
    series_number, value = rows["series"], rows["value"]  # NULL becomes NaN
    day = _days(rows["date"].astype("datetime64[D]"))
    # Rows come oldest first within a series and date: the last of each run is what was known.
    newest = np.append((np.diff(series_number) != 0) | (np.diff(day) != 0), np.ones(min(len(rows), 1), dtype=bool))
    order = np.argsort(numbers, kind="stable")
    found = np.searchsorted(numbers[order], series_number)
    wanted = newest & (numbers[order][np.minimum(found, len(numbers) - 1)] == series_number)
    return order[found[wanted]], day[wanted], value[wanted]


def _just_after_newest(connection: Connection, numbers: Integers) -> datetime:
    """Return a moment after everything that is known of these series."""
    among = observation.c.series_number.between(int(numbers.min()), int(numbers.max()))
    newest = connection.execute(select(func.max(observation.c.as_of)).where(among)).scalar_one()
    return datetime.min.replace(tzinfo=UTC) if newest is None else newest + timedelta(microseconds=1)


def _differs(batch: ObservationBatch, *, known: tuple[Integers, Integers, Floats]) -> np.ndarray[Any, Any]:
    """Return shape (n,): whether each row of a batch says something new; a repeated row counts once."""
    position, day, value = known
    days = _days(batch.target_date)
    span = 1 << 32  # more days than a date can have: one integer names series and date
    keys = batch.series_index * span + days
    known_keys = position * span + day
    order = np.argsort(known_keys, kind="stable")
    place = np.minimum(np.searchsorted(known_keys[order], keys), max(len(order) - 1, 0))
    changed = np.ones(len(keys), dtype=bool)
    if len(order):
        matched = known_keys[order][place] == keys
        before = value[order][place]
        same = (before == batch.value) | (np.isnan(before) & np.isnan(batch.value))
        changed = ~(matched & same)
    first = np.zeros(len(keys), dtype=bool)
    first[np.unique(keys, return_index=True)[1]] = True
    return changed & first


def _insert_rows(
    connection: Connection, batch: ObservationBatch, chosen: Integers, numbers: Integers, payload_number: int
) -> None:
    """Insert rows of a batch as the driver takes them: SQLAlchemy's care for each value costs five times the insert."""
    as_of = observation.c.as_of.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    moment = batch.as_of if as_of is None else as_of(batch.as_of)
    columns = {
        "series_number": numbers[batch.series_index[chosen]].tolist(),
        "target_date": np.datetime_as_string(batch.target_date[chosen], unit="D").tolist(),
        "as_of": [moment] * len(chosen),
        "value": [None if isnan(value) else value for value in batch.value[chosen].tolist()],
        "payload_number": [payload_number] * len(chosen),
    }
    if connection.dialect.name == "postgresql":
        _copy_rows(connection, columns)
        return
    statement = insert(observation).compile(dialect=connection.dialect)
    names = statement.positiontup or list(columns)
    connection.exec_driver_sql(str(statement), list(zip(*(columns[name] for name in names), strict=True)))


def _copy_rows(connection: Connection, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows as a stream: a statement a row costs a server ten times as much."""
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {observation.name} ({', '.join(columns)}) FROM STDIN") as stream:
        for row in zip(*columns.values(), strict=True):
            stream.write_row(row)


def _grids(known: Sequence[Series], position: Integers, day: Integers) -> list[tuple[Cadence, Integers]]:
    """Return (cadence, positions of the series) for each regular grid of dates."""
    last_day = np.full(len(known), -1, dtype=np.int64)
    np.maximum.at(last_day, position, day)
    grids: dict[tuple[Cadence, int], list[int]] = {}
    for index, one in enumerate(known):
        if last_day[index] >= 0:
            cadence = one.signal.cadence
            grids.setdefault((cadence, int(last_day[index]) % cadence.days), []).append(index)
    return [(cadence, np.array(chosen, dtype=np.int64)) for (cadence, _), chosen in sorted(grids.items())]


def _panel(
    known: Sequence[Series],
    chosen: Integers,
    *,
    observed: tuple[Integers, Integers, Floats],
    cadence: Cadence,
    cutoff: datetime,
) -> Panel:
    position, day, value = observed
    row_of = np.full(len(known), -1, dtype=np.int64)
    row_of[chosen] = np.arange(len(chosen))
    mine = row_of[position] >= 0
    rows, days, values = row_of[position[mine]], day[mine], value[mine]
    first, last = int(days.min()), int(days.max())
    grid = np.arange(first, last + 1, cadence.days)
    matrix = np.full((len(chosen), len(grid)), np.nan)
    matrix[rows, (days - first) // cadence.days] = values
    members = tuple(known[index] for index in chosen)
    return Panel(
        series=members,
        dates=_EPOCH + grid.astype("timedelta64[D]"),
        values=matrix,
        cadence=cadence,
        cutoff=cutoff,
        populations=np.array([_population(one.location) for one in members]),
    )


def _population(code: str) -> float:
    found = location(code)
    return float("nan") if found is None or found.population is None else float(found.population)


def _days(dates: Dates) -> Integers:
    return (dates.astype("datetime64[D]") - _EPOCH).astype(np.int64)


def _series(row: Row[Any]) -> Series:
    signal = Signal(
        name=row.signal,
        unit=Unit(row.unit),
        measure=Measure(row.measure),
        cadence=Cadence(row.cadence),
        deaths=row.deaths,
        primary=row.is_primary,
    )
    return Series(source=row.source, location=row.location, signal=signal)
