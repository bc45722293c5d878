"""An edition's body as an HTTP answer: header fields, entity tag, coding, 304; the same for short-cut and routes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.acceptance import WHOLE, codings_wanted, known_tag
from neuralbrain.api.age import age_seconds
from neuralbrain.api.asgi import Answer, Field
from neuralbrain.api.shelf import Shown
from neuralbrain.api.view import ServiceView
from neuralbrain.publish.body import Body, coded_etag
from neuralbrain.publish.cursor import cursor_of
from neuralbrain.publish.variants import CURSOR, Variant, body_of

REVALIDATE = b"no-cache"  # may be kept, must be asked about: the next edition can come at any moment
FOR_EVER = b"public, max-age=31536000, immutable"  # an edition by its number is never another
AT_ONCE_BYTES = 1_000_000  # made smaller while the client waits, a few milliseconds; larger is sent as it is
VARY = (b"vary", b"accept, accept-encoding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a request says about its answer.

    Args:
        encoding: The header field Accept-Encoding, empty where there was none.
        tags: The header field If-None-Match, the same.
    """

    encoding: str
    tags: str


def answer(
    shown: Shown, body: Body, wishes: Wishes, *, now: datetime, keep: bytes = REVALIDATE, link: str = ""
) -> Answer:
    """Return what is sent for a body: itself, in a coding that is ready, or 304 where the client has it.

    Args:
        shown: The edition that the body is of.
        body: The answer.
        wishes: What the client takes and has.
        now: The time; the edition's age is told at the moment of the answer.
        keep: How long the answer may be kept.
        link: Where a list goes on; empty where it does not.
    """
    headers = [*naming(shown, now=now), (b"cache-control", keep), VARY]
    known = known_tag(wishes.tags, body.etag) if wishes.tags else None
    if known is not None:
        return 304, [*headers, (b"etag", known.encode())], b""
    coding, content = in_coding(body, wishes.encoding)
    headers += [
        (b"etag", coded_etag(body.etag, coding).encode()),
        (b"content-type", body.media_type.encode()),
        (b"content-length", b"%d" % len(content)),
    ]
    if coding:
        headers.append((b"content-encoding", coding.encode()))
    if body.name:
        headers.append((b"content-disposition", f'attachment; filename="{body.name}"'.encode()))
    if link:
        headers.append((b"link", f'<{link}>; rel="next"'.encode()))
    return 200, headers, content


def naming(shown: Shown, *, now: datetime) -> list[Field]:
    """Return the header fields that name an edition, and its age at this moment."""
    return [*shown.headers, (b"neuralbrain-edition-age", b"%d" % age_seconds(shown.bodies.header, now))]


def in_coding(body: Body, accept_encoding: str) -> tuple[str, bytes]:
    """Return a body in the best coding that the client takes and that is ready, with the coding's name."""
    if accept_encoding and body.shrinks:
        for coding in codings_wanted(accept_encoding):
            made = body.ready(coding)
            if made is not None:
                return coding, made
    return WHOLE, body.content


def coding_to_make(body: Body, accept_encoding: str) -> str:
    """Return the coding that is worth to be made while the client waits; empty where none is, or it is ready.

    What somebody else makes just now is not waited for.
    """
    if not accept_encoding or not body.shrinks or len(body.content) > AT_ONCE_BYTES or body.will_be_coded:
        return WHOLE
    best = codings_wanted(accept_encoding)[0]
    return WHOLE if best == WHOLE or body.ready(best) is not None else best


def joined(fields: Iterable[Field], name: bytes) -> str:
    """Return a header field that may come several times as one list; empty where it did not come."""
    return ", ".join(value.decode("latin-1") for key, value in fields if key == name)


def answer_with(
    view: ServiceView, request: Request, shown: Shown, asked: Variant, *, keep: bytes = REVALIDATE
) -> Response:
    """Return the response of a route: the edition is taken once, so body and header fields are of the same one.

    Args:
        view: The service.
        request: What was asked.
        shown: The edition that is meant.
        asked: Which answer of it, and how.
        keep: How long the answer may be kept.

    Raises:
        NeuralBrainError: Whatever ``body_of`` raises.
    """
    body = body_of(shown.bodies, asked)
    fields = request.headers.raw
    wishes = Wishes(encoding=joined(fields, b"accept-encoding"), tags=joined(fields, b"if-none-match"))
    coding = coding_to_make(body, wishes.encoding)
    if coding:
        body.coded(coding)
    link = "" if body.more is None else next_page(request, cursor_of(CURSOR, shown.bodies.header.number, body.more))
    now = view.application.clock.now()
    status, headers, content = answer(shown, body, wishes, now=now, keep=keep, link=link)
    response = Response(content, status_code=status)
    response.raw_headers = headers
    return response


def next_page(request: Request, cursor: str) -> str:
    """Return the address at which a list goes on: the same question with another cursor, without the host."""
    others = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{request.url.path}?{urlencode([*others, ('cursor', cursor)])}"
