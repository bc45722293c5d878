"""The values of one series: as they were known at any moment, and how each was revised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.derived_series import derived_table, from_parts, statement_as_json
from neuralbrain.api.feed_facts import facts_of
from neuralbrain.api.feed_shapes import RevisionsShape, SeriesShape
from neuralbrain.api.regions import Region
from neuralbrain.api.series_quality import with_quality
from neuralbrain.api.sources import known_sources
from neuralbrain.api.tagged import tagged, tagged_json, tagged_responses
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.observation import Series
from neuralbrain.publish.lookup import place_or_error
from neuralbrain.publish.series_choice import chosen_series, cutoff_of, day_of, signal_or_error, source_or_error
from neuralbrain.publish.series_table import (
    head_as_json,
    revision_table,
    revisions_as_json,
    series_as_csv,
    series_as_json,
    table_of,
)
from neuralbrain.wiring import Application

CSV = "text/csv; charset=utf-8"
MOST_REVISIONS = 100_000  # of one answer; about 8 MB


def _typed(read: Callable[[str], object]) -> BeforeValidator:
    """Return what reads a parameter as it is typed; its refusal is said in the words of the reader."""

    def said(typed: object) -> object:
        try:
            return read(typed) if isinstance(typed, str) else typed
        except ValueError as error:
            raise PydanticCustomError("not_read", "{why}", {"why": str(error)}) from error

    return BeforeValidator(said)


# Said here what they look like: to Pydantic a day could be a number, too, and a moment could not be a day.
Day = Annotated[
    date | None,
    _typed(day_of),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-01-03"]}),
]
Moment = Annotated[
    datetime | None,
    _typed(cutoff_of),
    WithJsonSchema({"type": "string", "examples": ["2026-02-09", "2026-02-09T12:00:00Z"]}),
]

SignalPath = Annotated[str, Path(description="Name of a signal.", examples=["cholera_cases"])]
SourceQuery = Annotated[
    str | None,
    Query(description="Which source; the first that reports it where none is named.", examples=["cholera-africa"]),
]
AsOf = Annotated[
    Moment,
    Query(
        description="As it was known at that moment: a day means its end, UTC; a time has its zone. Now unless given."
    ),
]
Since = Annotated[Day, Query(description="Only values about this day and later.")]
About = Annotated[Day, Query(description="Only values about this day.")]
Format = Annotated[Literal["json", "csv"], Query(description="csv has the licence in each row, to travel alone.")]
Quality = Annotated[
    bool,
    Query(
        description="Whether to say how complete each value usually is, and what checks find; it takes longer, as all "
        "regions of the signal are looked at."
    ),
]
Limit = Annotated[
    int, Query(ge=1, le=MOST_REVISIONS, description="How many at most, those of the latest target dates.")
]


def series(view: ServiceView) -> APIRouter:
    """Return the addresses of series.

    Values whose licence forbids to hand them on are served like all others: the service answers on this machine, to
    whoever runs it. Each answer says so with ``redistribute``.
    """
    router = APIRouter(tags=["data"])
    _add_values(router, view.application)
    _add_revisions(router, view.application)
    return router


def _add_values(router: APIRouter, application: Application) -> None:
    @router.get(
        "/api/series/{region}/{signal}",
        responses=tagged_responses(SeriesShape, 404, 422, 503, csv=True),
        response_model=None,
    )
    def one_series(
        request: Request,
        region: Region,
        signal: SignalPath,
        *,
        source: SourceQuery = None,
        as_of: AsOf = None,
        since: Since = None,
        quality: Quality = False,
        format: Format = "json",  # noqa: A002 - so it is called in the address
    ) -> Response:
        """One series as it is known, or was at a moment: values, since when each is known, unit, licence.

        A date that is not there was not reported; a value that is null was withdrawn. Where nobody reports the region
        it is put together from all of its parts, and ``derived`` says how.
        """
        found, is_derived = _find_or_derive(application, region, signal=signal, source=source)
        chosen, facts = found[0], facts_of(application, found[0].source)
        cutoff = application.clock.now() if as_of is None else as_of
        marks, statement = None, None
        if is_derived:
            table, statement = derived_table(application.observations, chosen, cutoff=cutoff, since=since)
        else:
            place = None if quality else chosen.location  # a series is judged beside those of other regions
            kept = application.observations.revisions(chosen.source, signal=signal, location=place, cutoff=cutoff)
            table = table_of(kept, chosen, since=since)
            if quality:
                table, marks = with_quality(table, kept, facts=facts, cutoff=cutoff)
        if format == "csv":
            content = series_as_csv(table, facts).encode()
            return tagged(request, content, media_type=CSV, file_name=f"{signal}-{chosen.location}.csv")
        told = series_as_json(table, facts, as_of=as_of, marks=marks)
        others = [one.source for one in found[1:]]
        return tagged_json(request, {**told, "other_sources": others, "derived": statement_as_json(statement)})


def _add_revisions(router: APIRouter, application: Application) -> None:
    @router.get(
        "/api/series/{region}/{signal}/revisions",
        responses=tagged_responses(RevisionsShape, 404, 422, 503),
        response_model=None,
    )
    def revisions(
        request: Request,
        region: Region,
        signal: SignalPath,
        *,
        source: SourceQuery = None,
        target_date: About = None,
        since: Since = None,
        limit: Limit = 10_000,
    ) -> Response:
        """Each value that was ever known of one series, with when it became known; null says it was withdrawn then."""
        found = _find(application, region, signal=signal, source=source)
        kept = application.observations.revisions(found[0].source, signal=signal, location=found[0].location)
        table = revision_table(kept, found[0], target_date=target_date, since=since)
        told: dict[str, Any] = {
            **head_as_json(found[0], facts_of(application, found[0].source)),
            "other_sources": [one.source for one in found[1:]],
            **revisions_as_json(table, limit=limit),
        }
        return tagged_json(request, told)


def _find_or_derive(
    application: Application, region: str, *, signal: str, source: str | None
) -> tuple[tuple[Series, ...], bool]:
    """Return the series that are meant, the one to answer with first, and whether they follow from their parts.

    Raises:
        UnknownRegionError: If no region, or no signal, is called so, or nobody reports it or all of its parts.
        NotFoundError: If no source is called so.
    """
    place, observations = place_or_error(region), application.observations
    reported = observations.series_of_place(place.code)
    if not any(one.signal.name == signal and source in {None, one.source} for one in reported):
        order = application.settings.sources
        found = from_parts(observations.series(), place, signal=signal, source=source, order=order)
        if found:
            return found, True
    return _find(application, region, signal=signal, source=source), False


def _find(application: Application, region: str, *, signal: str, source: str | None) -> tuple[Series, ...]:
    """Return the series that are meant, the one to answer with first.

    Raises:
        UnknownRegionError: If no region, or no signal, is called so, or nobody reports it.
        NotFoundError: If no source is called so.
    """
    place = place_or_error(region)
    kept = application.observations.series_of_place(place.code)
    if all(one.signal.name != signal for one in kept):
        signal_or_error(signal, {one.signal.name for one in application.observations.series()})
    if source is not None and all(one.source != source for one in kept):
        source_or_error(source, known_sources(application))
    return chosen_series(kept, place=place, signal=signal, source=source, order=application.settings.sources)
