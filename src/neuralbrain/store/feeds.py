"""What is remembered of reading feeds: each fetch, each release, each row that could not be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, insert, select

from neuralbrain.domain.feed import (
    Fetched,
    FetchOutcome,
    FetchRecord,
    Intake,
    RejectedRecord,
    ReleaseRecord,
    Validators,
)
from neuralbrain.domain.feed_totals import FeedTotals
from neuralbrain.domain.observation import RejectedRow
from neuralbrain.ports import Clock
from neuralbrain.store.database import Database
from neuralbrain.store.described_series import described_series as series
from neuralbrain.store.feed_schema import feed_fetch, feed_page, rejected_row, release
from neuralbrain.store.schema import observation

_WELL = (FetchOutcome.NEW.value, FetchOutcome.UNCHANGED.value)


class StoredFeeds:
    """The record of feeds in the database.

    Args:
        database: Where it stands.
        clock: Tells when a fetch ended.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def validators(self, source: str) -> Mapping[str, Validators]:
        """Return, by part, what is known of the version of it that was last taken in whole."""
        last = (
            select(func.max(feed_fetch.c.number))
            .where(feed_fetch.c.source == source, feed_fetch.c.outcome.in_(_WELL))
            .group_by(feed_fetch.c.part)
        )
        with self._database.read() as connection:
            rows = connection.execute(select(feed_fetch).where(feed_fetch.c.number.in_(last))).all()
        return {
            row.part: Validators(at=row.at, etag=row.etag, last_modified=row.last_modified, sha256=row.sha256)
            for row in rows
        }

    def note(self, source: str, fetched: Fetched, *, payload_numbers: Sequence[int] = ()) -> int:
        """Remember how asking for a part ended, and return the number of that; what came must have been taken in."""
        row = {
            "source": source,
            "part": fetched.part,
            "at": self._clock.now(),
            "outcome": fetched.outcome.value,
            "code": "" if fetched.fault is None else fetched.fault.error_code,
            "message": "" if fetched.fault is None else str(fetched.fault),
            "origin": fetched.origin,
            "etag": fetched.etag,
            "last_modified": fetched.last_modified,
            "sha256": fetched.sha256,
            "n_bytes": sum(len(page.body) for page in fetched.pages),
            "seconds": fetched.seconds,
        }
        pages = [{"page": page, "payload_number": number} for page, number in enumerate(payload_numbers)]
        with self._database.write() as connection:
            number = connection.execute(insert(feed_fetch).returning(feed_fetch.c.number), row).scalar_one()
            if pages:
                connection.execute(insert(feed_page), [{"fetch_number": number, **page} for page in pages])
        return int(number)

    def last_fetches(self, source: str) -> Mapping[str, FetchRecord]:
        """Return the last fetch of each part of a feed, by part, however it ended."""
        last = select(func.max(feed_fetch.c.number)).where(feed_fetch.c.source == source).group_by(feed_fetch.c.part)
        question = select(feed_fetch).where(feed_fetch.c.number.in_(last))
        with self._database.read() as connection, self._database.decoding("the fetches of feeds"):
            return {row.part: _fetch(row) for row in connection.execute(question)}

    def fetches(self, source: str, limit: int) -> tuple[FetchRecord, ...]:
        """Return the last fetches of a feed, newest first."""
        question = select(feed_fetch).where(feed_fetch.c.source == source).order_by(feed_fetch.c.number.desc())
        with self._database.read() as connection, self._database.decoding("the fetches of feeds"):
            return tuple(_fetch(row) for row in connection.execute(question.limit(limit)))

    def releases(self, source: str, limit: int) -> tuple[ReleaseRecord, ...]:
        """Return the last releases of a feed, by ``as_of``, newest first."""
        question = select(release).where(release.c.source == source)
        question = question.order_by(release.c.as_of.desc(), release.c.number.desc()).limit(limit)
        with self._database.read() as connection, self._database.decoding("the releases of feeds"):
            return tuple(_release(row) for row in connection.execute(question))

    def rejected(self, source: str, limit: int) -> tuple[RejectedRecord, ...]:
        """Return the last rows of a feed that could not be used, newest first."""
        question = select(rejected_row).where(rejected_row.c.source == source).order_by(rejected_row.c.number.desc())
        with self._database.read() as connection, self._database.decoding("the rejected rows"):
            return tuple(_rejected(row) for row in connection.execute(question.limit(limit)))

    def count_rejected(self, source: str) -> Mapping[str, int]:
        """Return how many rows of a feed could not be used, by the code of why."""
        question = select(rejected_row.c.code, func.count()).where(rejected_row.c.source == source)
        with self._database.read() as connection:
            rows = connection.execute(question.group_by(rejected_row.c.code)).all()
        return {code: int(count) for code, count in sorted(rows)}

    def totals(self, source: str) -> FeedTotals:
        """Return what all that was taken in of a feed comes to."""
        sums = select(
            func.count(),
            func.coalesce(func.sum(release.c.changed), 0),
            func.coalesce(func.sum(release.c.withdrawn), 0),
            func.max(release.c.as_of),
        ).where(release.c.source == source)
        with self._database.read() as connection:
            releases, values, withdrawn, newest_as_of = connection.execute(sums).one()
            newest = {asked: day for asked, day in connection.execute(_newest_dates(source)) if day is not None}
        return FeedTotals(
            releases=releases,
            values=int(values),
            withdrawn=int(withdrawn),
            newest_as_of=newest_as_of,
            newest_date=newest.get(True, newest.get(False)),
        )


def _newest_dates(source: str) -> Select[Any]:
    """Ask for the newest date with a value that still stands, by whether its signal is forecast.

    Each series is looked up by itself, from its end: the time goes with the number of series, not of values.
    """
    later = observation.alias()
    is_replaced = (
        select(later.c.as_of)
        .where(
            later.c.series_number == observation.c.series_number,
            later.c.target_date == observation.c.target_date,
            later.c.as_of > observation.c.as_of,
        )
        .exists()
    )
    end = (
        select(observation.c.target_date)
        .where(observation.c.series_number == series.c.number, observation.c.value.is_not(None), ~is_replaced)
        .order_by(observation.c.target_date.desc())
        .limit(1)
        .scalar_subquery()
    )
    ends = select(series.c.is_asked, end.label("day")).where(series.c.source == source).subquery()
    return select(ends.c.is_asked, func.max(ends.c.day)).group_by(ends.c.is_asked)


def _fetch(row: Row[Any]) -> FetchRecord:
    return FetchRecord(
        number=row.number,
        source=row.source,
        part=row.part,
        at=row.at,
        outcome=FetchOutcome(row.outcome),
        code=row.code,
        message=row.message,
        origin=row.origin,
        n_bytes=row.n_bytes,
        seconds=row.seconds,
    )


def _release(row: Row[Any]) -> ReleaseRecord:
    return ReleaseRecord(
        number=row.number,
        source=row.source,
        part=row.part,
        as_of=row.as_of,
        taken_in_at=row.taken_in_at,
        intake=Intake(releases=1, rows=row.n_rows, changed=row.changed, withdrawn=row.withdrawn, rejected=row.rejected),
    )


def _rejected(row: Row[Any]) -> RejectedRecord:
    return RejectedRecord(
        number=row.number,
        source=row.source,
        part=row.part,
        as_of=row.as_of,
        row=RejectedRow(
            location=row.location,
            signal=row.signal,
            target_date=row.target_date,
            value=row.value,
            code=row.code,
            message=row.message,
        ),
    )
