"""The values of one series: as they were known at any moment, and how each was revised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.answers import next_page
from neuralbrain.api.asked import Region
from neuralbrain.api.derived_series import derived_table, from_parts, statement_as_json
from neuralbrain.api.feed_facts import facts_of
from neuralbrain.api.feed_shapes import RevisionsShape, SeriesShape
from neuralbrain.api.moments import Day, Moment
from neuralbrain.api.pages import Cursor, TableFormat, file_of, format_of
from neuralbrain.api.series_quality import with_quality
from neuralbrain.api.sources import known_sources
from neuralbrain.api.tagged import linked, tagged, tagged_json, tagged_responses
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.observation import Series
from neuralbrain.publish.columns import CSV_TYPE, PARQUET_TYPE
from neuralbrain.publish.cursor import cursor_of, places_of
from neuralbrain.publish.lookup import place_or_error
from neuralbrain.publish.series_choice import chosen_series, signal_or_error, source_or_error
from neuralbrain.publish.series_table import (
    SERIES_COLUMNS,
    head_as_json,
    revision_table,
    revisions_as_json,
    series_as_csv,
    series_as_json,
    series_as_parquet,
    table_of,
)
from neuralbrain.publish.variants import Format
from neuralbrain.wiring import Application

VALUES, REVISIONS = "series", "revisions"
MOST_REVISIONS = 100_000  # of one answer; about 8 MB
REVISION_COLUMNS = tuple(one for one in SERIES_COLUMNS if one.name != "completeness")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

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
Quality = Annotated[
    bool,
    Query(
        description="Whether to say how complete each value usually is, and what checks find; it takes longer, as all "
        "regions of the signal are looked at."
    ),
]
Limit = Annotated[
    int, Query(ge=1, le=MOST_REVISIONS, description="How many at most on a page, those of the latest target dates.")
]
Most = Annotated[
    int | None, Query(ge=1, le=MOST_REVISIONS, description="How many values at most on a page; all unless given.")
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
        responses=tagged_responses(SeriesShape, 404, 422, 503, csv=True, parquet=True),
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
        limit: Most = None,
        cursor: Cursor = None,
        format_: TableFormat = None,
    ) -> Response:
        """One series as it is known, or was at a moment: values, since when each is known, unit, licence.

        A date that is not there was not reported; a value that is null was withdrawn. Where nobody reports the region
        it is put together from all of its parts, and ``derived`` says how.
        """
        found, is_derived = _find_or_derive(application, region, signal=signal, source=source)
        chosen, facts = found[0], facts_of(application, found[0].source)
        start, cutoff = _begun(VALUES, cursor, as_of=as_of, now=application.clock.now())
        marks, statement = None, None
        if is_derived:
            table, statement = derived_table(application.observations, chosen, cutoff=cutoff, since=since)
        else:
            place = None if quality else chosen.location  # a series is judged beside those of other regions
            kept = application.observations.revisions(chosen.source, signal=signal, location=place, cutoff=cutoff)
            table = table_of(kept, chosen, since=since)
            if quality:
                table, marks = with_quality(table, kept, facts=facts, cutoff=cutoff)
        end = len(table) if limit is None else start + limit
        more = _going_on(VALUES, end, cutoff) if end < len(table) else None
        page = table.rows(start, end)
        name, address = f"{signal}-{chosen.location}", "" if more is None else next_page(request, more)
        match format_of(request, format_):
            case Format.CSV:
                content = series_as_csv(page, facts).encode()
                return linked(tagged(request, content, media_type=CSV_TYPE, file_name=f"{name}.csv"), address)
            case Format.PARQUET:
                content = series_as_parquet(page, facts)
                return linked(tagged(request, content, media_type=PARQUET_TYPE, file_name=f"{name}.parquet"), address)
        told = series_as_json(page, facts, as_of=as_of, marks=marks)
        others = [one.source for one in found[1:]]
        told |= {"other_sources": others, "derived": statement_as_json(statement), "next_cursor": more}
        return linked(tagged_json(request, told), address)


def _add_revisions(router: APIRouter, application: Application) -> None:
    @router.get(
        "/api/series/{region}/{signal}/revisions",
        responses=tagged_responses(RevisionsShape, 404, 422, 503, csv=True, parquet=True),
        response_model=None,
    )
    def revisions(
        request: Request,
        region: Region,
        signal: SignalPath,
        *,
        source: SourceQuery = None,
        as_of: AsOf = None,
        target_date: About = None,
        since: Since = None,
        limit: Limit = 10_000,
        cursor: Cursor = None,
        format_: TableFormat = None,
    ) -> Response:
        """Each value that was ever known of one series, with when it became known; null says it was withdrawn then.

        The page that comes first is that of the latest target dates; the cursor leads to those before.
        """
        found = _find(application, region, signal=signal, source=source)
        passed, cutoff = _begun(REVISIONS, cursor, as_of=as_of, now=application.clock.now())
        kept = application.observations.revisions(
            found[0].source, signal=signal, location=found[0].location, cutoff=cutoff
        )
        whole = revision_table(kept, found[0], target_date=target_date, since=since)
        table = whole.rows(0, max(0, len(whole) - passed))
        more = _going_on(REVISIONS, passed + limit, cutoff) if len(table) > limit else None
        head = head_as_json(found[0], facts_of(application, found[0].source))
        address = "" if more is None else next_page(request, more)
        format_wanted = format_of(request, format_)
        if format_wanted is not Format.JSON:
            rows = [{**head, **row} for row in revisions_as_json(table, limit=limit)["revisions"]]
            name = f"{signal}-{found[0].location}-revisions"
            return linked(file_of(request, name, rows, columns=REVISION_COLUMNS, format_=format_wanted), address)
        told: dict[str, Any] = {
            **head,
            "as_of": None if as_of is None else utc_text(as_of),
            "other_sources": [one.source for one in found[1:]],
            **revisions_as_json(table, limit=limit),
            "next_cursor": more,
        }
        return linked(tagged_json(request, told), address)


def _begun(kind: str, cursor: str | None, *, as_of: datetime | None, now: datetime) -> tuple[int, datetime]:
    """Return how many rows came before, and the moment of knowledge, which is that of the first page.

    Raises:
        QueryError: If the cursor is none of this list's.
    """
    if cursor is None:
        return 0, now if as_of is None else as_of
    passed, microseconds = places_of(kind, cursor, count=2)
    try:
        return passed, EPOCH + microseconds * MICROSECOND
    except OverflowError:
        return passed, now  # no cursor of ours: whatever it says, nothing of the future is known


def _going_on(kind: str, passed: int, cutoff: datetime) -> str:
    return cursor_of(kind, passed, max(0, (cutoff - EPOCH) // MICROSECOND))


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
