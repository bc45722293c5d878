"""Reads the body of a request as far as it may be long, and no further."""

from __future__ import annotations

import asyncio

from neuralbrain.api.asgi import Message, Receive, Scope, values_of
from neuralbrain.errors import RequestRefusedError

MOST_BYTES = 64 * 1024  # the largest request of this service has a few hundred
READ_SECONDS = 10.0  # for that much, on a slow line


def require_short(scope: Scope) -> None:
    """Refuse a request that says itself that its body is too long; nothing of it is read.

    Raises:
        RequestRefusedError: If it does, or says no number.
    """
    for said in values_of(scope, b"content-length"):
        if not said.isdigit() or len(said) > len(str(MOST_BYTES)) or int(said) > MOST_BYTES:
            raise _too_large()


async def read_whole(receive: Receive) -> bytes:
    """Return the body of a request.

    Raises:
        RequestRefusedError: As soon as it is too long, whatever it said of itself; if it takes too long, or its sender
            went away.
    """
    parts = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise _too_slow()
                parts += message.get("body", b"")
                if len(parts) > MOST_BYTES:
                    raise _too_large()
                if not message.get("more_body", False):
                    return bytes(parts)
    except TimeoutError as error:
        raise _too_slow() from error


def read_again(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read already, and then what comes after it.

    Args:
        body: The body.
        receive: The server's own.
    """
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _too_large() -> RequestRefusedError:
    return RequestRefusedError(
        f"The body of the request is longer than {MOST_BYTES:,} bytes, so it was not read.",
        remedy="Send less: no request of this service needs that much.",
        code="body-too-large",
    )


def _too_slow() -> RequestRefusedError:
    return RequestRefusedError(
        f"The body of the request did not come within {READ_SECONDS:g} s.",
        remedy="Send it again, all at once.",
        code="body-too-slow",
    )
