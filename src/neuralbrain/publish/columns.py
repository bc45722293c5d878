"""Rows of plain values as a file: CSV for people's programs, Parquet for tables with types."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

CSV_TYPE = "text/csv; charset=utf-8"
PARQUET_TYPE = "application/vnd.apache.parquet"
FORMULAS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    *"\uff1d\uff0b\uff0d\uff20",
)  # what a spreadsheet obeys, also written wide
CHUNK_ROWS = 2_000  # as Python objects at once: a row of a forecast has seventy cells
AS_TEXT = "'"  # and shows what stands behind this


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    DATE = "date"
    MOMENT = "moment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Args:
        name: Its head.
        kind: What its values are; dates and moments are ISO 8601 text in the rows.
    """

    name: str
    kind: Kind = Kind.TEXT


def as_csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as CSV in UTF-8 (RFC 4180, a head, lines end in CR LF); an empty cell is what null is in JSON.

    Text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([one.name for one in columns])
    writer.writerows([plain_cell(row.get(one.name)) for one in columns] for row in rows)
    return out.getvalue().encode()


def plain_cell(value: object) -> object:
    """Return a value as a cell that no spreadsheet obeys; numbers as they are.

    >>> plain_cell("=1+1"), plain_cell("Angola"), plain_cell(-2.5), plain_cell(True)
    ("'=1+1", 'Angola', -2.5, 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULAS):
        return AS_TEXT + value
    return value


def as_parquet(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as Parquet: the columns of the CSV, with types; the same whether there are rows or not."""
    import polars as pl  # noqa: PLC0415 - most who ask for an answer do not ask for this

    types = {
        Kind.TEXT: pl.String,
        Kind.NUMBER: pl.Float64,
        Kind.WHOLE: pl.Int64,
        Kind.DATE: pl.String,
        Kind.MOMENT: pl.String,
        Kind.FLAG: pl.Boolean,
    }
    schema = {one.name: types[one.kind] for one in columns}
    left = iter(rows)
    frames = [pl.DataFrame(schema=schema)]
    while chunk := list(islice(left, CHUNK_ROWS)):
        cells = {one.name: [row.get(one.name) for row in chunk] for one in columns}
        frames.append(pl.DataFrame(cells, schema=schema, strict=False))
    table = pl.concat(frames).with_columns(
        *(pl.col(one.name).str.to_date("%Y-%m-%d") for one in columns if one.kind is Kind.DATE),
        *(
            pl.col(one.name).str.to_datetime("%+", time_unit="us", time_zone="UTC")
            for one in columns
            if one.kind is Kind.MOMENT
        ),
    )
    written = io.BytesIO()
    table.write_parquet(written)
    return written.getvalue()
