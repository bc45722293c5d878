"""What an ASGI application is made of, as types."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

Field = tuple[bytes, bytes]
"""A header field: its name in small letters, and its value."""

Answer = tuple[int, list[Field], bytes]
"""Status, header fields, content."""

READING = ("GET", "HEAD")


def values_of(scope: Scope, name: bytes) -> list[bytes]:
    """Return the values of a header field, which may come several times.

    >>> values_of({"headers": [(b"accept", b"a"), (b"host", b"h"), (b"accept", b"b")]}, b"accept")
    [b'a', b'b']
    """
    return [value for key, value in scope["headers"] if key == name]
