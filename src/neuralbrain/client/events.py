"""The stream of events, taken up again where it broke off; without a socket, for both clients."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlencode

from neuralbrain.client.call import Call
from neuralbrain.client.connection import ANSWER_SECONDS
from neuralbrain.client.errors import UnreadableError
from neuralbrain.client.exchange import NO_CONTENT, Lost, Reply, failure
from neuralbrain.client.retries import BUSY, Retries, seconds_asked_for

EVENTS = "/api/events"
STREAM = "text/event-stream"
OK = 200
# The service says something at least this often, and be it only that it is still there.
SILENT_SECONDS = 2 * ANSWER_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in the service.

    Args:
        id: Its place in the stream; empty where it has none.
        kind: What happened.
        content: What the service says of it.
    """

    id: str
    kind: str
    content: Any


class Sent(Protocol):
    """An event as the HTTP library reads it."""

    @property
    def event(self) -> str:
        """What happened."""

    @property
    def data(self) -> str:
        """What is said of it."""

    @property
    def id(self) -> str:
        """The last place in the stream that was named."""

    @property
    def retry(self) -> int | None:
        """How many milliseconds to wait before asking again."""


class EventStream:
    """Where a reader of events is, and what comes next when the stream ends.

    A first connection is tried as often as any call; what once was connected is taken up again until it is closed.

    Args:
        last: The last event that the reader has; empty for those to come.
        types: Only these; empty for all.
        seconds: After how long the service ends the stream, which then is not taken up again; None for never.
        retries: How patient to be.
    """

    def __init__(self, last: str, *, types: Iterable[str], seconds: int | None, retries: Retries) -> None:
        query = {"types": ",".join(types), "seconds": "" if seconds is None else str(seconds)}
        asked = urlencode({name: value for name, value in query.items() if value}, safe=",")
        self._last = last
        self._ends = seconds is not None
        self._retries = retries
        self._failures = 0
        self._connected = False
        self._asked_for: float | None = None
        self.target = f"{EVENTS}?{asked}" if asked else EVENTS

    @property
    def headers(self) -> dict[str, str]:
        """Return the header fields to ask with."""
        known = {"last-event-id": self._last} if self._last else {}
        return {"accept": STREAM, "cache-control": "no-store", **known}

    def opened(self, reply: Reply) -> bool:
        """Take note of the head of a response, and return whether its events are to be read.

        Args:
            reply: Status and header fields, and the content where it is no stream.

        Raises:
            ProblemError: If the service refuses, and asking again would not help.
            UnreadableError: If it is no stream of events.
        """
        if reply.status in {OK, NO_CONTENT}:
            if reply.status == OK and not reply.headers.get("content-type", "").startswith(STREAM):
                raise UnreadableError(
                    f"The answer of {self.target} is no stream of events.",
                    remedy="Check that the address is that of NeuralBrain.",
                )
            self._connected, self._failures, self._asked_for = True, 0, None
            return reply.status == OK
        if reply.status not in BUSY:
            raise failure(reply, call=Call(verb="GET", target=self.target), attempt=1)
        self._asked_for = seconds_asked_for(reply.headers)
        self._failed(reply)
        return False

    def is_over(self, reply: Reply) -> bool:
        """Return whether nothing more is to come after a stream that was read to its end."""
        return reply.status == NO_CONTENT or (self._ends and reply.status == OK)

    def taken(self, sent: Sent) -> Event | None:
        """Return an event of the stream; None where it only said when to come back."""
        self._last = sent.id or self._last
        if sent.retry is not None:
            self._retries = replace(self._retries, first_seconds=sent.retry / 1000)
        if not sent.data:
            return None
        try:
            content = json.loads(sent.data)
        except ValueError:
            content = sent.data
        return Event(id=sent.id, kind=sent.event, content=content)

    def broke_off(self, why: Lost) -> None:
        """Take note that the connection was lost.

        Raises:
            UnreachableError: If there never was one, and it was tried often enough.
        """
        self._failed(why)

    def wait_seconds(self) -> float:
        """Return how long to wait before the stream is asked for again."""
        endless = replace(self._retries, attempts=self._failures + 2)
        asked_for = None if self._asked_for is None else min(self._asked_for, self._retries.longest_seconds)
        return endless.wait_seconds(max(1, self._failures), luck=random.random(), asked_for=asked_for) or 0.0  # noqa: S311 - no secret

    def _failed(self, why: Reply | Lost) -> None:
        self._failures += 1
        if not self._connected and self._failures >= self._retries.attempts:
            raise failure(why, call=Call(verb="GET", target=self.target), attempt=self._failures)
