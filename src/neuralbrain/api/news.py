"""Tells listeners what has changed, once what they may then ask for is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from neuralbrain.api.broadcast import Broadcast
from neuralbrain.api.changes import Change, Changes, Place
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
        self._looking: asyncio.Future[tuple[Place, tuple[Change, ...]]] | None = None
        self._unread = ""

    async def look(self) -> Callable[[], None]:
        """Return what tells what has changed since the last look; what cannot be read is told after a later one.

        A look that takes too long goes on, and what it finds is told by a later one: it has moved on from there.
        """
        if self._looking is None:
            self._looking = asyncio.ensure_future(self._in_thread(self._changes.look))
        try:
            place, changes = await asyncio.wait_for(asyncio.shield(self._looking), LOOK_SECONDS)
        except TimeoutError:
            return self._nothing("timeout")
        except NeuralBrainError as error:
            self._looking = None
            return self._nothing(error.error_code)
        except Exception:  # whoever follows the editions must not stop for what is told about them
            self._looking = None
            log.exception("changes-broke")
            return self._nothing(NeuralBrainError.code)
        self._looking, self._unread = None, ""

        def tell() -> None:
            self._broadcast.stand(place._asdict())
            for one in changes:
                self._broadcast.tell(one.kind, one.data)

        return tell

    def _nothing(self, why: str) -> Callable[[], None]:
        if why != self._unread:  # said once: it is looked at every second
            log.warning("changes-unread", code=why)
        self._unread = why
        return lambda: None
