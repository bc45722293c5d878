"""What is remembered of releases: which were taken in, what each said everything about, which rows it had in vain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, insert, select

from neuralbrain.domain.feed import Intake
from neuralbrain.domain.observation import ObservationBatch, RejectedRow, Scope, Signal
from neuralbrain.store.feed_schema import rejected_row, release
from neuralbrain.store.known import days_of
from neuralbrain.store.schema import observation, series

MOST_REJECTED = 10_000  # of one release; all of them stand in the kept payload anyway
AT_ONCE = 500  # values in one question: databases limit how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a release is from.

    Args:
        source: Which feed.
        part: Which part of it.
        payload_numbers: Its kept payloads, one a page.
        now: When it is taken in.
    """

    source: str
    part: str
    payload_numbers: tuple[int, ...]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRelease:
    """A release that was taken in before.

    Args:
        as_of: When its values became known.
        scope: What it said everything about, None where it only mentioned.
    """

    as_of: datetime
    scope: Scope | None


def digest_of(batch: ObservationBatch) -> str:
    """Return the SHA-256 of what a release says, hexadecimal, whatever the order of its rows and series."""
    used = np.unique(batch.series_index)
    signals: dict[Signal, str] = {}
    names = []
    for one in (batch.series[place] for place in used.tolist()):
        if one.signal not in signals:
            signals[one.signal] = repr(one.signal)  # longer in the making than all the rest
        names.append(f"{one.source}|{one.location}|{signals[one.signal]}")
    rank = np.zeros(len(batch.series), np.int64)
    rank[used] = np.argsort(np.argsort(np.array(names, dtype=np.str_)))
    days, ranks = days_of(batch.target_date), rank[batch.series_index]
    order = np.lexsort((days, ranks))
    content = hashlib.sha256("\n".join([*sorted(names), repr(_scope_columns(batch.scope))]).encode())
    for column in (ranks[order], days[order]):
        content.update(np.ascontiguousarray(column, "<i8").tobytes())
    values = np.where(np.isnan(batch.value), np.nan, batch.value)[order]  # NaN has many bit patterns
    content.update(np.ascontiguousarray(values, "<f8").tobytes())
    content.update(repr(sorted(repr(one) for one in batch.rejected)).encode())
    if batch.scope is None:  # it is kept as of another moment than it was read at
        content.update(batch.as_of.isoformat().encode())
    return content.hexdigest()


def digests_of_part(connection: Connection, *, source: str, part: str) -> frozenset[tuple[datetime, str]]:
    """Return ``as_of`` and digest of every release of a part that was taken in."""
    question = select(release.c.as_of, release.c.digest).where(release.c.source == source, release.c.part == part)
    return frozenset((row.as_of, row.digest) for row in connection.execute(question))


def is_taken_in(connection: Connection, origin: Origin, *, as_of: datetime | None, digest: str) -> bool:
    """Return whether that very release was taken in before.

    Args:
        connection: Inside a transaction.
        origin: Where it is from.
        as_of: When its values became known; None where the digest tells.
        digest: Of what it says.
    """
    same = select(release.c.number).where(
        release.c.source == origin.source,
        release.c.part == origin.part,
        release.c.digest == digest,
    )
    if as_of is not None:
        same = same.where(release.c.as_of == as_of)
    return connection.execute(same.limit(1)).first() is not None


def newest_number(connection: Connection) -> int:
    """Return the number of the last release of any feed that was taken in, 0 where none was."""
    return int(connection.execute(select(func.max(release.c.number))).scalar_one() or 0)


def releases_from(connection: Connection, source: str, as_of: datetime) -> tuple[KeptRelease, ...]:
    """Return a feed's releases of a moment and of later ones, in that order."""
    question = select(release.c.as_of, release.c.signals, release.c.first, release.c.last)
    rows = connection.execute(
        question.where(release.c.source == source, release.c.as_of >= as_of).order_by(release.c.as_of)
    )
    return tuple(
        KeptRelease(
            as_of=row.as_of,
            scope=None
            if row.signals is None
            else Scope(signals=frozenset(json.loads(row.signals)), first=row.first, last=row.last),
        )
        for row in rows
    )


def just_after_newest(connection: Connection, source: str) -> datetime:
    """Return a moment after all that is known of a feed."""
    newest = connection.execute(select(func.max(release.c.as_of)).where(release.c.source == source)).scalar_one()
    if newest is None:  # what was read before releases were remembered has none
        mine = select(series.c.number).where(series.c.source == source)
        newest = connection.execute(
            select(func.max(observation.c.as_of)).where(observation.c.series_number.in_(mine))
        ).scalar_one()
    return datetime.min.replace(tzinfo=UTC) if newest is None else newest + timedelta(microseconds=1)


def note_release(
    connection: Connection, batch: ObservationBatch, origin: Origin, *, intake: Intake, digest: str
) -> int:
    """Remember a release and return its number."""
    row = {
        "source": origin.source,
        "part": origin.part,
        "as_of": batch.as_of,
        "taken_in_at": origin.now,
        "payload_number": origin.payload_numbers[0],
        "digest": digest,
        "n_rows": intake.rows,
        "changed": intake.changed,
        "withdrawn": intake.withdrawn,
        "rejected": intake.rejected,
        **_scope_columns(batch.scope),
    }
    return int(connection.execute(insert(release).returning(release.c.number), row).scalar_one())


def keep_rejected(connection: Connection, rejected: Sequence[RejectedRow], origin: Origin, *, as_of: datetime) -> None:
    """Keep rows that cannot be used, each once however often the feed repeats it."""
    digests = {hashlib.sha256(f"{origin.part}|{one!r}".encode()).hexdigest(): one for one in rejected[:MOST_REJECTED]}
    kept = _kept_of(connection, list(digests), source=origin.source)
    rows = [
        {
            "source": origin.source,
            "part": origin.part,
            "payload_number": origin.payload_numbers[0],
            "as_of": as_of,
            "location": one.location,
            "signal": one.signal,
            "target_date": one.target_date,
            "value": one.value,
            "code": one.code,
            "message": one.message,
            "digest": digest,
        }
        for digest, one in digests.items()
        if digest not in kept
    ]
    if rows:
        connection.execute(insert(rejected_row), rows)


def contradictions(count: int) -> Iterable[RejectedRow]:
    """Return the note that a release says otherwise what another one of the same moment said first."""
    if count:
        yield RejectedRow(
            location="",
            signal="",
            target_date="",
            value=str(count),
            code="vintage-contradicted",
            message=f"{count} values differ from those that another release of the same as_of said first; those stay.",
        )


def _kept_of(connection: Connection, digests: Sequence[str], *, source: str) -> set[str]:
    kept: set[str] = set()
    for start in range(0, len(digests), AT_ONCE):
        question = select(rejected_row.c.digest).where(
            rejected_row.c.source == source, rejected_row.c.digest.in_(digests[start : start + AT_ONCE])
        )
        kept.update(connection.execute(question).scalars())
    return kept


def _scope_columns(scope: Scope | None) -> dict[str, Any]:
    if scope is None:
        return {"signals": None, "first": None, "last": None}
    return {"signals": json.dumps(sorted(scope.signals)), "first": scope.first, "last": scope.last}
