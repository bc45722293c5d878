"""The whole API as one ASGI application: a short-cut for what is ready, and routes for everything else."""

from __future__ import annotations

import re
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI
from starlette.responses import PlainTextResponse, Response

from neuralbrain.api.alerts import alerts
from neuralbrain.api.answers import Wishes, answer, coding_to_make, naming
from neuralbrain.api.asgi import Answer, Asgi, Message, Receive, Scope, Send
from neuralbrain.api.cycle_change import cycle_change
from neuralbrain.api.cycles import cycles
from neuralbrain.api.documentation import documentation
from neuralbrain.api.edition_forecasts import edition_forecasts
from neuralbrain.api.editions import editions
from neuralbrain.api.error_pages import error_pages
from neuralbrain.api.evaluation import evaluation
from neuralbrain.api.events import events
from neuralbrain.api.forecasts import forecasts
from neuralbrain.api.gate import Gate
from neuralbrain.api.health import health
from neuralbrain.api.health_dashboard import health_dashboard
from neuralbrain.api.health_providers import health_providers
from neuralbrain.api.health_system import health_system
from neuralbrain.api.lock import lock
from neuralbrain.api.lock_change import lock_change
from neuralbrain.api.monitor_change import monitor_change
from neuralbrain.api.problems import answer_errors
from neuralbrain.api.providers import providers
from neuralbrain.api.regions import regions
from neuralbrain.api.series import series
from neuralbrain.api.shelf import SHOWN
from neuralbrain.api.sources import sources
from neuralbrain.api.tokens import tokens
from neuralbrain.api.view import ServiceView
from neuralbrain.api.web import web
from neuralbrain.domain.location import resolve
from neuralbrain.publish.bodies import ALL, CHART, REGION, SUMMARY, WORLD, EditionBodies
from neuralbrain.publish.body import Body

WHOLE = {"/api/forecasts/all": ALL, "/api/forecasts/global": WORLD, "/api/predictions/summary": SUMMARY}
BY_REGION = (("/api/forecasts/region/", REGION), ("/api/charts/", CHART))
OTHER_FORMATS = re.compile(rb"csv|parquet|geo")  # in Accept: which of them counts the route finds out


def make_api(view: ServiceView) -> Asgi:
    """Return the API of a service; no exception leaves it.

    An answer that is ready in memory is sent here, before FastAPI sees the request: that costs a quarter of a route.

    Args:
        view: The service.
    """
    # Built here, by one thread: what is built when it is first asked for could be built twice by two, or keep the
    # event loop waiting.
    application = view.application
    _ = (application.lock, application.journal, application.slots, application.editions, resolve("WORLD"))
    _ = (application.calls, application.provider_checks, application.providers_health, application.health_monitor)
    _ = (application.observations, application.feeds, application.scores, application.record)
    view.metrics.watch(shelf=view.shelf, health=view.health, not_ready=view.not_ready, next_slot=view.next_slot)
    routes = _routes(view)
    return Gate(view, routes=_named(view, routes), resources=routes.routes, ready=partial(_ready, view))


def _named(view: ServiceView, routes: Asgi) -> Asgi:
    """Return routes each answer of which names an edition: its own, else the one that was up when it was asked for."""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        shown = view.shelf.shown()
        scope = {**scope, "state": {**scope.get("state", {}), SHOWN: shown}}  # what a body says is of the same one

        async def sending(message: Message) -> None:
            is_head = message["type"] == "http.response.start"
            if is_head and shown is not None and all(name != b"neuralbrain-edition" for name, _ in message["headers"]):
                added = naming(shown, now=view.application.clock.now())
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await routes(scope, receive, sending)

    return answering


def _ready(view: ServiceView, scope: Scope) -> Answer | None:
    """Return the answer to a request whose body is in memory already, else None; takes the edition once."""
    shown = None if scope["query_string"] else view.shelf.shown()
    if shown is None:
        return None
    body = _body(shown.bodies, scope["path"])
    if body is None:
        return None
    encoding = tags = b""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            encoding = encoding + b", " + value if encoding else value
        elif name == b"if-none-match":
            tags = tags + b", " + value if tags else value
        elif name == b"accept" and OTHER_FORMATS.search(value):
            return None
    wishes = Wishes(encoding=encoding.decode("latin-1"), tags=tags.decode("latin-1"))
    if coding_to_make(body, wishes.encoding):
        return None
    return answer(shown, body, wishes, now=view.application.clock.now())


def _body(bodies: EditionBodies, path: str) -> Body | None:
    resource = WHOLE.get(path)
    if resource is not None:
        return bodies.ready(resource)
    for beginning, by_region in BY_REGION:
        if path.startswith(beginning):
            typed = path[len(beginning) :]
            return None if "/" in typed else bodies.ready(by_region, typed)
    return None


def _routes(view: ServiceView) -> FastAPI:
    api = FastAPI(
        title="NeuralBrain",
        version=version("neuralbrain"),
        summary="Near-term forecasts of infectious disease, by one AI provider at a time.",
        description="An answer is of one edition, which body and header fields name.",
        openapi_url=None,  # made by a route of our own, which does not keep the event loop waiting
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would repeat the Host field of whoever asked
    )
    answer_errors(api)
    resources = (
        forecasts,
        editions,
        edition_forecasts,
        lock,
        lock_change,
        providers,
        cycles,
        cycle_change,
        health,
        health_providers,
        monitor_change,
        health_dashboard,
        health_system,
        sources,
        regions,
        series,
        evaluation,
        tokens,
        alerts,
        events,
        error_pages,
    )
    for resource in resources:
        api.include_router(resource(view))
    api.include_router(documentation(api))
    api.include_router(web())

    @api.get("/metrics", tags=["health"], response_model=None, response_class=PlainTextResponse)
    def metrics() -> Response:
        """The numbers of this service, for Prometheus."""
        content, media_type = view.metrics.render()
        return Response(content, headers={"content-type": media_type})

    return api
