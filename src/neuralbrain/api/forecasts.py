"""The five addresses of the current edition: world, region, all, chart, summary."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.answers import answer_with
from neuralbrain.api.problems import problems
from neuralbrain.api.shapes import AllForecasts, Chart, GlobalForecast, RegionForecast, Summary
from neuralbrain.api.view import ServiceView

Region = Annotated[str, Path(description="Any name or code of a region: Angola, AGO, AO, US-CA, California, 06.")]
SignalName = Annotated[str | None, Query(description="Another signal than the region's primary one.")]

_NAMED: dict[str, Any] = {
    "ETag": {"schema": {"type": "string"}, "description": "For If-None-Match."},
    "NeuralBrain-Edition": {"schema": {"type": "integer"}, "description": "Number of the edition."},
    "NeuralBrain-Provider": {"schema": {"type": "string"}, "description": "Its one author."},
    "NeuralBrain-Lock-Number": {"schema": {"type": "integer"}, "description": "The lock number it was made under."},
    "NeuralBrain-Cutoff": {"schema": {"type": "string"}, "description": "The last moment of knowledge, UTC."},
    "NeuralBrain-Edition-Age": {"schema": {"type": "integer"}, "description": "Seconds since it was published."},
}


def _documented(shape: type[Any], *problem_statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the responses of an address whose body is made beforehand and sent as bytes."""
    return {
        200: {"model": shape, "headers": _NAMED},
        304: {"description": "The client has it already.", "headers": _NAMED},
        **problems(*problem_statuses),
    }


def forecasts(view: ServiceView) -> APIRouter:
    """Return the addresses of the current edition. Most requests never come here: see ``app.py``."""
    router = APIRouter(tags=["forecasts"])

    @router.get("/api/forecasts/global", responses=_documented(GlobalForecast, 503), response_model=None)
    def global_forecast(request: Request) -> Response:
        """The world's sum of the primary signal: of all parts where all report, else of those that do, naming them."""
        return answer_with(view, request, lambda bodies: bodies.world())

    @router.get("/api/forecasts/all", responses=_documented(AllForecasts, 503), response_model=None)
    def all_forecasts(request: Request) -> Response:
        """Every forecast of the current edition, and what was refused."""
        return answer_with(view, request, lambda bodies: bodies.all())

    @router.get(
        "/api/forecasts/region/{region}", responses=_documented(RegionForecast, 404, 422, 503), response_model=None
    )
    def region_forecast(request: Request, region: Region, signal: SignalName = None) -> Response:
        """One region's forecast: the twelve fields, and ``context`` for everything else."""
        return answer_with(view, request, lambda bodies: bodies.region(region, signal))

    @router.get("/api/charts/{region}", responses=_documented(Chart, 404, 422, 503), response_model=None)
    def chart(request: Request, region: Region, signal: SignalName = None) -> Response:
        """One region's past, as it was known at the cutoff, and its forecast, as parallel arrays."""
        return answer_with(view, request, lambda bodies: bodies.chart(region, signal))

    @router.get("/api/predictions/summary", responses=_documented(Summary, 503), response_model=None)
    def summary(request: Request) -> Response:
        """The current edition in short: highest risk, rising, falling, counts, and the same in words."""
        return answer_with(view, request, lambda bodies: bodies.summary())

    return router
