"""How an answer about an edition can be asked for, as models of the query; the same at every such address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from neuralbrain.api.acceptance import format_wanted
from neuralbrain.api.answers import joined
from neuralbrain.api.choice import LARGEST_NUMBER, EditionQuery
from neuralbrain.errors import QueryError
from neuralbrain.publish.cursor import LONGEST_CURSOR, places_of
from neuralbrain.publish.field_choice import fields_of
from neuralbrain.publish.variants import CURSOR, Format, Variant

MOST_LISTED = 1000  # entries of one page
MOST_NAMED = 20  # times that a parameter may come
LONGEST_LIST = 4000  # characters of names; all there are have fewer

Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Its number.", examples=[1])]
Region = Annotated[
    str,
    Path(
        description="Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.", examples=["AGO", "US-CA"]
    ),
]


class Manner(BaseModel):
    """What is told, and how it is written."""

    model_config = ConfigDict(extra="forbid")

    fields: list[Annotated[str, Field(max_length=LONGEST_LIST)]] = Field(
        default=[],
        max_length=MOST_NAMED,
        description="Only these fields, by name, separated by commas; inner ones with a dot. Of csv and parquet they "
        "are columns. What names the edition is always told.",
        examples=[["region,risk_score,context.signal"]],
    )
    format: Format | None = Field(
        default=None, description="Else as Accept says; json where that says nothing.", examples=["csv"]
    )


class SignalManner(Manner):
    """The same, of a region."""

    signal: str | None = Field(
        default=None, description="Another signal than the region's primary one.", examples=["cholera_cases"]
    )


class PageManner(Manner):
    """The same, of a list."""

    signal: str | None = Field(default=None, description="Only this signal.", examples=["cholera_cases"])
    limit: int | None = Field(
        default=None, ge=1, le=MOST_LISTED, description="How many at most; all unless given.", examples=[50]
    )
    cursor: str | None = Field(
        default=None,
        max_length=LONGEST_CURSOR,
        description="Where the list goes on: next_cursor of the page before. It keeps to the edition of the first "
        "page, whatever is published meanwhile.",
    )


class OneQuery(EditionQuery, Manner):
    """One answer of an edition."""


class RegionQuery(EditionQuery, SignalManner):
    """One region of an edition."""


class PageQuery(EditionQuery, PageManner):
    """A list of an edition."""


def variant_of(request: Request, resource: str, asked: Manner, *, region: str = "") -> Variant:
    """Return what is asked for.

    Args:
        request: Tells the format where the query does not.
        resource: Which answer.
        asked: The query.
        region: Any name or code of the region; empty where the answer is of none.

    Raises:
        QueryError: If too many fields are named, or the cursor is none of this list's.
    """
    start, limit = 0, None
    if isinstance(asked, PageManner):
        start, limit = 0 if asked.cursor is None else cursor_read(asked.cursor)[1], asked.limit
    return Variant(
        resource=resource,
        region=region,
        signal=asked.signal if isinstance(asked, SignalManner | PageManner) else None,
        fields=fields_of(asked.fields),
        format=asked.format or format_wanted(joined(request.headers.raw, b"accept")),
        start=start,
        limit=limit,
    )


def cursor_read(cursor: str, *, edition: int | None = None) -> tuple[int, int]:
    """Return the edition that a cursor of a list of forecasts is of, and where the list goes on.

    Args:
        cursor: As it came back.
        edition: The edition that is asked for beside it, None where none is.

    Raises:
        QueryError: If it is none of this list's, or of another edition.
    """
    number, start = places_of(CURSOR, cursor, count=2)
    if edition not in {None, number}:
        raise QueryError(
            f"The cursor is of edition {number}, and edition {edition} is asked for.",
            remedy="Leave the cursor out to begin with the first page of another edition.",
            code="query-contradiction",
        )
    return number, start
