"""Answers that were given a moment ago to the very same request: most who ask again and again ask the same."""

from __future__ import annotations

from collections.abc import Callable

from neuralbrain.api.asgi import Field, Message, Scope
from neuralbrain.ports import Clock

MOST_KEPT = 1024  # of one second; each holds no more than its header fields, because bodies are kept anyway
LONGEST_KEPT = 4096  # bytes of a request's header fields; browsers send a thousand

Given = tuple[Message, Message]
"""The two messages of an answer: its head and its body."""


Request = tuple[str, str, bytes, tuple[Field, ...]]
"""Method, path, query and header fields."""


class SameAnswers:
    """Keeps answers for a second, and for no longer than the edition that is up stays the same.

    A request is the same only where its method, address and every header field are, so nothing that an answer could
    depend on is left out. An answer tells the age of its edition in whole seconds, and is given within the second.

    Args:
        version: Gives what the answers are made from; another object means other answers.
        clock: Tells the seconds.
    """

    def __init__(self, version: Callable[[], object], *, clock: Clock) -> None:
        self._version = version
        self._clock = clock
        self._of: tuple[object, int] = (None, -1)
        self._given: dict[Request, Given] = {}

    def find(self, request: Request) -> Given | None:
        """Return the answer that this request was given within this second, None where it was not."""
        of = (self._version(), int(self._clock.uptime_seconds()))
        if of[1] != self._of[1] or of[0] is not self._of[0]:
            self._of, self._given = of, {}
            return None
        return self._given.get(request)

    def keep(self, request: Request, given: Given) -> None:
        """Remember an answer that was made after ``find`` had none; not for a request that is long itself."""
        if sum(len(name) + len(value) for name, value in request[3]) + len(request[2]) > LONGEST_KEPT:
            return
        if self._version() is self._of[0] and len(self._given) < MOST_KEPT:
            self._given[request] = given


def request_of(scope: Scope) -> Request:
    """Return everything that a request says, as a value to look it up by."""
    return (scope["method"], scope["path"], scope["query_string"], tuple(scope["headers"]))
