"""The regions and the signals: which there are, and which source reports which of which."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.feed_facts import facts_of
from neuralbrain.api.feed_shapes import OneRegionShape, RegionsShape, SignalsShape
from neuralbrain.api.tagged import tagged_json, tagged_responses
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.location import LOCATIONS, LONGEST_NAME, search
from neuralbrain.publish.lookup import place_or_error
from neuralbrain.publish.region_table import region_in_full, regions_as_json, signals_as_json

MOST_LISTED = 1000  # regions of one answer; there are fewer than half as many

Region = Annotated[
    str,
    Path(
        description="Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.", examples=["AGO", "US-CA"]
    ),
]
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
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many at most.")]


def regions(view: ServiceView) -> APIRouter:
    """Return the addresses of regions and signals."""
    router = APIRouter(tags=["data"])
    application = view.application

    @router.get("/api/regions", responses=tagged_responses(RegionsShape, 422, 503), response_model=None)
    def list_regions(
        request: Request,
        search_for: Annotated[Search, Query(alias="search")] = None,
        reported: Reported = None,
        limit: Limit = MOST_LISTED,
    ) -> Response:
        """Every region, or those that a search finds: what it is, who reports it, and its primary signal."""
        places = LOCATIONS.values() if search_for is None else search(search_for)
        series = application.observations.series()
        found = regions_as_json(places, series, order=application.settings.sources)
        if reported is not None:
            found = [one for one in found if bool(one["sources"]) is reported]
        return tagged_json(request, {"regions": found[:limit], "left_out": max(0, len(found) - limit)})

    @router.get("/api/regions/{region}", responses=tagged_responses(OneRegionShape, 404, 503), response_model=None)
    def one_region(request: Request, region: Region) -> Response:
        """One region by any of its names or codes, with every series that is kept of it."""
        place = place_or_error(region)
        series = application.observations.series_of_place(place.code)
        return tagged_json(request, region_in_full(place, series, order=application.settings.sources))

    @router.get("/api/signals", responses=tagged_responses(SignalsShape, 503), response_model=None)
    def list_signals(request: Request) -> Response:
        """Every signal: unit, measure, cadence, the signal of its deaths, who reports it, and of how many regions."""
        order = application.settings.sources
        facts = [facts_of(application, name) for name in order]
        return tagged_json(request, {"signals": signals_as_json(application.observations.series(), facts, order=order)})

    return router
