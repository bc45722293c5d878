"""The one door: every request passes it before anything else of the service sees it, and every answer on its way out.

In this order: is the request for this host; may it read; is its answer ready; is it short enough, not one too many, no
page elsewhere; who changes something; and only then the routes. What cannot be found out is answered as refused.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable

from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from neuralbrain.api.asgi import READING, Answer, Asgi, Field, Message, Receive, Scope, Send
from neuralbrain.api.client_address import counted_as
from neuralbrain.api.cross_site import require_same_site
from neuralbrain.api.events import HEAD_ONLY
from neuralbrain.api.host_names import allowed_hosts, require_ours
from neuralbrain.api.operator import require_scope
from neuralbrain.api.problems import answer_to, unforeseen
from neuralbrain.api.request_body import read_again, read_whole, require_short
from neuralbrain.api.same_answers import Given, SameAnswers, request_of
from neuralbrain.api.view import ServiceView
from neuralbrain.domain import token
from neuralbrain.errors import NeuralBrainError, ServiceBusyError

MOST_AT_ONCE = 256  # requests on their way through the routes; ready answers do not count
OPEN_PATHS = frozenset({"/", "/healthz", "/openapi.json", "/docs"})
OPEN_FOLDERS = ("/assets/", "/docs/")
"""What says nothing of this installation: a page must come before anybody can give it a token."""


class Gate:
    """Lets requests in, or answers why not; no exception leaves it.

    Args:
        view: The service.
        routes: Answers what is let in and not ready.
        resources: What the routes know, to tell addresses that change something.
        ready: Gives the answer to a reading request that is ready in memory, else None; must not wait for anything.
    """

    def __init__(
        self,
        view: ServiceView,
        *,
        routes: Asgi,
        resources: list[BaseRoute],
        ready: Callable[[Scope], Answer | None],
    ) -> None:
        settings = view.application.settings
        self._routes = routes
        self._resources = resources
        self._ready = ready
        self._fields = view.security_fields
        self._same = SameAnswers(view.shelf.shown, clock=view.application.clock)
        self._hosts = allowed_hosts((*settings.allowed_hosts, view.host))
        self._reading_is_open = view.reading_is_open
        self._clients, self._limits, self._admission = view.clients, view.limits, view.admission
        self._seconds = settings.request_seconds
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._routes(scope, receive, send)
            return
        if scope["type"] != "http":
            with contextlib.suppress(Exception):  # whoever wanted a web socket may be gone already
                await send({"type": "websocket.close"})
            return
        try:
            if self._reading_is_open:
                request = request_of(scope)
                given = self._same.find(request)
                if given is None:
                    given = await self._ready_for(scope)
                    if given is not None:
                        self._same.keep(request, given)
            else:
                given = await self._ready_for(scope)
            if given is not None:
                await self._give(given, send)
                return
            await self._let_in(scope, receive, send)
        except NeuralBrainError as error:
            await self._refuse(answer_to(scope["path"], error), scope, receive, send)
        except Exception as error:  # noqa: BLE001 - the edge of the service: the loop lives on
            await self._refuse(unforeseen(scope["path"], error), scope, receive, send)

    async def _ready_for(self, scope: Scope) -> Given | None:
        """Return the answer to a request that may be made and whose answer is ready in memory, else None.

        Raises:
            NeuralBrainError: If the request is for somebody else, or may not read.
        """
        require_ours(scope["headers"], self._hosts)
        if scope["method"] not in READING:
            return None
        if not (self._reading_is_open or _is_open(scope["path"])):
            await self._admission.reader(scope)
        answer = self._ready(scope)
        if answer is None:
            return None
        status, headers, content = answer
        fields = [*(headers if self._reading_is_open else for_one_reader(headers)), *self._fields.always]
        if self._fields.origins:
            fields += self._fields.of_origin(scope)
        body = b"" if scope["method"] == "HEAD" else content
        return (
            {"type": "http.response.start", "status": status, "headers": fields},
            {"type": "http.response.body", "body": body},
        )

    def _completed(self, headers: list[Field], scope: Scope) -> list[Field]:
        """Return header fields with those that every answer has."""
        return self._fields.completed(headers if self._reading_is_open else for_one_reader(headers), scope)

    async def _give(self, given: Given, send: Send) -> None:
        try:
            for message in given:
                await send(message)
        except Exception:  # noqa: BLE001 - it was begun, so its reader went away: nothing can be sent any more
            return

    async def _refuse(self, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        out = _Out(send, scope, completed=self._completed)
        with contextlib.suppress(Exception):  # whoever asked may be gone already
            await response(scope, receive, out)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the routes.

        Raises:
            NeuralBrainError: If it may not go there, or takes too long.
        """
        require_short(scope)
        out, method = _Out(send, scope, completed=self._completed), scope["method"]
        if method in READING:
            client = self._clients.of(scope)
            self._limits.note_read(client, counted_as=counted_as(client))
            await self._by_routes({**scope, "method": "GET", HEAD_ONLY: method == "HEAD"}, receive, out)
            return
        fields = self._fields.preflight(scope) if method == "OPTIONS" else None
        if fields is not None:
            await out({"type": "http.response.start", "status": 204, "headers": fields})
            await out({"type": "http.response.body", "body": b""})
            return
        body = b""  # where nothing can be changed nothing is read, either
        if any(one.matches({**scope})[0] is Match.FULL for one in self._resources):
            require_same_site(scope)
            operator = require_scope(await self._admission.operator(scope), token.Scope.OPERATE)
            self._limits.note_change(operator.name)
            body = await read_whole(receive)
        await self._by_routes(scope, read_again(body, receive), out)

    async def _by_routes(self, scope: Scope, receive: Receive, out: _Out) -> None:
        """Have the routes answer; an answer that does not begin in time is given up.

        Raises:
            ServiceBusyError: If it is given up, or too many are under way.
        """
        if self._under_way >= MOST_AT_ONCE:
            raise ServiceBusyError(
                f"The service is at work on {MOST_AT_ONCE} requests already.", remedy="Try again in a moment."
            )
        self._under_way += 1
        work = asyncio.create_task(self._answered(scope, receive, out))
        begun = asyncio.create_task(out.begun.wait())
        try:
            await asyncio.wait({work, begun}, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
            if not out.begun.is_set() and not work.done():
                out.closed = True
                raise ServiceBusyError(
                    f"No answer was ready within {self._seconds:g} s.",
                    remedy="Try again; if it stays so, ask for less at once.",
                    code="request-deadline",
                )
            await work
        finally:
            begun.cancel()
            work.cancel()

    async def _answered(self, scope: Scope, receive: Receive, out: _Out) -> None:
        """Have the routes answer; what they raise once an answer is begun was logged by them, or its reader is gone.

        Raises:
            Exception: What they raise before that.
        """
        try:
            await self._routes(scope, receive, out)
        except Exception:
            if not out.begun.is_set() and not out.closed:
                raise
        finally:
            self._under_way -= 1


class _Out:
    """Sends what the routes answer: with what every answer has, and without its body where only the head was asked for.

    Args:
        send: The server's own.
        scope: The request.
        completed: Gives the header fields of an answer with those that every answer has.
    """

    __slots__ = ("_completed", "_head", "_scope", "_send", "begun", "closed")

    def __init__(self, send: Send, scope: Scope, *, completed: Callable[[list[Field], Scope], list[Field]]) -> None:
        self._send = send
        self._scope = scope
        self._head = scope["method"] == "HEAD"
        self._completed = completed
        self.begun = asyncio.Event()
        self.closed = False

    async def __call__(self, message: Message) -> None:
        """Send a part of an answer; nothing of one that was given up."""
        if self.closed:
            return
        self.begun.set()
        if message["type"] == "http.response.start":
            message = {**message, "headers": self._completed(list(message["headers"]), self._scope)}
        if self._head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


def for_one_reader(headers: Iterable[Field]) -> list[Field]:
    """Return header fields by which nobody in between keeps an answer that only a token was given.

    >>> for_one_reader([(b"cache-control", b"public, max-age=60")])
    [(b'cache-control', b'private, max-age=60')]
    """
    return [
        (name, value.replace(b"public", b"private") if name == b"cache-control" else value) for name, value in headers
    ]


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)
