"""What happens, as server-sent events: editions, lock, health, cycles, alerts, in all processes over one database."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Sequence
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import APIRouter, Header, Query
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.asgi import Receive, Scope, Send
from neuralbrain.api.broadcast import Broadcast, Event, EventType, Listener
from neuralbrain.api.client_address import counted_as
from neuralbrain.api.problems import problems
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.loopback import is_loopback

log = structlog.get_logger()
Value = TypeVar("Value")

MEDIA_TYPE = "text/event-stream"
BEAT_SECONDS = 15.0  # the shortest time after which servers in between give up a connection is 30
COME_BACK_MILLISECONDS = 3_000  # for a client whose connection broke
LAST_WORDS_SECONDS = 1.0  # for a listener to take the end of the stream
LONGEST_SECONDS = 86_400  # of a stream that is to end by itself
LONGEST_IDENTITY = 64
HEAD_ONLY = "neuralbrain.head"
"""Stands in the scope of a request that came as HEAD and is answered as GET without its body."""
BEAT = b": still here\n\n"

TYPES = tuple(one.value for one in EventType if one is not EventType.RESET)
_ONE = f"({'|'.join(TYPES)})"

Types = Annotated[
    str | None,
    Query(
        pattern=f"^{_ONE}(,{_ONE})*$",
        description="Only these, with commas between them: " + ", ".join(TYPES) + ".",
        examples=["edition-published,edition-withdrawn"],
    ),
]
Seconds = Annotated[
    int | None,
    Query(
        ge=0,
        le=LONGEST_SECONDS,
        description="After how long the stream ends; 0 gives what was missed, and ends. Without it, it does not end.",
    ),
]
LastEvent = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        description="The last event that is known: those after it come first, or a reset where they are not kept.",
    ),
]


class _OverError(Exception):
    """The reader went or fell behind, or the service ends."""


class EventStream(Response):
    """An answer that goes on: it ends when its reader goes, falls behind or is done, or the service ends.

    Args:
        broadcast: Where the listener is given back.
        listener: Who is told.
        seconds: How long at most; None for as long as it may be.
    """

    media_type = MEDIA_TYPE

    def __init__(self, broadcast: Broadcast, listener: Listener, *, seconds: int | None) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._broadcast = broadcast
        self._listener = listener
        self._seconds = seconds
        # Said at once: a client that comes back before anything happened misses nothing then.
        self._opening = f"retry: {COME_BACK_MILLISECONDS}\n" + (
            "" if listener.missed else f"id: {broadcast.identity}\n"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what happens until somebody has had enough."""
        ends = [asyncio.ensure_future(self._listener.ended.wait()), asyncio.ensure_future(_left(receive))]
        try:
            with contextlib.suppress(_OverError):
                start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
                await _before(ends, send(start))
                if not scope.get(HEAD_ONLY):
                    await self._tell(send, ends)
            last = {"type": "http.response.body", "body": b"", "more_body": False}
            await asyncio.wait_for(send(last), LAST_WORDS_SECONDS)
        except (OSError, TimeoutError):
            log.debug("listener-left", why="its connection takes nothing more")
        finally:
            self._broadcast.leave(self._listener)
            for one in ends:
                one.cancel()

    async def _tell(self, send: Send, ends: Sequence[asyncio.Future[Any]]) -> None:
        clock = asyncio.get_running_loop().time
        until = None if self._seconds is None else clock() + self._seconds
        said = f"{self._opening}\n".encode() + b"".join(map(as_lines, self._listener.missed))
        while True:
            await _before(ends, send({"type": "http.response.body", "body": said, "more_body": True}))
            left = BEAT_SECONDS if until is None else min(BEAT_SECONDS, until - clock())
            if left <= 0:
                return
            event = await _before(ends, self._listener.next(within=left))
            said = BEAT if event is None else as_lines(event)


def as_lines(event: Event) -> bytes:
    r"""Return an event as it is sent.

    >>> as_lines(Event(identity="a-1", kind=EventType.RESET, data="{}"))
    b'id: a-1\nevent: reset\ndata: {}\n\n'
    """
    return f"id: {event.identity}\nevent: {event.kind.value}\ndata: {event.data}\n\n".encode()


def events(view: ServiceView) -> APIRouter:
    """Return the address of what happens."""
    router = APIRouter(tags=["events"])

    @router.get("/api/events", responses=_documented(), response_class=Response, response_model=None)
    async def happenings(
        request: Request, types: Types = None, seconds: Seconds = None, last_event_id: LastEvent = None
    ) -> Response:
        """What happens, as server-sent events: each has an id, a type, and data that name edition and lock number.

        The stream says something at least every 15 seconds. Who comes back with the id of the last event it knows is
        told what it missed; `reset` says that this is not known any more, so that everything is to be read anew. Who
        falls a hundred events behind is cut off. One client has at most eight streams at once; this machine may have
        more.
        """
        wanted = _wanted(types)
        known = None if last_event_id is None else last_event_id[:LONGEST_IDENTITY]
        address = view.clients.of(request.scope)
        client = None if is_loopback(address) else counted_as(address)
        listener = view.events.listen(after=known, wanted=wanted, client=client)
        return EventStream(view.events, listener, seconds=seconds)

    return router


def _wanted(types: str | None) -> tuple[EventType, ...]:
    return tuple(EventType) if types is None else tuple(EventType(one) for one in types.split(","))


async def _left(receive: Receive) -> None:
    """Wait until the reader goes; a request that has come whole has nothing else to say."""
    whole = False
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or whole:
            return
        whole = not message.get("more_body", False)


async def _before(ends: Sequence[asyncio.Future[Any]], work: Awaitable[Value]) -> Value:
    """Return what a piece of work gives.

    Raises:
        _OverError: If one of the ends comes first.
        OSError: If the work cannot be done.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task, *ends}, return_when=asyncio.FIRST_COMPLETED)
        if any(one.done() for one in ends):
            raise _OverError
        return task.result()
    finally:
        task.cancel()


def _documented() -> dict[int | str, dict[str, Any]]:
    stream = {"schema": {"type": "string"}}
    told = {"description": "What happens, for as long as it is listened to.", "content": {MEDIA_TYPE: stream}}
    return {200: told, **problems(422, 429, 503)}
