"""Reads a file of hub target data, CSV or Parquet, a slice at a time: its rows become releases, one an ``as_of``."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.location import resolve
from neuralbrain.domain.observation import ObservationBatch, RejectedRow, Scope, Series, Signal, Unit
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.release_rows import ROW, ReleaseRows, Rows
from neuralbrain.sources.whole_table import require_whole

ROWS_AT_ONCE = 50_000  # held as text at one time: memory goes with the numbers of a file, not with its words
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "day": ("target_end_date", "date"),
    "text": ("observation", "value"),
    "place": ("location",),
}
"""What must be there, by any one of the names that hubs give it."""
OPTIONAL = ("as_of", "target")
BESIDE = ("location_name", "weekly_rate")  # names and rates of the same rows; neither is read
BLANK = ("", "na", "nan")
SATURDAY = 6  # as Polars counts from Monday, 1
RELEASE_DAY = 4  # days from a week's Saturday to the Wednesday on which hubs publish it
MOST_REJECTED = 0.5  # of all values; where more cannot be used, it is not the rows that are wrong
REMEDY = "Nothing of it is used; it is kept. See the hub's page for a change of its target data."
PARQUET = b"PAR1"
UNDATED = -(2**31)  # days since 1970 of a release that does not say when it was published
PLACES = 1000  # more than can be told apart within the United States: one integer names signal and place
_EPOCH = date(1970, 1, 1)
_WHY = {
    "location-unknown": "The place is none of the United States.",
    "date-impossible": "The week's end is no date, no Saturday, or lies ahead.",
    "value-not-a-number": "The value is not a number.",
    "value-negative": "The value is below zero.",
    "value-impossible": "The value is infinite, or a share above one.",
    "duplicate-row": "The release has two different values for the same place, signal and week.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """What is to be read of one file.

    Args:
        source: Name of the feed.
        targets: The hub's name of each target that is read, to the signal that it is; rows of others are left out.
        signal: What the rows are where the file has no column ``target``; None where it must have one.
        copied_on: The day in the name of a dated copy, None for what was read now.
        since: From which day on rows are read, None for all.
        most_withdrawn: Of a release whose time is that of reading.
    """

    source: str
    targets: Mapping[str, Signal]
    signal: Signal | None = None
    copied_on: date | None = None
    since: date | None = None
    most_withdrawn: float = 0.2


@dataclass(slots=True, kw_only=True)
class _Read:
    """What was read until now: numbers, kept outside of memory, and unusable rows, by the day of their release."""

    signals: tuple[Signal, ...]
    kept: ReleaseRows
    places: dict[str, int] = field(default_factory=dict)  # a place as the file writes it to a position in codes
    codes: list[str] = field(default_factory=list)
    rejected: dict[int, list[RejectedRow]] = field(default_factory=lambda: defaultdict(list))
    rows: int = 0  # that say something


def releases(payload: Payload, file: HubFile) -> Iterator[ObservationBatch]:
    """Yield what a file says, one release an ``as_of``, oldest first.

    Raises:
        SourceSchemaError: If it is not of the documented shape.
    """
    lazy = _opened(payload)
    names = _columns(lazy, payload, file)
    if not payload.body.startswith(PARQUET):  # Parquet says at its end what it holds
        require_whole(payload.body, origin=payload.origin)
    targets: set[str] = set()
    with ReleaseRows(payload.origin) as kept:
        read = _Read(signals=tuple(dict.fromkeys(file.targets.values())), kept=kept)
        for slice_ in _slices(lazy.select(**names)):
            targets.update(_take(slice_, read, payload, file))
        if not kept.releases:
            raise SourceSchemaError(
                f"{payload.origin} holds no value of {', '.join(file.targets)}"
                f"{'; its targets are ' + ', '.join(sorted(targets)[:10]) if targets else ''}.",
                remedy=REMEDY,
            )
        for dated in kept.releases:  # a file is judged as a whole before anything of it is given out
            _reject_differing(_once_each(kept.of(dated))[1], dated, read=read)
        _require_mostly_usable(read, payload)
        for dated in sorted({*kept.releases, *read.rejected}):
            yield _batch(_once_each(kept.of(dated))[0], dated, read=read, payload=payload, file=file)


def _opened(payload: Payload) -> pl.LazyFrame:
    if payload.body.startswith(PARQUET):
        return pl.scan_parquet(BytesIO(payload.body))
    return pl.scan_csv(payload.body, infer_schema=False)


def _slices(lazy: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """Yield the rows in order, a slice at a time; one query each, because the batches of one query queue up."""
    for begins in itertools.count(step=ROWS_AT_ONCE):
        slice_ = lazy.slice(begins, ROWS_AT_ONCE).collect()
        yield slice_
        if len(slice_) < ROWS_AT_ONCE:
            return


def _columns(lazy: pl.LazyFrame, payload: Payload, file: HubFile) -> dict[str, pl.Expr]:
    """Return our name of each column to what it is read from, as text.

    Raises:
        SourceSchemaError: Naming a column that is missing, or one that nobody documented.
    """
    schema = lazy.collect_schema()
    there = list(schema)
    found = {ours: next((name for name in theirs if name in there), None) for ours, theirs in COLUMNS.items()}
    missing = next((theirs[0] for ours, theirs in COLUMNS.items() if found[ours] is None), None)
    if "target" not in there and file.signal is None:
        missing = missing or "target"
    if missing is not None:
        raise SourceSchemaError(
            f"{payload.origin} has no column {missing}; its columns are {', '.join(there)[:200]}.", remedy=REMEDY
        )
    found |= {name: name for name in OPTIONAL if name in there}
    extra = next((name for name in there if name not in {*found.values(), *BESIDE}), None)
    if extra is not None:
        raise SourceSchemaError(
            f"{payload.origin} has a column {extra[:60]} that is not documented: its rows may be of a part of a place.",
            remedy=REMEDY,
        )
    return {ours: _as_text(theirs, schema[theirs]) for ours, theirs in found.items() if theirs is not None}


def _as_text(column: str, kind: pl.DataType) -> pl.Expr:
    plain = pl.col(column).cast(pl.Date) if kind.is_temporal() else pl.col(column)
    return plain.cast(pl.String).str.strip_chars()


def _take(slice_: pl.DataFrame, read: _Read, payload: Payload, file: HubFile) -> Iterable[str]:
    """Take a slice of rows in, and return the targets that it has."""
    targets: list[str] = []
    if "target" in slice_.columns:
        targets = slice_["target"].unique().drop_nulls().to_list()
        ours = {name: read.signals.index(signal) for name, signal in file.targets.items()}
        rows = slice_.with_columns(signal=_looked_up("target", ours)).filter(pl.col("signal").is_not_null())
    else:
        only = read.signals.index(file.signal) if file.signal is not None else 0
        rows = slice_.with_columns(signal=pl.lit(only, pl.Int32))
    for place in rows["place"].unique().drop_nulls().to_list():
        known = None if place in read.places else resolve(place, within="USA")
        if known is not None:
            if known.code not in read.codes:
                read.codes.append(known.code)
            read.places[place] = read.codes.index(known.code)
    rows = rows.with_columns(
        release=_release_days(rows, payload),
        location=_looked_up("place", read.places),
        ends=pl.col("day").str.to_date("%Y-%m-%d", strict=False),
        value=pl.col("text").cast(pl.Float64, strict=False),
    ).filter(pl.col("place").is_null() | ~pl.col("text").fill_null("").str.to_lowercase().is_in(BLANK))
    if file.since is not None:
        rows = rows.filter((pl.col("ends") >= file.since).fill_null(value=True))
    read.rows += len(rows)
    rows = rows.with_columns(why=_why(read.signals, latest=payload.retrieved_at.date()))
    for row in rows.filter(pl.col("why").is_not_null()).select(
        "release", pl.col("place", "day", "text").fill_null(""), "signal", "why"
    ).iter_rows():  # fmt: skip
        _reject(read, row)
    usable = rows.filter(pl.col("why").is_null())
    rows_of_numbers = np.empty(len(usable), dtype=ROW)
    rows_of_numbers["series"] = usable["signal"].to_numpy() * PLACES + usable["location"].to_numpy()
    rows_of_numbers["day"] = usable["ends"].to_physical().to_numpy()
    rows_of_numbers["value"] = usable["value"].to_numpy()
    read.kept.add(usable["release"].to_numpy(), rows_of_numbers)
    return targets


def _looked_up(column: str, table: Mapping[str, int]) -> pl.Expr:
    return pl.col(column).replace_strict(list(table), list(table.values()), default=None, return_dtype=pl.Int32)


def _release_days(rows: pl.DataFrame, payload: Payload) -> pl.Series:
    """Return days since 1970, ``UNDATED`` where the file does not say when its rows were published.

    Raises:
        SourceSchemaError: If it says so otherwise than as a date.
    """
    if "as_of" not in rows.columns:
        return pl.repeat(UNDATED, len(rows), dtype=pl.Int32, eager=True)
    days = rows["as_of"].str.to_date("%Y-%m-%d", strict=False)
    wrong = rows["as_of"].filter(days.is_null())
    if len(wrong):
        raise SourceSchemaError(f"{payload.origin} has an as_of that is no date: {wrong[0]!r:.60}.", remedy=REMEDY)
    return days.to_physical()


def _why(signals: tuple[Signal, ...], *, latest: date) -> pl.Expr:
    """Return the code of why a row cannot be used, null where it can."""
    shares = [place for place, one in enumerate(signals) if one.unit is Unit.SHARE]
    value, ends = pl.col("value"), pl.col("ends")
    return (
        pl.when(pl.col("location").is_null())
        .then(pl.lit("location-unknown"))
        .when(ends.is_null() | (ends.dt.weekday() != SATURDAY) | (ends > latest))
        .then(pl.lit("date-impossible"))
        .when(value.is_null() | value.is_nan())
        .then(pl.lit("value-not-a-number"))
        .when(value < 0)
        .then(pl.lit("value-negative"))
        .when(value.is_infinite() | (pl.col("signal").is_in(shares) & (value > 1)))
        .then(pl.lit("value-impossible"))
    )


def _reject(read: _Read, row: tuple[Any, ...]) -> None:
    release, place, day, text, signal, code = row
    read.rejected[release].append(
        RejectedRow(
            location=place,
            signal=read.signals[signal].name,
            target_date=day,
            value=text,
            code=code,
            message=_WHY[code],
        )
    )


def _once_each(rows: Rows) -> tuple[Rows, Rows]:
    """Return of a release's sorted rows one of those that say the same, and all of those that differ."""
    same = np.ones(max(0, len(rows) - 1), dtype=bool)
    for column in ("series", "day"):
        same &= rows[column][1:] == rows[column][:-1]
    if not same.any():
        return rows, rows[:0]
    first = np.append(True, ~same)
    group = np.cumsum(first) - 1
    value = rows["value"]
    differs = np.bincount(group, weights=value != value[first][group])[group] > 0
    return rows[first & ~differs], rows[differs]


def _reject_differing(rows: Rows, release: int, *, read: _Read) -> None:
    for series, day, value in rows.tolist():
        end = str(_EPOCH + timedelta(days=day))
        _reject(read, (release, read.codes[series % PLACES], end, f"{value:g}", series // PLACES, "duplicate-row"))


def _require_mostly_usable(read: _Read, payload: Payload) -> None:
    refused = [row for rows in read.rejected.values() for row in rows]
    if len(refused) <= MOST_REJECTED * read.rows:
        return
    one = refused[0]
    raise SourceSchemaError(
        f"{payload.origin} sent {read.rows} values of which {len(refused)} cannot be used, such as {one.signal} of "
        f"{one.location[:40]} on {one.target_date[:40]}, {one.value[:40]!r} ({one.code}).",
        remedy=REMEDY,
    )


def _batch(rows: Rows, dated: int, *, read: _Read, payload: Payload, file: HubFile) -> ObservationBatch:
    """Return a release, of sorted rows; also one whose rows could all not be used."""
    numbers, index = np.unique(rows["series"], return_inverse=True)
    members = tuple(
        Series(source=file.source, location=read.codes[number % PLACES], signal=read.signals[number // PLACES])
        for number in numbers.tolist()
    )
    own = dated != UNDATED or file.copied_on is not None
    newest = _EPOCH + timedelta(days=int(rows["day"].max())) if len(index) else date.min
    return ObservationBatch(
        series=members,
        series_index=index.astype(np.int64),
        target_date=rows["day"].astype(np.int64).astype("datetime64[D]"),
        value=rows["value"].copy(),
        as_of=_known_from(dated, newest, payload, file),
        scope=Scope(
            signals=frozenset(one.signal.name for one in members),
            first=file.since,
            most_withdrawn=1.0 if own else file.most_withdrawn,
        ),
        rejected=tuple(read.rejected.get(dated, ())),
    )


def _known_from(release: int, newest: date, payload: Payload, file: HubFile) -> datetime:
    """Return from when on a release was known.

    Some hubs date a release by the newest week in it. Nobody knew that week before it was over: such a release is known
    from the Wednesday after it on, when hubs publish.
    """
    if release == UNDATED and file.copied_on is None:
        return payload.retrieved_at
    dated = file.copied_on or _EPOCH + timedelta(days=release)
    known = dated if dated > newest else newest + timedelta(days=RELEASE_DAY)
    return datetime.combine(known, time(), UTC)
