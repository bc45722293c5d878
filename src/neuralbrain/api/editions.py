"""The editions that were published, withdrawn ones included."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from neuralbrain.api.problems import problems
from neuralbrain.api.shapes import EditionShape, Shape
from neuralbrain.api.view import ServiceView
from neuralbrain.errors import NotFoundError
from neuralbrain.publish.as_json import header_as_json

MOST_LISTED = 1000  # entries of one answer
LARGEST_NUMBER = 2**63 - 1  # of an SQLite integer

Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many, newest first.")]
Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Its number.")]


class EditionsShape(Shape):
    """The last editions, newest first."""

    editions: list[EditionShape]


def editions(view: ServiceView) -> APIRouter:
    """Return the addresses of the list of editions."""
    router = APIRouter(tags=["editions"])

    @router.get("/api/editions", responses=problems(422, 503))
    def list_editions(limit: Limit = 20) -> EditionsShape:
        """The last editions, newest first, withdrawn ones with the reason."""
        headers = view.application.editions.headers(limit)
        return EditionsShape(editions=[EditionShape(**header_as_json(one)) for one in headers])

    @router.get("/api/editions/{number}", responses=problems(404, 422, 503))
    def one_edition(number: Number) -> EditionShape:
        """What one edition says about itself."""
        found = view.application.editions.header(number)
        if found is None:
            raise NotFoundError(f"There is no edition {number}.", remedy="/api/editions lists the last ones.")
        return EditionShape(**header_as_json(found))

    return router
