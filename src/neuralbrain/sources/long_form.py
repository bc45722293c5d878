"""Judges rows of text, one a place, signal and date, and makes a batch of those that can be used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import polars as pl

from neuralbrain.domain.observation import ObservationBatch, RejectedRow, Scope, Series, Signal, Unit
from neuralbrain.errors import SourceSchemaError

MOST_REJECTED = 0.5  # of all values; where more cannot be used, it is not the rows that are wrong
_KEY = ("location", "signal", "target_date")
_WHY = {
    "location-unknown": "The place is none that is known.",
    "date-impossible": "The date cannot be read, or is none that the feed can speak of.",
    "value-not-a-number": "The value is not a number.",
    "value-negative": "The value is below zero.",
    "value-impossible": "The value is infinite, or a share above one.",
    "duplicate-row": "The feed has two different values for the same place, signal and date.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What judging left.

    Args:
        kept: Rows with all that they had, and a finite ``value`` of at least 0; each key once.
        rejected: Rows that cannot be used, as the feed wrote them.
    """

    kept: pl.DataFrame
    rejected: tuple[RejectedRow, ...]


def numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that report something, with ``number``: what ``text`` says, null where it is no number.

    >>> numbered(pl.DataFrame({"text": ["53.0", "", None, "many"]}))["number"].to_list()
    [53.0, None]
    """
    text = pl.col("text").str.strip_chars()
    return rows.filter(text.fill_null("") != "").with_columns(number=text.cast(pl.Float64, strict=False))


def judged(
    rows: pl.DataFrame,
    *,
    signals: Sequence[Signal],
    earliest: date,
    latest: date,
    origin: str,
    key: Collection[str] = _KEY,
) -> Judged:
    """Return which rows can be used.

    Rows that repeat another one count once; where two differ, neither is used.

    Args:
        rows: With ``place``, ``day`` and ``text`` as the feed wrote them; ``location``, our code, and ``target_date``,
            null where they cannot be read; ``signal``, the name of ours; ``number``, what the text says; ``value``,
            the number in the signal's unit; and perhaps ``objection``, a sentence where the value is impossible, and
            ``where``, words that say where the row stands.
        signals: Those that ``signal`` names.
        earliest: The first day that the feed can speak of.
        latest: The last one.
        origin: Where the rows are from, for a message.
        key: Columns of which a row has a value of its own.

    Raises:
        SourceSchemaError: If more than half of the rows cannot be used, not counting those with an objection.
    """
    shares = [one.name for one in signals if one.unit is Unit.SHARE]
    if "objection" not in rows.columns:
        rows = rows.with_columns(objection=pl.lit(None, pl.String))
    if "where" not in rows.columns:
        rows = rows.with_columns(where=pl.lit("", pl.String))
    value = pl.col("value")
    day = pl.col("target_date")
    code = (
        pl.when(pl.col("location").is_null())
        .then(pl.lit("location-unknown"))
        .when(~day.is_between(earliest, latest).fill_null(value=False))
        .then(pl.lit("date-impossible"))
        .when(pl.col("number").is_null() | pl.col("number").is_nan())
        .then(pl.lit("value-not-a-number"))
        .when(value < 0)
        .then(pl.lit("value-negative"))
        .when(value.is_infinite() | (pl.col("signal").is_in(shares) & (value > 1)) | pl.col("objection").is_not_null())
        .then(pl.lit("value-impossible"))
    )
    rows = rows.with_columns(code=code)
    usable = rows.filter(pl.col("code").is_null())
    alike = usable.with_columns(values=value.n_unique().over(list(key)))
    differing = alike.filter(pl.col("values") > 1).with_columns(code=pl.lit("duplicate-row")).drop("values")
    refused = pl.concat([rows.filter(pl.col("code").is_not_null()), differing])
    counted, among = (table.filter(pl.col("objection").is_null()) for table in (refused, rows))
    if counted.height > MOST_REJECTED * among.height:
        raise _mostly_refused(counted, among.height, origin)
    kept = alike.filter(pl.col("values") == 1).drop("values", "code", "objection", "where")
    return Judged(kept=kept.unique(list(key), keep="first", maintain_order=True), rejected=_rejected(refused))


def batch_of(
    rows: pl.DataFrame,
    *,
    source: str,
    signals: Sequence[Signal],
    as_of: datetime,
    scope: Scope | None,
    rejected: tuple[RejectedRow, ...] = (),
) -> ObservationBatch:
    """Return rows as a release.

    Args:
        rows: With ``location``, ``signal``, ``target_date``, ``value`` and ``page``, each key once.
        source: Name of the feed.
        signals: Those that ``signal`` names.
        as_of: When the values became known, aware UTC.
        scope: What the release says everything about.
        rejected: Rows that cannot be used.
    """
    by_name = {one.name: one for one in signals}
    pairs = rows.select("location", "signal").unique().sort("location", "signal").with_row_index("series")
    placed = rows.join(pairs, on=["location", "signal"], how="left", maintain_order="left")
    return ObservationBatch(
        series=tuple(
            Series(source=source, location=location, signal=by_name[signal])
            for _, location, signal in pairs.iter_rows()
        ),
        series_index=placed["series"].to_numpy().astype(np.int64),
        target_date=placed["target_date"].to_numpy().astype("datetime64[D]"),
        value=placed["value"].to_numpy().astype(np.float64),
        as_of=as_of,
        scope=scope,
        page=placed["page"].to_numpy().astype(np.int64),
        rejected=rejected,
    )


def _rejected(refused: pl.DataFrame) -> tuple[RejectedRow, ...]:
    said = refused.select(pl.col("place", "signal", "day").fill_null(""), "text", "code", "objection", "where")
    return tuple(
        RejectedRow(
            location=place,
            signal=signal,
            target_date=day,
            value=text,
            code=code,
            message=f"{where}: {objection or _WHY[code]}" if where else objection or _WHY[code],
        )
        for place, signal, day, text, code, objection, where in said.iter_rows()
    )


def _mostly_refused(refused: pl.DataFrame, height: int, origin: str) -> SourceSchemaError:
    place, signal, day, text, code = refused.select("place", "signal", "day", "text", "code").row(0)
    return SourceSchemaError(
        f"{origin} sent {height} values of which {refused.height} cannot be used, such as {signal} of {place} on "
        f"{day}, {str(text)[:40]!r} ({code}).",
        remedy="Nothing of it is used; it is kept. See the feed's page for a change of its format.",
    )
