"""An answer that is made for the request, with an entity tag of its content; 304 where the client has it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.acceptance import WHOLE, codings_wanted, known_tag
from neuralbrain.api.answers import AT_ONCE_BYTES, VARY, joined
from neuralbrain.api.problems import problems
from neuralbrain.publish.body import PACKED, coded_etag
from neuralbrain.publish.columns import PARQUET_TYPE
from neuralbrain.publish.compression import LEAST_BYTES, compressed

JSON = "application/json"
TAG_LETTERS = 32  # of the digest in hexadecimal: 128 bits are never the same by chance


def tagged_json(request: Request, content: dict[str, Any]) -> Response:
    """Return plain values as a JSON answer with an entity tag.

    Raises:
        ValueError: If they hold NaN or an infinity, which JSON cannot say.
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return tagged(request, text.encode(), media_type=JSON)


def tagged(request: Request, content: bytes, *, media_type: str, file_name: str = "") -> Response:
    """Return an answer with an entity tag, or 304 where the request names that tag.

    Args:
        request: What was asked.
        content: The answer.
        media_type: What it is.
        file_name: What a browser should keep it as; empty to show it.
    """
    tag = f'"{hashlib.sha256(content).hexdigest()[:TAG_LETTERS]}"'
    # May be kept, must be asked about.
    headers = {"cache-control": "no-cache", VARY[0].decode(): VARY[1].decode()}
    asked = joined(request.headers.raw, b"if-none-match")
    known = known_tag(asked, tag) if asked else None
    if known is not None:
        return Response(status_code=304, headers={**headers, "etag": known})
    if file_name:
        headers["content-disposition"] = f'attachment; filename="{file_name}"'
    coding = _coding(request, content, media_type)
    headers |= {"etag": coded_etag(tag, coding), "content-type": media_type}
    if coding:
        headers["content-encoding"] = coding
        content = compressed(content, coding)
    return Response(content, headers=headers)


def _coding(request: Request, content: bytes, media_type: str) -> str:
    """Return the coding of an answer that is made for one client; the largest are sent as they are."""
    if not LEAST_BYTES <= len(content) <= AT_ONCE_BYTES or media_type in PACKED:
        return WHOLE
    return codings_wanted(joined(request.headers.raw, b"accept-encoding"))[0]


def linked(response: Response, address: str) -> Response:
    """Return an answer that says where its list goes on, if it does."""
    if address and response.status_code != 304:
        response.headers["link"] = f'<{address}>; rel="next"'
    return response


def tagged_responses(
    shape: type[Any], *statuses: int, csv: bool = False, parquet: bool = False
) -> dict[int | str, dict[str, Any]]:
    """Return how an address documents such answers, and the problems that it answers with.

    Args:
        shape: What the JSON looks like.
        statuses: Of the problems.
        csv: Whether the same is to be had as CSV.
        parquet: Whether the same is to be had as Parquet.
    """
    named = {"ETag": {"schema": {"type": "string"}, "description": "For If-None-Match."}}
    answered: dict[str, Any] = {"model": shape, "headers": named}
    others: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}} if csv else {}
    if parquet:
        others[PARQUET_TYPE] = {"schema": {"type": "string", "format": "binary"}}
    if others:
        answered["content"] = others
    return {200: answered, 304: {"description": "The client has it already.", "headers": named}, **problems(*statuses)}
