"""An edition's body as an HTTP answer: header fields, entity tag, 304; the same for the short-cut and the routes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.age import age_seconds
from neuralbrain.api.shelf import Shown
from neuralbrain.api.view import ServiceView
from neuralbrain.errors import NotFoundError
from neuralbrain.publish.bodies import Body, EditionBodies

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
"""Status, header fields, content."""

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def answer(shown: Shown, body: Body, *, if_none_match: str, now: datetime) -> Answer:
    """Return what is sent for a body: itself, or 304 where the client has it.

    Args:
        shown: The edition that the body is of.
        body: The answer.
        if_none_match: The header field as it came, empty where there was none.
        now: The time; the edition's age is told at the moment of the answer.
    """
    headers = [
        *shown.headers,
        (b"neuralbrain-edition-age", str(age_seconds(shown.bodies.header, now)).encode()),
        (b"etag", body.etag.encode()),
    ]
    if if_none_match and matches(if_none_match, body.etag):
        return 304, headers, b""
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body.content)).encode())]
    return 200, headers, body.content


def matches(if_none_match: str, etag: str) -> bool:
    """Return whether a list of entity tags holds this one; by weak comparison, as RFC 9110 says for If-None-Match.

    >>> matches('W/"1-a", "2-b"', '"2-b"'), matches("*", '"2-b"'), matches('"3-c"', '"2-b"')
    (True, True, False)
    """
    return if_none_match.strip() == "*" or etag in _TAG.findall(if_none_match)


def joined(fields: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """Return a header field that may come several times as one list; empty where it did not come."""
    return ", ".join(value.decode("latin-1") for key, value in fields if key == name)


def answer_with(view: ServiceView, request: Request, pick: Callable[[EditionBodies], Body]) -> Response:
    """Return the response of a route: the edition is taken once, so body and header fields are of the same one.

    Args:
        view: The service.
        request: What was asked.
        pick: Takes the answer from the edition's; may make it.

    Raises:
        NotFoundError: If no edition is up.
        NeuralBrainError: Whatever ``pick`` raises.
    """
    shown = view.shelf.shown()
    if shown is None:
        raise no_edition(view.shelf.trouble)
    status, headers, content = answer(
        shown,
        pick(shown.bodies),
        if_none_match=joined(request.headers.raw, b"if-none-match"),
        now=view.application.clock.now(),
    )
    response = Response(content, status_code=status)
    response.raw_headers = headers
    return response


def no_edition(trouble: str) -> NotFoundError:
    """Return the error that no edition is up, with what stands in its way."""
    return NotFoundError(
        trouble or "No edition is up: none was published yet, or all are withdrawn.",
        remedy="/api/cycles shows how the last cycles ended, /api/health/status what is wrong.",
        code="edition-none",
    )
