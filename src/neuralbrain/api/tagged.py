"""An answer that is made for the request, with an entity tag of its content; 304 where the client has it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.answers import joined, matches
from neuralbrain.api.problems import problems

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
    headers = {"etag": tag, "cache-control": "no-cache"}  # may be kept, must be asked about
    asked = joined(request.headers.raw, b"if-none-match")
    if asked and matches(asked, tag):
        return Response(status_code=304, headers=headers)
    if file_name:
        headers["content-disposition"] = f'attachment; filename="{file_name}"'
    return Response(content, headers={**headers, "content-type": media_type})


def tagged_responses(shape: type[Any], *statuses: int, csv: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return how an address documents such answers, and the problems that it answers with.

    Args:
        shape: What the JSON looks like.
        statuses: Of the problems.
        csv: Whether the same is to be had as CSV.
    """
    named = {"ETag": {"schema": {"type": "string"}, "description": "For If-None-Match."}}
    answered: dict[str, Any] = {"model": shape, "headers": named}
    if csv:
        answered["content"] = {"text/csv": {"schema": {"type": "string"}}}
    return {200: answered, 304: {"description": "The client has it already.", "headers": named}, **problems(*statuses)}
