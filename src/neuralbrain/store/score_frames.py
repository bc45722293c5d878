"""Reads many scores straight from the driver into columns: a Python row a score would cost ten times as much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, cast

import numpy as np
import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, String, Table, func, select, type_coerce
from sqlalchemy import cast as cast_to

from neuralbrain.domain.record import RecordChoice
from neuralbrain.store.schema import series, withdrawal

AT_ONCE = 50_000  # rows that stand beside their columns while they are made into them
_OF_SERIES = ("source", "signal", "region")
_TEXTS = {"provider": "U32", "last_date": "U10", "target_date": "U10", "truth_as_of": "U26"}


def read_scores(
    connection: Connection, table: Table, columns: Mapping[str, Any], *, choice: RecordChoice
) -> pl.DataFrame:
    """Return scores of some forecasts, in the order of editions.

    Args:
        connection: Inside a transaction.
        table: ``score`` or ``claim_score``.
        columns: What is wanted, by name, and of which type.
        choice: Which forecasts are meant.

    Raises:
        ValueError: If something that is stored cannot be what was written.
    """
    stored = [name for name in columns if name not in _OF_SERIES]
    layout = [("series", "i8"), *((name, _TEXTS.get(name, _number(columns[name]))) for name in stored)]
    cursor = iter(cast("Iterable[Any]", connection.execute(_question(connection, table, stored, choice)).cursor))
    frames = [_frame(np.empty(0, dtype=layout), columns)]
    while len(rows := np.fromiter(islice(cursor, AT_ONCE), dtype=layout)):
        frames.append(_frame(rows, columns))
    known = [tuple(row) for row in connection.execute(_series(choice))]
    of_series = {"series": pl.Int64(), **{name: columns[name] for name in _OF_SERIES}}
    named = pl.DataFrame(known, schema=of_series, orient="row")
    return pl.concat(frames).join(named, on="series", how="inner", maintain_order="left").select(*columns)


def _number(kind: pl.DataType) -> str:
    """Return how NumPy is to read a number; one that may be missing is a float, where NaN says so."""
    return "i8" if kind == pl.Boolean() else "f8"


def _frame(rows: np.ndarray[Any, Any], columns: Mapping[str, Any]) -> pl.DataFrame:
    """Return rows as the columns that are wanted, NaN as null; the columns of the series are not in it."""
    made: dict[str, pl.Series] = {"series": pl.Series(rows["series"])}
    for name in rows.dtype.names[1:]:
        if name in {"last_date", "target_date"}:
            made[name] = pl.Series(rows[name].astype("datetime64[D]"))
        elif name == "truth_as_of":
            made[name] = pl.Series(rows[name].astype("datetime64[us]")).dt.replace_time_zone("UTC")
        elif name == "provider":
            made[name] = pl.Series(rows[name].tolist(), dtype=pl.String())
        else:
            numbers = pl.Series(rows[name])
            made[name] = (numbers.fill_nan(None) if rows[name].dtype.kind == "f" else numbers).cast(columns[name])
    return pl.DataFrame(made)


def _series(choice: RecordChoice) -> Select[Any]:
    question = select(series.c.number, series.c.source, series.c.signal, series.c.location)
    wanted = (
        (series.c.source, choice.source),
        (series.c.signal, choice.signal),
        (series.c.location, choice.region),
    )
    for column, value in wanted:
        question = question if value is None else question.where(column == value)
    return question


def _question(connection: Connection, table: Table, names: list[str], choice: RecordChoice) -> Select[Any]:
    """Return what asks for the columns of scores, each row with the number of its series."""
    stored: dict[str, ColumnElement[Any]] = {
        "edition": table.c.edition_number,
        "table": table.c.table_position,
        "row": table.c.row_position,
        "withdrawn": withdrawal.c.at.is_not(None),
        "last_date": _day(connection, table.c.last_date),
        "target_date": _day(connection, table.c.target_date),
        "truth_as_of": _moment(connection, table.c.truth_as_of),
    }
    joined = table.outerjoin(withdrawal, withdrawal.c.edition_number == table.c.edition_number)
    asked = [stored[name] if name in stored else table.c[name] for name in names]
    question = select(table.c.series_number, *asked).select_from(joined)
    if choice.provider is not None:
        question = question.where(table.c.provider == choice.provider)
    if (choice.source, choice.signal, choice.region) != (None, None, None):
        question = question.where(table.c.series_number.in_(_series(choice).with_only_columns(series.c.number)))
    return question.order_by(*table.primary_key.columns)  # the same sums give the same entity tag


def _day(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a day as text: NumPy reads dates faster than the driver does. SQLite stores them so."""
    return type_coerce(column, String) if connection.dialect.name == "sqlite" else cast_to(column, String)


def _moment(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a moment as text, UTC and without a zone."""
    if connection.dialect.name == "sqlite":
        return type_coerce(column, String)
    return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US", type_=String)
