"""The editions that were published, withdrawn ones included, and what one says otherwise than another."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.answers import next_page
from neuralbrain.api.asked import MOST_LISTED, Number
from neuralbrain.api.choice import LARGEST_NUMBER, current, numbered
from neuralbrain.api.edition_shapes import EditionDiffShape, EditionsShape
from neuralbrain.api.shapes import EditionShape
from neuralbrain.api.tagged import linked, tagged_json, tagged_responses
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.edition import Edition
from neuralbrain.errors import NotFoundError
from neuralbrain.publish.as_json import header_as_json
from neuralbrain.publish.cursor import LONGEST_CURSOR, cursor_of, places_of
from neuralbrain.publish.diff import diff, diff_as_json

CURSOR = "editions"

Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many, newest first.")]
Cursor = Annotated[
    str | None,
    Query(max_length=LONGEST_CURSOR, description="Where the list goes on: next_cursor of the page before."),
]


class CompareQuery(BaseModel):
    """Which two editions are compared."""

    model_config = ConfigDict(extra="forbid")

    from_: int | None = Field(
        default=None,
        alias="from",
        ge=1,
        le=LARGEST_NUMBER,
        description="The first; the one before the second unless given.",
        examples=[1],
    )
    to: int | None = Field(
        default=None, ge=1, le=LARGEST_NUMBER, description="The second; the current one unless given.", examples=[1]
    )
    limit: int = Field(
        default=MOST_LISTED, ge=1, le=100_000, description="How many series at most, the largest change first."
    )


def editions(view: ServiceView) -> APIRouter:
    """Return the addresses of the list of editions."""
    router = APIRouter(tags=["editions"])
    kept = view.application.editions

    @router.get("/api/editions", responses=tagged_responses(EditionsShape, 422, 503), response_model=None)
    def list_editions(request: Request, limit: Limit = 20, cursor: Cursor = None) -> Response:
        """The last editions, newest first, withdrawn ones with the reason; the cursor leads to those before them."""
        before = None if cursor is None else places_of(CURSOR, cursor, count=1)[0]
        headers = kept.headers(limit + 1, before=before)
        more = cursor_of(CURSOR, headers[limit - 1].number) if len(headers) > limit else None
        told = {"editions": [header_as_json(one) for one in headers[:limit]], "next_cursor": more}
        return linked(tagged_json(request, told), "" if more is None else next_page(request, more))

    @router.get(
        "/api/editions/compare", responses=tagged_responses(EditionDiffShape, 404, 422, 503), response_model=None
    )
    def compare(request: Request, asked: Annotated[CompareQuery, Query()]) -> Response:
        """What the second edition says otherwise than the first: series, refusals and author; the largest first."""
        after = (current(view.shelf) if asked.to is None else numbered(view.shelf, asked.to)).bodies.edition
        before = numbered(view.shelf, _before(after) if asked.from_ is None else asked.from_).bodies.edition
        told: dict[str, Any] = diff_as_json(diff(before, after))
        series = told["series"]
        return tagged_json(
            request, {**told, "series": series[: asked.limit], "left_out": max(0, len(series) - asked.limit)}
        )

    def _before(after: Edition) -> int:
        found = kept.headers(1, before=after.header.number)
        if not found:
            raise NotFoundError(
                f"There is no edition before {after.header.number}.", remedy="Name another one with from."
            )
        return found[0].number

    @router.get("/api/editions/{number}", responses=tagged_responses(EditionShape, 404, 422, 503), response_model=None)
    def one_edition(request: Request, number: Number) -> Response:
        """What one edition says about itself, and whether it was withdrawn."""
        found = kept.header(number)
        if found is None:
            raise NotFoundError(f"There is no edition {number}.", remedy="/api/editions lists the last ones.")
        return tagged_json(request, header_as_json(found))

    return router
