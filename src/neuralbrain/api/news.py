"""Tells listeners what has changed, once what they may then ask for is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from neuralbrain.api.broadcast import Broadcast
from neuralbrain.api.changes import Changes
from neuralbrain.errors import NeuralBrainError
from neuralbrain.threads import OneAtATime

log = structlog.get_logger()

LOOK_SECONDS = 30.0  # for a look at a database whose disk is slow


class News:
    """Looks for changes, and tells them when it is told to.

    Args:
        changes: Says what has changed.
        broadcast: Who is told.
    """

    def __init__(self, changes: Changes, broadcast: Broadcast) -> None:
        self._changes = changes
        self._broadcast = broadcast
        self._in_thread = OneAtATime()
        self._unread = ""

    async def look(self) -> Callable[[], None]:
        """Return what tells what has changed since the last look; what cannot be read is told after a later one."""
        try:
            place, changes = await asyncio.wait_for(self._in_thread(self._changes.look), LOOK_SECONDS)
        except (NeuralBrainError, TimeoutError) as error:
            why = error.error_code if isinstance(error, NeuralBrainError) else "timeout"
            if why != self._unread:  # said once: it is looked at every second
                log.warning("changes-unread", code=why)
            self._unread = why
            return lambda: None
        self._unread = ""

        def tell() -> None:
            self._broadcast.stand(place._asdict())
            for one in changes:
                self._broadcast.tell(one.kind, one.data)

        return tell
