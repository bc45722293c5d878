"""The five addresses of the edition that is up, was up, or is named: world, region, all, chart, summary."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.answers import answer_with
from neuralbrain.api.asked import OneQuery, PageQuery, Region, RegionQuery, cursor_read, variant_of
from neuralbrain.api.choice import chosen, numbered
from neuralbrain.api.edition_answers import documented
from neuralbrain.api.shapes import AllForecasts, Chart, GlobalForecast, RegionForecast, Summary
from neuralbrain.api.view import ServiceView
from neuralbrain.publish.bodies import ALL, CHART, REGION, SUMMARY, WORLD


def forecasts(view: ServiceView) -> APIRouter:
    """Return the addresses of the forecasts. Most requests never come here: see ``app.py``."""
    router = APIRouter(tags=["forecasts"])
    shelf = view.shelf

    @router.get("/api/forecasts/global", responses=documented(GlobalForecast, 404, 422, 503), response_model=None)
    def global_forecast(request: Request, asked: Annotated[OneQuery, Query()]) -> Response:
        """The world's sum of the primary signal: of all parts where all report, else of those that do, naming them."""
        return answer_with(view, request, chosen(shelf, asked), variant_of(request, WORLD, asked))

    @router.get(
        "/api/forecasts/all", responses=documented(AllForecasts, 404, 422, 503, paged=True), response_model=None
    )
    def all_forecasts(request: Request, asked: Annotated[PageQuery, Query()]) -> Response:
        """Every forecast, or a page of them, and what was refused, which is on the first page."""
        if asked.cursor is None:
            shown = chosen(shelf, asked)
        else:
            shown = numbered(shelf, cursor_read(asked.cursor, edition=asked.edition)[0])
        return answer_with(view, request, shown, variant_of(request, ALL, asked))

    @router.get(
        "/api/forecasts/region/{region}", responses=documented(RegionForecast, 404, 422, 503), response_model=None
    )
    def region_forecast(request: Request, region: Region, asked: Annotated[RegionQuery, Query()]) -> Response:
        """One region's forecast: the twelve fields, ``context`` for everything else, ``readable`` for people."""
        return answer_with(view, request, chosen(shelf, asked), variant_of(request, REGION, asked, region=region))

    @router.get("/api/charts/{region}", responses=documented(Chart, 404, 422, 503), response_model=None)
    def chart(request: Request, region: Region, asked: Annotated[RegionQuery, Query()]) -> Response:
        """One region's past, as it was known at the edition's cutoff, and its forecast, as parallel arrays."""
        return answer_with(view, request, chosen(shelf, asked), variant_of(request, CHART, asked, region=region))

    @router.get("/api/predictions/summary", responses=documented(Summary, 404, 422, 503), response_model=None)
    def summary(request: Request, asked: Annotated[OneQuery, Query()]) -> Response:
        """An edition in short: highest risk, rising, falling, counts, and the same in words."""
        return answer_with(view, request, chosen(shelf, asked), variant_of(request, SUMMARY, asked))

    return router
