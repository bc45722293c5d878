"""Pages of a list, and the list as a file: the same at every address of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.acceptance import format_wanted
from neuralbrain.api.answers import joined, next_page
from neuralbrain.api.tagged import linked, tagged, tagged_json
from neuralbrain.publish.as_json import as_bytes
from neuralbrain.publish.columns import CSV_TYPE, PARQUET_TYPE, Column, as_csv, as_parquet
from neuralbrain.publish.cursor import LONGEST_CURSOR, cursor_of, places_of
from neuralbrain.publish.variants import Format

JOINT = " "  # between the names of a list that stands in one cell: names have no blanks

Cursor = Annotated[
    str | None,
    Query(max_length=LONGEST_CURSOR, description="Where the list goes on: next_cursor of the page before."),
]
TableFormat = Annotated[
    Literal["json", "csv", "parquet"] | None,
    Query(alias="format", description="Else as Accept says; json where that says nothing.", examples=["csv"]),
]


def format_of(request: Request, asked: str | None) -> Format:
    """Return what a table is to be written as: as the address says, else as Accept does; JSON for what is no table."""
    wanted = format_wanted(joined(request.headers.raw, b"accept")) if asked is None else Format(asked)
    return Format.JSON if wanted is Format.GEOJSON else wanted


def page_of(
    request: Request,
    kind: str,
    entries: Sequence[Mapping[str, Any]],
    *,
    columns: Sequence[Column],
    limit: int,
    cursor: str | None,
    format_: Format,
    told: Callable[[Sequence[Mapping[str, Any]], int], dict[str, Any]],
) -> Response:
    """Return one page of a list whose order stays as it is, as JSON or as a file.

    Args:
        request: What was asked.
        kind: Which list.
        entries: All of it.
        columns: Those of the file.
        limit: How many on the page at most.
        cursor: Where it begins; None at the beginning.
        format_: What it is written as.
        told: Gives the JSON around the entries of the page, from them and how many come after it.

    Raises:
        QueryError: If the cursor is none of this list's.
    """
    start = 0 if cursor is None else places_of(kind, cursor, count=1)[0]
    chosen = entries[start : start + limit]
    left = max(0, len(entries) - start - limit)
    more = cursor_of(kind, start + limit) if left else None
    address = "" if more is None else next_page(request, more)
    if format_ is Format.JSON:
        return linked(tagged_json(request, {**told(chosen, left), "next_cursor": more}), address)
    return linked(file_of(request, kind, map(flat, chosen), columns=columns, format_=format_), address)


def file_of(
    request: Request, name: str, rows: Iterable[Mapping[str, Any]], *, columns: Sequence[Column], format_: Format
) -> Response:
    """Return rows as a file, CSV or Parquet."""
    file_name = f"{name}.{format_.value}"
    if format_ is Format.CSV:
        return tagged(request, as_csv(columns, rows), media_type=CSV_TYPE, file_name=file_name)
    return tagged(request, as_parquet(columns, rows), media_type=PARQUET_TYPE, file_name=file_name)


def flat(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry as a row: fields of objects in it under both names, lists of names as one text, others as JSON.

    >>> flat({"name": "a", "signals": ["b", "c"], "counts": {"values": 3, "by": {"x": 1}}})
    {'name': 'a', 'signals': 'b c', 'counts_values': 3, 'counts_by': '{"x":1}'}
    """
    row: dict[str, Any] = {}
    for name, value in entry.items():
        if isinstance(value, Mapping):
            row |= {f"{name}_{inner}": _cell(one) for inner, one in value.items()}
        else:
            row[name] = _cell(value)
    return row


def _cell(value: object) -> object:
    if isinstance(value, list):
        return JOINT.join(one["signal"] if isinstance(one, Mapping) else str(one) for one in value)
    return as_bytes(value).decode() if isinstance(value, Mapping) else value
