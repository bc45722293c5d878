"""The sources: what each is, whose, how fresh what is kept of it is, and what went wrong last."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.feed_facts import facts_and_fault, public
from neuralbrain.api.feed_shapes import OneSourceShape, SourcesShape
from neuralbrain.api.pages import Cursor, TableFormat, format_of, page_of
from neuralbrain.api.tagged import tagged_json, tagged_responses
from neuralbrain.api.view import ServiceView
from neuralbrain.publish.cursor import places_of
from neuralbrain.publish.feed_state import (
    SOURCE_COLUMNS,
    fetch_as_json,
    rejected_as_json,
    release_as_json,
    state_as_json,
    state_of,
)
from neuralbrain.publish.series_choice import source_or_error
from neuralbrain.wiring import Application

LIST = "sources"
MOST_LISTED = 1000  # sources of one page
SHOWN_WITH_ONE = 20  # fetches, releases and rejected rows beside one source

Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many at most on a page.")]

Name = Annotated[str, Path(description="Its name, as in the setting sources.", examples=["cholera-africa"])]


def sources(view: ServiceView) -> APIRouter:
    """Return the addresses of the sources."""
    router = APIRouter(tags=["data"])
    application = view.application

    @router.get(
        "/api/sources", responses=tagged_responses(SourcesShape, 422, 503, csv=True, parquet=True), response_model=None
    )
    def list_sources(
        request: Request, limit: Limit = MOST_LISTED, cursor: Cursor = None, format_: TableFormat = None
    ) -> Response:
        """Every source: licence, attribution, freshness, last fault, counts; those that are read come first."""
        names = known_sources(application)
        start = 0 if cursor is None else places_of(LIST, cursor, count=1)[0]
        # Only those of the page are looked at: each costs some questions.
        shown = set(names[start : start + limit])
        with_series = {one.source for one in application.observations.series()}
        return page_of(
            request,
            LIST,
            [_told(application, one, has_series=one in with_series) if one in shown else {} for one in names],
            columns=SOURCE_COLUMNS,
            limit=limit,
            cursor=cursor,
            format_=format_of(request, format_),
            told=lambda page, _left: {"sources": list(page)},
        )

    @router.get("/api/sources/{name}", responses=tagged_responses(OneSourceShape, 404, 503), response_model=None)
    def one_source(request: Request, name: Name) -> Response:
        """One source with its last fetches, releases and rejected rows, newest first."""
        if name not in application.known_feeds().names:
            source_or_error(name, known_sources(application))
        feeds = application.feeds
        lately = {
            "fetches": [fetch_as_json(one) for one in feeds.fetches(name, SHOWN_WITH_ONE)],
            "releases": [release_as_json(one) for one in feeds.releases(name, SHOWN_WITH_ONE)],
            "rejected": [rejected_as_json(one) for one in feeds.rejected(name, SHOWN_WITH_ONE)],
        }
        return tagged_json(request, {**_told(application, name), **public(application, lately)})

    return router


def known_sources(application: Application) -> tuple[str, ...]:
    """Return the names of all sources: those that are read, in order, then others that are known or kept."""
    kept = (one.source for one in application.observations.series())
    return tuple(dict.fromkeys((*application.settings.sources, *application.known_feeds().names, *kept)))


def _told(application: Application, name: str, *, has_series: bool = True) -> dict[str, Any]:
    facts, unusable = facts_and_fault(application, name)
    read = name in application.settings.sources
    now = application.clock.now()
    asked = partial(application.known_feeds().parts, name, now=now)
    state = state_of(facts, application.feeds, is_read=read, now=now, asked=asked, has_series=has_series)
    return {
        **public(application, state_as_json(state)),
        "key_is_set": application.known_feeds().has_key(name),
        "unusable": unusable,
    }
