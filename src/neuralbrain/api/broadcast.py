"""Tells every listener what happens, out of a bounded memory; who reads too slowly is dropped, and never waited for."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Any

from neuralbrain.errors import ServiceBusyError, TooOftenError

MOST_KEPT = 1_000  # events that a listener may have missed: a day of hourly cycles with twenty steps each
MOST_LISTENERS = 100  # each costs a connection and a task
MOST_OF_ONE = 8  # of one client elsewhere: a page in every tab that somebody keeps open, and some programs
MOST_WAITING = 100  # events that a listener may be behind before it is dropped: four cycles


class EventType(StrEnum):
    """What happened."""

    EDITION_PUBLISHED = "edition-published"
    EDITION_WITHDRAWN = "edition-withdrawn"
    LOCK_CHANGED = "lock-changed"
    HEALTH_CHANGED = "health-changed"
    CYCLE_BEGAN = "cycle-began"
    CYCLE_STEP = "cycle-step"
    CYCLE_ENDED = "cycle-ended"
    ALERT_RAISED = "alert-raised"
    ALERT_CLEARED = "alert-cleared"
    RESET = "reset"  # events may be missing before this one: everything is to be read anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Args:
        identity: Names it for ``Last-Event-ID``; of this run of the service, and greater than those before.
        kind: What happened.
        data: JSON on one line.
    """

    identity: str
    kind: EventType
    data: str


class Listener:
    """One who listens; made on the event loop that it listens on.

    Args:
        missed: What it is told first.
        wanted: Which types it is told of.
        client: Whom it is counted as; None for this machine.
    """

    def __init__(self, missed: Collection[Event], *, wanted: Collection[EventType], client: str | None = None) -> None:
        self.missed = tuple(missed)
        self.client = client
        self.ended = asyncio.Event()
        self._wanted = frozenset(wanted)
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[Event] = asyncio.Queue(MOST_WAITING)

    def tell(self, event: Event) -> None:
        """Have it told; from any thread, and at once."""
        if event.kind in self._wanted:
            self._loop.call_soon_threadsafe(self._take, event)

    def end(self) -> None:
        """Let it hear no more; from any thread."""
        self._loop.call_soon_threadsafe(self.ended.set)

    async def next(self, *, within: float) -> Event | None:
        """Return what it is told next, None where it is told nothing for so many seconds."""
        try:
            return await asyncio.wait_for(self._waiting.get(), within)
        except TimeoutError:
            return None

    def _take(self, event: Event) -> None:
        if self._waiting.full():
            self.ended.set()
        elif not self.ended.is_set():
            self._waiting.put_nowait(event)


class Broadcast:
    """What happened lately, and who listens. Safe to use from several threads.

    An event is named by this run of the service and a number, so a name of another run is known to be one.
    """

    def __init__(self) -> None:
        self._run = uuid.uuid4().hex[:8]
        self._number = 0
        self._place: dict[str, Any] = {"edition": None, "provider": None, "lock_number": None}
        self._kept: deque[tuple[int, Event]] = deque(maxlen=MOST_KEPT)
        self._listeners: set[Listener] = set()
        self._closed = False
        self._lock = Lock()

    @property
    def identity(self) -> str:
        """Return the name of the last event."""
        return f"{self._run}-{self._number}"

    @property
    def listening(self) -> int:
        """Return how many listen."""
        return len(self._listeners)

    def stand(self, place: Mapping[str, Any]) -> None:
        """Take note of what every event names: the edition that is up, its provider, and the lock's number."""
        with self._lock:
            self._place = dict(place)

    def tell(self, kind: EventType, data: Mapping[str, Any]) -> None:
        """Tell every listener of one thing; what it says of edition, provider and lock goes before what stands."""
        with self._lock:
            self._number += 1
            event = self._event(kind, data)
            self._kept.append((self._number, event))
            for one in self._listeners:
                one.tell(event)

    def listen(self, *, after: str | None, wanted: Collection[EventType], client: str | None = None) -> Listener:
        """Return a listener on the running event loop; it is to be given back to ``leave``.

        Args:
            after: The last event that it knows, None for one that knows none and wants what comes.
            wanted: Which types it is told of; a reset is told to everybody.
            client: Whom it is counted as; None for this machine, which may have every place there is.

        Raises:
            ServiceBusyError: If as many listen as may.
            TooOftenError: If this client has as many as one may.
        """
        with self._lock:
            if self._closed or len(self._listeners) >= MOST_LISTENERS:
                raise ServiceBusyError(
                    "The service ends." if self._closed else f"{MOST_LISTENERS} listen already.",
                    remedy="Try again later, or ask for what you need with GET.",
                )
            if client is not None and sum(one.client == client for one in self._listeners) >= MOST_OF_ONE:
                raise TooOftenError(
                    f"This client listens {MOST_OF_ONE} times already.", remedy="End one of its streams, and ask again."
                )
            listener = Listener(self._missed(after, wanted), wanted=wanted, client=client)
            self._listeners.add(listener)
            return listener

    def leave(self, listener: Listener) -> None:
        """Tell a listener nothing more."""
        with self._lock:
            self._listeners.discard(listener)

    def close(self) -> None:
        """End every listener, and take no other."""
        with self._lock:
            self._closed = True
            for one in self._listeners:
                one.end()

    def _missed(self, after: str | None, wanted: Collection[EventType]) -> list[Event]:
        if after is None:
            return []
        known = re.fullmatch(rf"{self._run}-(\d{{1,18}})", after, re.ASCII)
        oldest = self._number - len(self._kept)
        if known is None or not oldest <= int(known[1]) <= self._number:
            return [self._event(EventType.RESET, {"reason": "The last event you know is not kept here any more."})]
        return [one for number, one in self._kept if number > int(known[1]) and one.kind in wanted]

    def _event(self, kind: EventType, data: Mapping[str, Any]) -> Event:
        said = json.dumps({**self._place, **data}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return Event(identity=self.identity, kind=kind, data=said)
