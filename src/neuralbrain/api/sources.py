"""The sources: what each is, whose, how fresh what is kept of it is, and what went wrong last."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path

from neuralbrain.api.feed_facts import facts_and_fault, public
from neuralbrain.api.feed_shapes import OneSourceShape, SourceShape, SourcesShape
from neuralbrain.api.problems import problems
from neuralbrain.api.view import ServiceView
from neuralbrain.publish.feed_state import (
    fetch_as_json,
    rejected_as_json,
    release_as_json,
    state_as_json,
    state_of,
)
from neuralbrain.publish.series_choice import source_or_error
from neuralbrain.wiring import Application

SHOWN_WITH_ONE = 20  # fetches, releases and rejected rows beside one source

Name = Annotated[str, Path(description="Its name, as in the setting sources.", examples=["cholera-africa"])]


def sources(view: ServiceView) -> APIRouter:
    """Return the addresses of the sources."""
    router = APIRouter(tags=["data"])
    application = view.application

    @router.get("/api/sources", responses=problems(503))
    def list_sources() -> SourcesShape:
        """Every source: licence, attribution, freshness, last fault, counts; those that are read come first."""
        return SourcesShape(sources=[SourceShape(**_told(application, one)) for one in known_sources(application)])

    @router.get("/api/sources/{name}", responses=problems(404, 503))
    def one_source(name: Name) -> OneSourceShape:
        """One source with its last fetches, releases and rejected rows, newest first."""
        if name not in application.known_feeds().names:
            source_or_error(name, known_sources(application))
        feeds = application.feeds
        lately = {
            "fetches": [fetch_as_json(one) for one in feeds.fetches(name, SHOWN_WITH_ONE)],
            "releases": [release_as_json(one) for one in feeds.releases(name, SHOWN_WITH_ONE)],
            "rejected": [rejected_as_json(one) for one in feeds.rejected(name, SHOWN_WITH_ONE)],
        }
        return OneSourceShape(**_told(application, name), **public(application, lately))

    return router


def known_sources(application: Application) -> tuple[str, ...]:
    """Return the names of all sources: those that are read, in order, then others that are known or kept."""
    kept = (one.source for one in application.observations.series())
    return tuple(dict.fromkeys((*application.settings.sources, *application.known_feeds().names, *kept)))


def _told(application: Application, name: str) -> dict[str, Any]:
    facts, unusable = facts_and_fault(application, name)
    read = name in application.settings.sources
    now = application.clock.now()
    asked = partial(application.known_feeds().parts, name, now=now)
    state = state_of(facts, application.feeds, is_read=read, now=now, asked=asked)
    return {
        **public(application, state_as_json(state)),
        "key_is_set": application.known_feeds().has_key(name),
        "unusable": unusable,
    }
