"""Raw payloads and observations: what was known of a source at any moment."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, cast

import numpy as np
from sqlalchemy import Select, func, insert, select

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.feed import Intake, Payload
from neuralbrain.domain.location import location
from neuralbrain.domain.observation import Floats, Integers, ObservationBatch, Panel, Series
from neuralbrain.domain.revisions import Revisions
from neuralbrain.ports import Clock
from neuralbrain.store.database import Database
from neuralbrain.store.described_series import described_series as series
from neuralbrain.store.feed_schema import release
from neuralbrain.store.intake import Carried, take_release
from neuralbrain.store.known import day_as_text, known_at, moment_as_text
from neuralbrain.store.release_rows import Origin, digest_of, digests_of_part
from neuralbrain.store.schema import observation, payload
from neuralbrain.store.series_rows import series_of
from neuralbrain.store.turn import Turn, take_turn

_EPOCH = np.datetime64("1970-01-01", "D")


class StoredObservations:
    """Payloads and observations in the database.

    Args:
        database: Where they stand.
        clock: Tells when a release was taken in.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def keep_payload(self, source: str, received: Payload) -> int:
        """Keep a raw payload and return its number; the same content of a source is kept once."""
        digest = hashlib.sha256(received.body).hexdigest()
        known = select(payload.c.number).where(payload.c.source == source, payload.c.sha256 == digest)
        with self._database.read() as connection:
            number = connection.execute(known).scalar_one_or_none()
        if number is not None:
            return int(number)
        packed = zlib.compress(received.body)  # before it is anybody's turn: a large body takes a second
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
                        "body": packed,
                    },
                ).scalar_one()
        return int(number)

    def take_in(
        self,
        batches: Iterable[ObservationBatch],
        *,
        source: str,
        part: str = "",
        payload_numbers: Sequence[int],
    ) -> Intake:
        """Take releases in, oldest first, each in a transaction of its own, and return what they changed.

        Interrupted, the releases until then are whole; the same again adds the rest. The same release twice adds
        nothing. Older ones may follow newer ones.

        Args:
            batches: The releases.
            source: Which feed they are from.
            part: Which part of it.
            payload_numbers: The kept payloads that they were read from, one a page.

        Raises:
            SourceSchemaError: If one contradicts itself, or what its series were until now; those before it stay.
        """
        origin = Origin(source=source, part=part, payload_numbers=tuple(payload_numbers), now=self._clock.now())
        with self._database.read() as connection:
            taken_in = digests_of_part(connection, source=source, part=part)
        carried: Carried | None = None
        total = Intake()
        for batch in batches:
            digest = digest_of(batch)
            if (batch.as_of, digest) in taken_in:  # most of a file that holds all releases; nobody need wait for these
                continue
            with self._database.write() as connection:
                take_turn(connection, Turn.OBSERVATIONS)
                intake, carried = take_release(connection, batch, origin, digest=digest, carried=carried)
            total += intake
        return total

    def panels(self, source: str, *, cutoff: datetime, every_signal: bool = False) -> tuple[Panel, ...]:
        """Return what was known of a source at a cutoff, one panel a cadence and grid of dates.

        Weeks that end on different days of the week cannot share a grid; they come as panels of their own.

        Args:
            source: Which feed.
            cutoff: The last moment of knowledge.
            every_signal: Whether signals that are not forecast are to be in it, too.
        """
        mine = _series_where(source, every_signal=every_signal)
        with self._database.read() as connection:
            found = connection.execute(mine)
            # Sorted here: servers sort words by the rules of a language, and not all by those of the same.
            rows = sorted(found, key=lambda row: (row.location, row.signal))
            then = known_at(connection, mine.with_only_columns(series.c.number), cutoff=cutoff)
        numbers = np.array([row.number for row in rows], dtype=np.int64)
        order = np.argsort(numbers, kind="stable")
        position = order[np.searchsorted(numbers[order], then.series_numbers)] if rows else numbers
        known = [series_of(row) for row in rows]
        return tuple(
            _panel(known, chosen, observed=(position, then.days, then.values), cadence=cadence, cutoff=cutoff)
            for cadence, chosen in _grids(known, position, then.days)
        )

    def series(self, source: str | None = None) -> tuple[Series, ...]:
        """Return every series that is kept, of one feed or of all, in the order of feed, place and signal."""
        question = select(series) if source is None else select(series).where(series.c.source == source)
        with self._database.read() as connection:
            found = [series_of(row) for row in connection.execute(question)]
        return tuple(sorted(found, key=lambda one: (one.source, one.location, one.signal.name)))

    def revisions(
        self,
        source: str,
        *,
        signal: str | None = None,
        location: str | None = None,
        cutoff: datetime | None = None,
        since: date | None = None,
    ) -> Revisions:
        """Return every value that was known of a feed's series up to a cutoff, with its ``as_of``.

        Args:
            source: Which feed.
            signal: Only this signal; None for all.
            location: Only this place; None for all.
            cutoff: The last moment of knowledge; None for now.
            since: Only target dates from this day on; None for all.
        """
        mine = _series_where(source, signal=signal, location=location)
        with self._database.read() as connection:
            rows = sorted(connection.execute(mine), key=lambda row: (row.location, row.signal))
            question = select(
                observation.c.series_number,
                day_as_text(connection),
                moment_as_text(connection),
                observation.c.value,
            ).where(observation.c.series_number.in_(mine.with_only_columns(series.c.number)))
            if cutoff is not None:
                question = question.where(observation.c.as_of <= cutoff)
            if since is not None:
                question = question.where(observation.c.target_date >= since)
            cursor = cast("Iterable[Any]", connection.execute(question).cursor)
            read = np.fromiter(cursor, dtype=[("series", "i8"), ("day", "U10"), ("as_of", "U26"), ("value", "f8")])
        numbers = np.array([row.number for row in rows], dtype=np.int64)
        order = np.argsort(numbers, kind="stable")
        position = order[np.searchsorted(numbers[order], read["series"])] if rows else numbers
        day, as_of = read["day"].astype("datetime64[D]"), read["as_of"].astype("datetime64[us]")
        sorting = np.lexsort((as_of, day, position))
        position, day, as_of, value = position[sorting], day[sorting], as_of[sorting], read["value"][sorting]
        before = np.concatenate([[np.nan], value[:-1]])
        first = np.append(True, (np.diff(position) != 0) | (np.diff(day.astype(np.int64)) != 0))[: len(value)]
        # A row may withdraw what nobody knew: it is there for older releases that may still come, and tells nothing.
        repeats = (~first & (value == before)) | (np.isnan(value) & (first | np.isnan(before)))
        return Revisions(
            series=tuple(series_of(row) for row in rows),
            series_index=position[~repeats],
            target_date=day[~repeats],
            as_of=as_of[~repeats],
            value=value[~repeats],
        )

    def count_releases(self, source: str, *, cutoff: datetime) -> int:
        """Return how many releases of a feed were known at a cutoff."""
        question = select(func.count()).where(release.c.source == source, release.c.as_of <= cutoff)
        with self._database.read() as connection:
            return int(connection.execute(question).scalar_one())

    def series_of_place(self, location: str) -> tuple[Series, ...]:
        """Return every series that is kept of one place, in the order of feed and signal."""
        with self._database.read() as connection:
            rows = connection.execute(select(series).where(series.c.location == location))
            found = [series_of(row) for row in rows]
        return tuple(sorted(found, key=lambda one: (one.source, one.signal.name)))


def _series_where(
    source: str, *, signal: str | None = None, location: str | None = None, every_signal: bool = True
) -> Select[Any]:
    question = select(series).where(series.c.source == source)
    if signal is not None:
        question = question.where(series.c.signal == signal)
    if location is not None:
        question = question.where(series.c.location == location)
    return question if every_signal else question.where(series.c.is_asked)


def _grids(known: Sequence[Series], position: Integers, day: Integers) -> list[tuple[Cadence, Integers]]:
    """Return (cadence, positions of the series) for each regular grid of dates."""
    never = np.iinfo(np.int64).min  # days before 1970 are below zero
    last_day = np.full(len(known), never)
    np.maximum.at(last_day, position, day)
    grids: dict[tuple[Cadence, int], list[int]] = {}
    for index, one in enumerate(known):
        if last_day[index] > never:
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
