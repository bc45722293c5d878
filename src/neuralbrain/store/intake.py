"""Takes releases in: what they say anew, revise or withdraw becomes rows, in whatever order they come."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import isnan
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, func, insert, select

from neuralbrain.domain.feed import Intake
from neuralbrain.domain.observation import Floats, Integers, ObservationBatch, RejectedRow, Scope
from neuralbrain.errors import SourceSchemaError
from neuralbrain.store.consistency import require_consistent, require_one_grid
from neuralbrain.store.feed_schema import rejected_row, release
from neuralbrain.store.known import Known, days_of, keys_of, known_at
from neuralbrain.store.schema import observation, series
from neuralbrain.store.series_rows import numbers_of

ROWS_AT_ONCE = 20_000  # rows built as Python objects at one time: memory stays flat in the size of a payload
FEW_WITHDRAWN = 20  # so many may go missing at once whatever their share is
MOST_REJECTED = 10_000  # of one release; all of them stand in the kept payload anyway
_EPOCH = np.datetime64("1970-01-01", "D")
ReleaseRow = Row[Any, *tuple[Any, ...]]
Releases = Sequence[ReleaseRow]


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
class Carried:
    """What is known after a release, for the next one; worth a query of all that is known.

    Args:
        release_number: The last release of any feed; another one since, and this is no longer sure.
        signals: For which signals this holds.
        as_of: Up to when.
        known: What is known then.
    """

    release_number: int
    signals: frozenset[str]
    as_of: datetime
    known: Known


def take_release(
    connection: Connection, batch: ObservationBatch, origin: Origin, carried: Carried | None
) -> tuple[Intake, Carried | None]:
    """Take a release in, inside the caller's transaction.

    A release may be older than others that were taken in before: what was known from those on stays as it was. The
    answers to "what was known on day X" are the same in whatever order releases come; only rows that repeat the value
    before them may differ.

    Returns:
        What changed, and what may be given to the next call.

    Raises:
        SourceSchemaError: If the release contradicts itself, or what its series were until now.
    """
    require_consistent(batch)
    batch = _distinct(batch)
    digest = _digest(batch)
    if connection.execute(_same_release(origin, batch.as_of, digest)).first() is not None:
        return Intake(), carried
    numbers = numbers_of(connection, batch.series)
    signals = frozenset(one.signal.name for one in batch.series) | (batch.scope.signals if batch.scope else frozenset())
    among = select(series.c.number).where(series.c.source == origin.source, series.c.signal.in_(sorted(signals)))
    if batch.scope is None:
        batch = replace(batch, as_of=max(batch.as_of, _just_after_newest(connection, among)))
    later: Releases = () if batch.scope is None else _later_releases(connection, origin.source, batch.as_of)
    known = _known_before(connection, batch, carried, signals=signals, among=among)
    require_one_grid(batch, numbers=numbers, known=known)
    keys, values, pages = _changes(connection, batch, numbers, known=known, among=among)
    contradicted = _said_already(connection, keys, origin.source, as_of=batch.as_of, among=among)
    keys, values, pages = keys[~contradicted], values[~contradicted], pages[~contradicted]
    rejected = (*batch.rejected, *_contradictions(int(contradicted.sum())))
    restored = _restored(connection, keys, values, later=later, among=among)
    _insert(connection, keys, values, [origin.payload_numbers[page] for page in pages.tolist()], as_of=batch.as_of)
    for as_of, kept_keys, kept_values in restored:
        _insert(connection, kept_keys, kept_values, [origin.payload_numbers[0]] * len(kept_keys), as_of=as_of)
    intake = Intake(
        releases=1,
        rows=len(batch),
        changed=len(keys),
        withdrawn=int(np.isnan(values).sum()),
        rejected=len(rejected),
    )
    number = _note(connection, batch, origin, intake=intake, digest=digest)
    _keep_rejected(connection, rejected, origin, as_of=batch.as_of)
    if later:
        return intake, None
    return intake, Carried(release_number=number, signals=signals, as_of=batch.as_of, known=known.updated(keys, values))


def _distinct(batch: ObservationBatch) -> ObservationBatch:
    """Return a batch without the rows that repeat another one."""
    keys = keys_of(batch.series_index, days_of(batch.target_date))
    first = np.sort(np.unique(keys, return_index=True)[1])
    if len(first) == len(batch):
        return batch
    return replace(
        batch,
        series_index=batch.series_index[first],
        target_date=batch.target_date[first],
        value=batch.value[first],
        page=None if batch.page is None else batch.page[first],
    )


def _digest(batch: ObservationBatch) -> str:
    """Return the SHA-256 of what a release says, whatever the order of its rows."""
    names = [f"{one.source}|{one.location}|{one.signal!r}" for one in batch.series]
    rank = np.argsort(np.argsort(np.array(names))) if names else np.array([], np.int64)
    series_rank = rank[batch.series_index] if len(batch) else np.array([], np.int64)
    days = days_of(batch.target_date)
    order = np.lexsort((days, series_rank))
    content = hashlib.sha256("\n".join([*sorted(names), repr(_scope_columns(batch.scope))]).encode())
    for column in (series_rank[order].astype("<i8"), days[order].astype("<i8")):
        content.update(np.ascontiguousarray(column).tobytes())
    values = np.where(np.isnan(batch.value), np.nan, batch.value)[order]
    content.update(np.ascontiguousarray(values, "<f8").tobytes())
    content.update(repr(sorted(repr(one) for one in batch.rejected)).encode())
    return content.hexdigest()


def _same_release(origin: Origin, as_of: datetime, digest: str) -> Select[Any]:
    return select(release.c.number).where(
        release.c.source == origin.source,
        release.c.part == origin.part,
        release.c.as_of == as_of,
        release.c.digest == digest,
    )


def _said_already(
    connection: Connection, keys: Integers, source: str, *, as_of: datetime, among: Select[Any]
) -> np.ndarray[Any, Any]:
    """Return shape (n,): whether another release of the very same moment spoke of it already."""
    twins = select(release.c.number).where(release.c.source == source, release.c.as_of == as_of).limit(1)
    if connection.execute(twins).first() is None:
        return np.zeros(len(keys), dtype=bool)
    return known_at(connection, among, cutoff=as_of, exactly=True).at(keys)[1]


def _later_releases(connection: Connection, source: str, as_of: datetime) -> Releases:
    question = select(release.c.as_of, release.c.signals, release.c.first, release.c.last)
    later = question.where(release.c.source == source, release.c.as_of > as_of).order_by(release.c.as_of)
    return connection.execute(later).all()


def _just_after_newest(connection: Connection, among: Select[Any]) -> datetime:
    """Return a moment after everything that is known of these series."""
    newest = connection.execute(
        select(func.max(observation.c.as_of)).where(observation.c.series_number.in_(among))
    ).scalar_one()
    return datetime.min.replace(tzinfo=UTC) if newest is None else newest + timedelta(microseconds=1)


def _known_before(
    connection: Connection,
    batch: ObservationBatch,
    carried: Carried | None,
    *,
    signals: frozenset[str],
    among: Select[Any],
) -> Known:
    """Return what is known when a release comes out, from the one before it where that is sure to hold."""
    if carried is not None and carried.signals == signals and carried.as_of <= batch.as_of:
        newest = connection.execute(select(func.max(release.c.number))).scalar_one()
        if newest == carried.release_number:
            return carried.known
    return known_at(connection, among, cutoff=batch.as_of)


def _changes(
    connection: Connection, batch: ObservationBatch, numbers: Integers, *, known: Known, among: Select[Any]
) -> tuple[Integers, Floats, Integers]:
    """Return keys, values and pages of what a release says otherwise than is known; NaN for what it withdraws."""
    keys = keys_of(numbers[batch.series_index], days_of(batch.target_date)) if len(batch) else np.array([], np.int64)
    before, found = known.at(keys)
    same = np.where(found, (before == batch.value) | (np.isnan(before) & np.isnan(batch.value)), np.isnan(batch.value))
    pages = np.zeros(len(keys), np.int64) if batch.page is None else batch.page
    gone = np.array([], np.int64)
    if batch.scope is not None:
        inside = known.keys[_covered(connection, known.keys, batch.scope, among=among) & np.isfinite(known.values)]
        gone = inside[~np.isin(inside, keys)]
        _require_not_shrunk(len(gone), len(inside), batch.scope)
    return (
        np.concatenate([keys[~same], gone]),
        np.concatenate([batch.value[~same], np.full(len(gone), np.nan)]),
        np.concatenate([pages[~same], np.zeros(len(gone), np.int64)]),
    )


def _require_not_shrunk(gone: int, known: int, scope: Scope) -> None:
    if gone > max(FEW_WITHDRAWN, scope.most_withdrawn * known):
        raise SourceSchemaError(
            f"The release lacks {gone} of the {known} values that are known of it.",
            remedy="Nothing of it is used. If the feed really dropped them, set most_withdrawn in [feeds.NAME] to 1 "
            "for one reading.",
            code="source-shrunk",
        )


def _scope_of(row: ReleaseRow) -> Scope:
    return Scope(signals=frozenset(json.loads(row.signals)), first=row.first, last=row.last)


def _covered(connection: Connection, keys: Integers, scope: Scope, *, among: Select[Any]) -> np.ndarray[Any, Any]:
    """Return shape (n,): whether a release of that scope says everything about each key."""
    named = among.where(series.c.signal.in_(sorted(scope.signals)))
    inside = np.array(connection.execute(named).scalars().all(), dtype=np.int64)
    those = Known(keys=keys, values=np.empty(0))
    covered = np.isin(those.series_numbers, inside)
    if scope.first is not None:
        covered &= those.days >= (np.datetime64(scope.first, "D") - _EPOCH).astype(np.int64)
    if scope.last is not None:
        covered &= those.days <= (np.datetime64(scope.last, "D") - _EPOCH).astype(np.int64)
    return covered


def _restored(
    connection: Connection,
    keys: Integers,
    values: Floats,
    *,
    later: Releases,
    among: Select[Any],
) -> list[tuple[datetime, Integers, Floats]]:
    """Return (as_of, keys, values) of rows that keep later releases as they were, now that an older one is put in."""
    rows: list[tuple[datetime, Integers, Floats]] = []
    for one in later:
        if not len(keys):
            break
        said = known_at(connection, among, cutoff=one.as_of, exactly=True).at(keys)[1]
        complete = (
            np.zeros(len(keys), dtype=bool)
            if one.signals is None
            else _covered(connection, keys, _scope_of(one), among=among)
        )
        then = known_at(connection, among, cutoff=one.as_of).at(keys)[0]
        same = (then == values) | (np.isnan(then) & np.isnan(values))
        keep = complete & ~said & ~same
        if keep.any():
            rows.append((one.as_of, keys[keep], then[keep]))
        open_still = ~said & ~complete
        keys, values = keys[open_still], values[open_still]
    return rows


def _insert(
    connection: Connection, keys: Integers, values: Floats, payload_numbers: Sequence[int], *, as_of: datetime
) -> None:
    """Insert rows as the driver takes them: SQLAlchemy's care for each value costs five times the insert."""
    bind = observation.c.as_of.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    moment = as_of if bind is None else bind(as_of)
    rows = Known(keys=keys, values=values)
    numbers, dates = rows.series_numbers, _EPOCH + rows.days.astype("timedelta64[D]")
    for start in range(0, len(keys), ROWS_AT_ONCE):
        chosen = slice(start, start + ROWS_AT_ONCE)
        count = len(keys[chosen])
        columns = {
            "series_number": numbers[chosen].tolist(),
            "target_date": np.datetime_as_string(dates[chosen], unit="D").tolist(),
            "as_of": [moment] * count,
            "value": [None if isnan(value) else value for value in values[chosen].tolist()],
            "payload_number": payload_numbers[chosen],
        }
        if connection.dialect.name == "postgresql":
            _copy_rows(connection, columns)
            continue
        statement = insert(observation).compile(dialect=connection.dialect)
        names = statement.positiontup or list(columns)
        connection.exec_driver_sql(str(statement), list(zip(*(columns[name] for name in names), strict=True)))


def _copy_rows(connection: Connection, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows as a stream: a statement a row costs a server ten times as much."""
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {observation.name} ({', '.join(columns)}) FROM STDIN") as stream:
        for row in zip(*columns.values(), strict=True):
            stream.write_row(row)


def _contradictions(count: int) -> Iterable[RejectedRow]:
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


def _scope_columns(scope: Scope | None) -> dict[str, Any]:
    if scope is None:
        return {"signals": None, "first": None, "last": None}
    return {"signals": json.dumps(sorted(scope.signals)), "first": scope.first, "last": scope.last}


def _note(connection: Connection, batch: ObservationBatch, origin: Origin, *, intake: Intake, digest: str) -> int:
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


def _keep_rejected(connection: Connection, rejected: Sequence[RejectedRow], origin: Origin, *, as_of: datetime) -> None:
    """Keep rows that cannot be used, each once however often the feed repeats it."""
    digests = {hashlib.sha256(f"{origin.part}|{one!r}".encode()).hexdigest(): one for one in rejected[:MOST_REJECTED]}
    if not digests:
        return
    known = select(rejected_row.c.digest).where(rejected_row.c.source == origin.source)
    kept = set(connection.execute(known).scalars())
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
