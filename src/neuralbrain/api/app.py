"""The whole API as one ASGI application: a short-cut for what is ready, and routes for everything else."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response

from neuralbrain.api.answers import Answer, answer, joined
from neuralbrain.api.cycles import cycles
from neuralbrain.api.documentation import documentation
from neuralbrain.api.editions import editions
from neuralbrain.api.evaluation import evaluation
from neuralbrain.api.forecasts import forecasts
from neuralbrain.api.health import health
from neuralbrain.api.health_dashboard import health_dashboard
from neuralbrain.api.health_providers import health_providers
from neuralbrain.api.health_system import health_system
from neuralbrain.api.host_names import allowed_hosts, is_misdirected
from neuralbrain.api.lock import lock
from neuralbrain.api.problems import answer_errors, misdirected, unforeseen
from neuralbrain.api.providers import providers
from neuralbrain.api.regions import regions
from neuralbrain.api.series import series
from neuralbrain.api.sources import sources
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.location import resolve
from neuralbrain.publish.bodies import ALL, CHART, REGION, SUMMARY, WORLD, Body, EditionBodies

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

READING = ("GET", "HEAD")
WHOLE = {"/api/forecasts/all": ALL, "/api/forecasts/global": WORLD, "/api/predictions/summary": SUMMARY}
EVERYWHERE = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
BY_REGION = (("/api/forecasts/region/", REGION), ("/api/charts/", CHART))


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

    hosts = allowed_hosts(application.settings.allowed_hosts)

    async def api(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await routes(scope, receive, send)
            return
        if scope["type"] != "http":
            with contextlib.suppress(Exception):  # whoever wanted a web socket may be gone already
                await send({"type": "websocket.close"})
            return
        out = _Out(send, head=scope["method"] == "HEAD")
        try:
            if is_misdirected(scope["headers"], hosts):
                await misdirected(scope["path"])(scope, receive, out)
                return
            ready = _ready(view, scope) if scope["method"] in READING else None
            if ready is None:
                await routes({**scope, "method": "GET"} if out.head else scope, receive, out)
                return
            status, headers, content = ready
            out.begun = True
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if out.head else content})
        except Exception as error:  # noqa: BLE001 - the edge of the service: the loop lives on
            # What was begun is answered by the routes, which log it and raise it again, or its reader went away.
            if not out.begun:
                await unforeseen(scope["path"], error)(scope, receive, out)

    return api


class _Out:
    """Sends what is answered, without its body where only the head was asked for.

    Args:
        send: The server's own.
        head: Whether only the head was asked for.
    """

    __slots__ = ("_send", "begun", "head")

    def __init__(self, send: Send, *, head: bool) -> None:
        self._send = send
        self.head = head
        self.begun = False

    async def __call__(self, message: Message) -> None:
        self.begun = True
        if message["type"] == "http.response.start":
            message = {**message, "headers": _completed(list(message["headers"]))}
        if self.head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


def _completed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return header fields with what every answer has: what says nothing about being kept is of this moment only."""
    named = {name for name, _ in headers}
    return headers + [field for field in EVERYWHERE if field[0] not in named]


def _ready(view: ServiceView, scope: Scope) -> Answer | None:
    """Return the answer to a request whose body is in memory already, else None; takes the edition once."""
    shown = None if scope["query_string"] else view.shelf.shown()
    if shown is None:
        return None
    body = _body(shown.bodies, scope["path"])
    if body is None:
        return None
    tags = joined(scope["headers"], b"if-none-match")
    return answer(shown, body, if_none_match=tags, now=view.application.clock.now())


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
        description="Every address reads. An answer is of one edition, which body and header fields name.",
        openapi_url=None,  # made by a route of our own, which does not keep the event loop waiting
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would repeat the Host field of whoever asked
    )
    answer_errors(api)
    resources = (
        forecasts,
        editions,
        lock,
        providers,
        cycles,
        health,
        health_providers,
        health_dashboard,
        health_system,
        sources,
        regions,
        series,
        evaluation,
    )
    for resource in resources:
        api.include_router(resource(view))
    api.include_router(documentation(api))

    @api.get("/metrics", tags=["health"], response_model=None)
    def metrics() -> Response:
        """The numbers of this service, for Prometheus."""
        content, media_type = view.metrics.render()
        return Response(content, headers={"content-type": media_type})

    return api
