"""The five answers of one edition at addresses of its own, which may be kept for ever."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.answers import FOR_EVER, answer_with
from neuralbrain.api.asked import Manner, Number, PageManner, Region, SignalManner, cursor_read, variant_of
from neuralbrain.api.choice import numbered
from neuralbrain.api.edition_answers import documented
from neuralbrain.api.shapes import AllForecasts, Chart, GlobalForecast, RegionForecast, Summary
from neuralbrain.api.view import ServiceView
from neuralbrain.publish.bodies import ALL, CHART, REGION, SUMMARY, WORLD
from neuralbrain.publish.variants import Variant

OF_EDITION = "/api/editions/{number}"


def edition_forecasts(view: ServiceView) -> APIRouter:
    """Return the addresses of the answers of one edition.

    They are kept for ever by whoever asks: an edition is never changed. Only that it was withdrawn comes later; then
    these addresses say so, and ``/api/editions/{number}`` does to those who kept an answer from before.
    """
    router = APIRouter(tags=["editions"])

    def told(request: Request, number: int, asked: Variant) -> Response:
        return answer_with(view, request, numbered(view.shelf, number), asked, keep=FOR_EVER)

    @router.get(
        f"{OF_EDITION}/forecasts/global", responses=documented(GlobalForecast, 404, 422, 503), response_model=None
    )
    def global_of(request: Request, number: Number, asked: Annotated[Manner, Query()]) -> Response:
        """The world's sum of one edition; it may be kept for ever."""
        return told(request, number, variant_of(request, WORLD, asked))

    @router.get(
        f"{OF_EDITION}/forecasts/all",
        responses=documented(AllForecasts, 404, 422, 503, paged=True),
        response_model=None,
    )
    def all_of(request: Request, number: Number, asked: Annotated[PageManner, Query()]) -> Response:
        """Every forecast of one edition, or a page of them; they may be kept for ever."""
        if asked.cursor is not None:
            cursor_read(asked.cursor, edition=number)
        return told(request, number, variant_of(request, ALL, asked))

    @router.get(
        f"{OF_EDITION}/forecasts/region/{{region}}",
        responses=documented(RegionForecast, 404, 422, 503),
        response_model=None,
    )
    def region_of(
        request: Request, number: Number, region: Region, asked: Annotated[SignalManner, Query()]
    ) -> Response:
        """One region's forecast of one edition; it may be kept for ever."""
        return told(request, number, variant_of(request, REGION, asked, region=region))

    @router.get(f"{OF_EDITION}/charts/{{region}}", responses=documented(Chart, 404, 422, 503), response_model=None)
    def chart_of(request: Request, number: Number, region: Region, asked: Annotated[SignalManner, Query()]) -> Response:
        """One region's past and forecast of one edition; it may be kept for ever."""
        return told(request, number, variant_of(request, CHART, asked, region=region))

    @router.get(f"{OF_EDITION}/predictions/summary", responses=documented(Summary, 404, 422, 503), response_model=None)
    def summary_of(request: Request, number: Number, asked: Annotated[Manner, Query()]) -> Response:
        """One edition in short; it may be kept for ever."""
        return told(request, number, variant_of(request, SUMMARY, asked))

    return router
