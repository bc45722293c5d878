"""The track record: what published forecasts were worth once the truth was known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.evaluation_shapes import CoverageShape, RecordShape, ReliabilityShape, ScoresShape
from neuralbrain.api.record_answers import RecordAnswer, RecordAnswers, answer_of
from neuralbrain.api.sources import known_sources
from neuralbrain.api.tagged import tagged_json, tagged_responses
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.record import RecordChoice
from neuralbrain.errors import NotFoundError
from neuralbrain.evaluate.record_as_json import coverage_as_json, head_as_json, reliability_as_json, scores_as_json
from neuralbrain.evaluate.track_record import By, Summary, TrackRecord
from neuralbrain.publish.lookup import place_or_error
from neuralbrain.publish.series_choice import signal_or_error, source_or_error
from neuralbrain.wiring import Application


class RecordQuery(BaseModel):
    """Which forecasts are meant, and what their record is to be split by."""

    model_config = ConfigDict(extra="forbid")

    provider: str | None = Field(default=None, description="Only by this provider.", examples=["local"])
    source: str | None = Field(default=None, description="Only from this source.", examples=["cholera-africa"])
    signal: str | None = Field(default=None, description="Only of this signal.", examples=["cholera_cases"])
    region: str | None = Field(default=None, description="Only of this region, by any name or code.")
    by: By | None = Field(default=None, description="What to split by; weeks are those of the target dates, to Sunday.")


Asked = Annotated[RecordQuery, Query()]


def evaluation(view: ServiceView) -> APIRouter:
    """Return the addresses of the track record."""
    router = APIRouter(tags=["evaluation"])
    application, answers = view.application, RecordAnswers(view.application)

    def told(asked: RecordQuery, tell: Callable[[Summary], dict[str, Any]]) -> dict[str, Any]:
        choice = choice_of(application, asked)
        found = answers.of(choice, by=asked.by)
        return {**head_of(application, found, choice, by=asked.by), **found.told(tell)}

    @router.get("/api/evaluation/record", responses=tagged_responses(RecordShape, 404, 422, 503), response_model=None)
    def record(request: Request, asked: Asked) -> Response:
        """The record in short: how much was scored, what it was worth, what stands apart, and what waits for its truth.

        Of several editions by one provider that start from the same day the newest counts.
        """
        short = told(asked, scores_as_json)
        return tagged_json(request, {name: said for name, said in short.items() if name != "groups"})

    @router.get("/api/evaluation/scores", responses=tagged_responses(ScoresShape, 404, 422, 503), response_model=None)
    def scores(request: Request, asked: Asked) -> Response:
        """Weighted interval score with its parts, relative to the hub baseline, error of the median, bias, coverage."""
        return tagged_json(request, told(asked, scores_as_json))

    @router.get(
        "/api/evaluation/coverage", responses=tagged_responses(CoverageShape, 404, 422, 503), response_model=None
    )
    def coverage(request: Request, asked: Asked) -> Response:
        """How often values fell into each central interval, and under each quantile."""
        return tagged_json(request, told(asked, coverage_as_json))

    @router.get(
        "/api/evaluation/reliability", responses=tagged_responses(ReliabilityShape, 404, 422, 503), response_model=None
    )
    def reliability(request: Request, asked: Asked) -> Response:
        """The claims confidence, outbreak, growth, trend and risk: probabilities against what came true."""
        return tagged_json(request, told(asked, reliability_as_json))

    return router


def record_of(application: Application, asked: RecordQuery) -> tuple[TrackRecord, dict[str, Any]]:
    """Return the record of the forecasts that are meant, and what every answer about it says.

    Raises:
        NotFoundError: If no provider or source is called so.
        UnknownRegionError: If no region or signal is.
        StoreError: If it cannot be read.
    """
    choice = choice_of(application, asked)
    found = answer_of(application, choice, by=asked.by)
    return found.record, head_of(application, found, choice, by=asked.by)


def head_of(application: Application, found: RecordAnswer, choice: RecordChoice, *, by: By | None) -> dict[str, Any]:
    """Return what every answer about a record says, as of now."""
    return head_as_json(found.record, found.waiting, choice, by=by, now=application.clock.now())


def choice_of(application: Application, asked: RecordQuery) -> RecordChoice:
    """Return which forecasts are meant.

    Raises:
        NotFoundError: If no provider or source is called so.
        UnknownRegionError: If no region or signal is.
    """
    known = application.settings.known_providers
    if asked.provider is not None and asked.provider not in known:
        raise NotFoundError(
            f"There is no provider {asked.provider[:64]!r}.",
            remedy=f"There are: {', '.join(known)}.",
            code="provider-unknown",
        )
    if asked.source is not None:
        source_or_error(asked.source, known_sources(application))
    if asked.signal is not None:
        signal_or_error(asked.signal, {one.signal.name for one in application.observations.series()})
    return RecordChoice(
        provider=asked.provider,
        source=asked.source,
        signal=asked.signal,
        region=None if asked.region is None else place_or_error(asked.region).code,
    )
