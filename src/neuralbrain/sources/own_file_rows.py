"""Picks places, dates and values out of a table of text as a mapping says, and judges each."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import polars as pl

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.location import resolve
from neuralbrain.domain.observation import Signal
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.long_form import Judged, judged
from neuralbrain.sources.own_file_dates import EARLIEST, ReadDates, read_dates
from neuralbrain.sources.own_file_mapping import EVERY_OTHER_COLUMN, NOT_REPORTED, THERE, FileMapping
from neuralbrain.sources.own_file_table import ROW
from neuralbrain.sources.written_dates import moment

_AHEAD = {Cadence.DAILY: timedelta(days=1), Cadence.WEEKLY: timedelta(days=7)}  # a week is named before it has ended
_NOT_ONE = "\x00"  # stands in no file of text


def read_rows(
    table: pl.DataFrame, mapping: FileMapping, *, now: datetime, since: date | None, origin: str
) -> tuple[Judged, tuple[Signal, ...]]:
    """Return the values of a table, with ``as_of`` and ``page``, and the signals they are of.

    Args:
        table: The file as text.
        mapping: What its columns mean.
        now: When it was read: what no value can lie after, and ``as_of`` where the file has none.
        since: Leave out target dates before this day.
        origin: Where the file is, for messages.

    Raises:
        SourceSchemaError: If a column is missing, there is no value, or more than half of them cannot be used. It names
            the column and the first such row, and says what to write in the mapping.
    """
    _require_columns(table, mapping, origin)
    for column, wanted in mapping.only.items():
        table = table.filter(pl.col(column) == wanted)
    if table.is_empty():
        said = f"{origin} has no row" + ("." if not mapping.only else f" with {_said(mapping.only)}.")
        raise SourceSchemaError(said, remedy="Nothing is withdrawn for that. See whether the file is whole.")
    day = pl.concat_str(mapping.year, mapping.week, separator="-") if mapping.year else pl.col(mapping.date)
    table = table.with_columns(day.alias(_own("day")))
    dates = read_dates(table[_own("day")], mapping, origin=origin)
    signals = mapping.signals_at(dates.cadence)
    rows = _valued(_long(table, mapping), mapping)
    if rows.is_empty():
        raise SourceSchemaError(
            f"{origin} holds no value.", remedy="Nothing is withdrawn for that. See whether the file is whole."
        )
    rows = _placed(rows, mapping).join(dates.days, on="day", how="left", maintain_order="left")
    rows = _published(rows, mapping, now)
    if since is not None:
        rows = rows.filter(pl.col("target_date").is_null() | (pl.col("target_date") >= since))
    latest = now.date() + _AHEAD[dates.cadence]
    timely = pl.when(pl.col("target_date") <= latest).then(pl.col("target_date"))
    rows = _with_where(rows.with_columns(target_date=timely), mapping)
    try:
        found = judged(
            rows.with_columns(page=pl.lit(0)),
            signals=signals,
            earliest=EARLIEST,
            latest=latest,
            origin=origin,
            key=("as_of", "location", "signal", "target_date"),
        )
    except SourceSchemaError as error:
        raise _mostly_unusable(rows, dates, error, origin=origin) from error
    return found, signals


def _said(only: Mapping[str, str]) -> str:
    return " and ".join(f"{column} = {wanted!r}" for column, wanted in only.items())


def _own(name: str) -> str:
    """Return the name of a column of ours that no column of a file has."""
    return f"#{name}"


def _require_columns(table: pl.DataFrame, mapping: FileMapping, origin: str) -> None:
    there = [name for name in table.columns if name != ROW]
    values = [one.column for one in mapping.signals.values() if one.column != EVERY_OTHER_COLUMN]
    for name in (*mapping.not_values, *mapping.ignore, *values):
        if name not in there:
            near = difflib.get_close_matches(name, there, n=1, cutoff=0.0)
            raise SourceSchemaError(
                f"{origin} has no column {name!r}; it has {', '.join(map(repr, there))[:300]}.",
                remedy=f"Write {near[0]!r:.300} {THERE} if that is meant." if near else "Name its columns.",
            )


def _long(table: pl.DataFrame, mapping: FileMapping) -> pl.DataFrame:
    """Return one row a value, with the ``column`` it stands in."""
    kept = {"row": pl.col(ROW), "day": pl.col(_own("day")), "issued": pl.col(mapping.as_of) if mapping.as_of else None}
    if not mapping.is_wide:
        place = pl.col(mapping.location) if mapping.location else pl.lit(mapping.location_is)
        return pl.concat(
            table.select(
                **{name: pl.lit(None, pl.String) if one is None else one for name, one in kept.items()},
                place=place,
                signal=pl.lit(name),
                column=pl.lit(one.column),
                text=pl.col(one.column),
            )
            for name, one in mapping.signals.items()
        )
    (signal,) = mapping.signals
    left_out = {ROW, _own("day"), *mapping.not_values, *mapping.ignore}
    places = [name for name in table.columns if name not in left_out]
    index = [name for name in table.columns if name in left_out]
    long = table.unpivot(places, index=index, variable_name=_own("place"), value_name=_own("text"))
    return long.select(
        **{name: pl.lit(None, pl.String) if one is None else one for name, one in kept.items()},
        place=pl.col(_own("place")),
        signal=pl.lit(signal),
        column=pl.col(_own("place")),
        text=pl.col(_own("text")),
    )


def _valued(rows: pl.DataFrame, mapping: FileMapping) -> pl.DataFrame:
    """Return the rows that report something, with ``number``, null where it is none, and ``value``."""
    point, group = re.escape(mapping.decimal), re.escape(mapping.thousands or _NOT_ONE)
    number = rf"^[+-]?(\d{{1,3}}({group}\d{{3}})+|\d+)?({point}\d*)?([eE][+-]?\d+)?$"
    text = pl.col("text")
    plain = text
    if mapping.thousands:
        plain = plain.str.replace_all(mapping.thousands, "", literal=True)
    plain = plain.str.replace(mapping.decimal, ".", literal=True)
    percent = [name for name, one in mapping.signals.items() if one.unit == "percent"]
    reported = rows.filter(text.is_not_null() & ~text.is_in([*NOT_REPORTED, *mapping.missing]))
    read = reported.with_columns(number=pl.when(text.str.contains(number)).then(plain.cast(pl.Float64, strict=False)))
    value = pl.col("number")
    return read.with_columns(value=pl.when(pl.col("signal").is_in(percent)).then(value / 100).otherwise(value))


def _placed(rows: pl.DataFrame, mapping: FileMapping) -> pl.DataFrame:
    """Return the rows with ``location``, null where the place is unknown."""
    codes: dict[str, str] = {}
    for text in rows["place"].drop_nulls().unique().to_list():
        found = resolve(mapping.locations.get(text, text), within=mapping.within)
        if found is not None:
            codes[text] = found.code
    return rows.with_columns(location=pl.col("place").replace_strict(codes, default=None, return_dtype=pl.String))


def _published(rows: pl.DataFrame, mapping: FileMapping, now: datetime) -> pl.DataFrame:
    """Return the rows with ``as_of``; one whose time of publication cannot be read has no target date either."""
    if not mapping.as_of:
        return rows.with_columns(as_of=pl.lit(now).cast(pl.Datetime("us", "UTC")))
    form = mapping.as_of_format
    read = pl.col("issued").str.to_datetime(form, strict=False, time_unit="us", time_zone="UTC")
    rows = rows.with_columns(as_of=read if form else moment("issued"))
    return rows.with_columns(target_date=pl.when(pl.col("as_of").is_not_null()).then(pl.col("target_date")))


def _with_where(rows: pl.DataFrame, mapping: FileMapping) -> pl.DataFrame:
    """Return the rows with ``where``: the row, and the column that keeps it from being used."""
    place_column = pl.col("column") if mapping.is_wide else pl.lit(mapping.location or "location_is")
    day_column = pl.lit(mapping.date or f"{mapping.year} and {mapping.week}")
    column = (
        pl.when(pl.col("location").is_null())
        .then(place_column)
        .when(pl.col("as_of").is_null())
        .then(pl.lit(mapping.as_of))
        .when(pl.col("target_date").is_null())
        .then(day_column)
        .otherwise(pl.col("column"))
    )
    return rows.with_columns(where=pl.format("Row {}, column {}", pl.col("row"), column))


def _mostly_unusable(
    rows: pl.DataFrame, dates: ReadDates, error: SourceSchemaError, *, origin: str
) -> SourceSchemaError:
    """Return the error with the first row of the commonest fault, and what to write in the mapping for it."""
    faults = {
        "location": (
            "place",
            'Write [locations] and below it {} = "KEN" (its code), or within = "USA" for one country\'s',
        ),
        "target_date": ("day", f'Write another date_format or date_means than "{dates.means}"; what was read is {{}}'),
        "number": ("text", 'Write decimal = ",", thousands = "." or missing = [{}]'),
    }
    column = max(faults, key=lambda name: rows[name].null_count())
    if not rows[column].null_count():
        return SourceSchemaError(
            error.happened,
            remedy=f"Write the signal's unit, or with only and ignore which rows and columns are meant, {THERE}.",
        )
    written, write = faults[column]
    first = rows.filter(pl.col(column).is_null()).row(0, named=True)
    shown = f'"{first[written]}"'
    return SourceSchemaError(
        f"More than half of the {rows.height} values of {origin} cannot be used. {first['where']}: {shown} is no "
        f"{ {'location': 'place that is known', 'target_date': 'date', 'number': 'number'}[column] }.",
        remedy=f"{write.format(shown)}, {THERE}.",
    )
