"""Reads a CSV file of a feed as text, by the names of its columns; what is a number is decided later, and strictly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from neuralbrain.domain.feed import Payload
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.whole_table import require_whole

REMEDY = "Nothing of it is used; it is kept. See the feed's page for a change of its format."
NOT_REPORTED = ("", "NA")


def read_text_table(page: Payload, *, columns: Sequence[str], others: bool = False) -> pl.DataFrame:
    """Return the named columns of a CSV file as text, without spaces around it; blank fields are null.

    ``NA`` stays as it is: it is the code of Namibia. See ``reported`` for columns of values.

    Args:
        page: The file, UTF-8, with or without a byte order mark.
        columns: The columns that are read, in this order.
        others: Whether other columns may be there, too.

    Raises:
        SourceSchemaError: If a column is missing or unexpected, there is no row, or the file was cut off.
    """
    table = pl.read_csv(page.body, infer_schema=False)
    there = ", ".join(table.columns)
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise SourceSchemaError(f"{page.origin} has no column {missing[0]}; it has {there}.", remedy=REMEDY)
    unexpected = [name for name in table.columns if name not in columns]
    if unexpected and not others:
        raise SourceSchemaError(
            f"{page.origin} has a column that is not documented, {unexpected[0]}; it has {there}.", remedy=REMEDY
        )
    if table.is_empty():
        raise SourceSchemaError(f"{page.origin} has columns, but no row.", remedy=REMEDY)
    require_whole(page.body, origin=page.origin)
    text = pl.col(*columns).str.strip_chars()
    return table.select(pl.when(text != "").then(text))


def reported(column: str) -> pl.Expr:
    """Return whether a field of a column of values says something: blank and ``NA`` say that nothing was reported."""
    return pl.col(column).is_not_null() & ~pl.col(column).is_in(NOT_REPORTED)


def address(base_url: str, path: str, name: str) -> str:
    """Return where a file of a feed is read: below its base URL, or on this machine where a path is set.

    Args:
        base_url: With or without a slash at its end.
        path: A folder with files as below the base URL, or the file itself; empty to read over the network.
        name: The file's path below the base URL.

    >>> address("https://example.org/feed/", "", "data/cases.csv")
    'https://example.org/feed/data/cases.csv'
    """
    if not path:
        return f"{base_url.rstrip('/')}/{name}"
    place = Path(path).expanduser().absolute()
    return (place if place.is_file() else place / name).as_uri()
