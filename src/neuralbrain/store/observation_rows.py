"""Adds rows of observations, as fast as the driver of the database takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.store.known import Known
from neuralbrain.store.schema import observation

ROWS_AT_ONCE = 20_000  # built as Python objects at one time: memory stays flat in the size of a release
_EPOCH = np.datetime64("1970-01-01", "D")


def add_rows(
    connection: Connection, keys: Integers, values: Floats, payload_numbers: Integers, *, as_of: datetime
) -> None:
    """Add rows that became known at one moment; SQLAlchemy's care for each value would cost five times the insert.

    Args:
        connection: Inside a write transaction.
        keys: Shape (n,), unique: series number and day in one integer.
        values: Shape (n,): NaN where the source withdrew the value.
        payload_numbers: Shape (n,): the kept payload that each row is from.
        as_of: When they became known.
    """
    bind = observation.c.as_of.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    moment = as_of if bind is None else bind(as_of)
    order = np.argsort(keys)  # as the table is sorted: rows that belong on one page come together
    rows = Known(keys=keys[order], values=values[order])
    numbers, dates, withdrawn = rows.series_numbers, _EPOCH + rows.days.astype("timedelta64[D]"), np.isnan(rows.values)
    for start in range(0, len(keys), ROWS_AT_ONCE):
        chosen = slice(start, start + ROWS_AT_ONCE)
        shown = rows.values[chosen].astype(object)
        shown[withdrawn[chosen]] = None
        columns: dict[str, Sequence[Any]] = {
            "series_number": numbers[chosen].tolist(),
            "target_date": np.datetime_as_string(dates[chosen], unit="D").tolist(),
            "as_of": [moment] * len(shown),
            "value": shown.tolist(),
            "payload_number": payload_numbers[order[chosen]].tolist(),
        }
        if connection.dialect.name == "postgresql":
            _copy(connection, columns)
        else:
            _insert(connection, columns)


def _insert(connection: Connection, columns: Mapping[str, Sequence[Any]]) -> None:
    statement = insert(observation).compile(dialect=connection.dialect)
    names = statement.positiontup or list(columns)
    connection.exec_driver_sql(str(statement), list(zip(*(columns[name] for name in names), strict=True)))


def _copy(connection: Connection, columns: Mapping[str, Sequence[Any]]) -> None:
    """Add rows as a stream: a statement a row costs a server ten times as much."""
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {observation.name} ({', '.join(columns)}) FROM STDIN") as stream:
        for row in zip(*columns.values(), strict=True):
            stream.write_row(row)
