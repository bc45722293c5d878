"""The regions and the signals: which there are, and which source reports which of which."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.asked import Region
from neuralbrain.api.feed_facts import facts_of
from neuralbrain.api.feed_shapes import OneRegionShape, RegionsShape, SignalsShape
from neuralbrain.api.pages import Cursor, TableFormat, format_of, page_of
from neuralbrain.api.tagged import tagged_json, tagged_responses
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.location import LOCATIONS, LONGEST_NAME, search
from neuralbrain.publish.lookup import place_or_error
from neuralbrain.publish.region_table import (
    REGION_COLUMNS,
    SIGNAL_COLUMNS,
    region_in_full,
    regions_as_json,
    signals_as_json,
)
from neuralbrain.wiring import Application

MOST_LISTED = 1000  # regions of one page; there are fewer than half as many

Search = Annotated[
    str | None,
    Query(
        max_length=LONGEST_NAME,
        description="Only regions with this in a name or alias, or at the beginning of their code.",
        examples=["carolina"],
    ),
]
Reported = Annotated[
    bool | None, Query(description="true: only regions that some source reports; false: only the others.")
]
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many at most on a page.")]


def regions(view: ServiceView) -> APIRouter:
    """Return the addresses of regions and signals."""
    router = APIRouter(tags=["data"])
    application = view.application

    @router.get(
        "/api/regions", responses=tagged_responses(RegionsShape, 422, 503, csv=True, parquet=True), response_model=None
    )
    def list_regions(
        request: Request,
        *,
        search_for: Annotated[Search, Query(alias="search")] = None,
        reported: Reported = None,
        limit: Limit = MOST_LISTED,
        cursor: Cursor = None,
        format_: TableFormat = None,
    ) -> Response:
        """Every region, or those that a search finds: what it is, who reports it, and its primary signal."""
        places = LOCATIONS.values() if search_for is None else search(search_for)
        series = application.observations.series()
        found = regions_as_json(places, series, order=application.settings.sources)
        if reported is not None:
            found = [one for one in found if bool(one["sources"]) is reported]
        return page_of(
            request,
            "regions",
            found,
            columns=REGION_COLUMNS,
            limit=limit,
            cursor=cursor,
            format_=format_of(request, format_),
            told=lambda page, left: {"regions": list(page), "left_out": left},
        )

    @router.get("/api/regions/{region}", responses=tagged_responses(OneRegionShape, 404, 503), response_model=None)
    def one_region(request: Request, region: Region) -> Response:
        """One region by any of its names or codes, with every series that is kept of it."""
        place = place_or_error(region)
        series = application.observations.series_of_place(place.code)
        return tagged_json(request, region_in_full(place, series, order=application.settings.sources))

    _add_signals(router, application)
    return router


def _add_signals(router: APIRouter, application: Application) -> None:
    @router.get(
        "/api/signals", responses=tagged_responses(SignalsShape, 422, 503, csv=True, parquet=True), response_model=None
    )
    def list_signals(
        request: Request, limit: Limit = MOST_LISTED, cursor: Cursor = None, format_: TableFormat = None
    ) -> Response:
        """Every signal: unit, measure, cadence, the signal of its deaths, who reports it, and of how many regions."""
        order = application.settings.sources
        facts = [facts_of(application, name) for name in order]
        return page_of(
            request,
            "signals",
            signals_as_json(application.observations.series(), facts, order=order),
            columns=SIGNAL_COLUMNS,
            limit=limit,
            cursor=cursor,
            format_=format_of(request, format_),
            told=lambda page, _left: {"signals": list(page)},
        )
