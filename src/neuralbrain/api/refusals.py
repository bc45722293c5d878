"""Puts into the OpenAPI document how a request is refused at the door, of which no route knows."""

from __future__ import annotations

from typing import Any

from neuralbrain.api.gate import OPEN_PATHS
from neuralbrain.api.problems import MEDIA_TYPE, Problem, problems

OF_ALL = (413, 421, 429, 500, 503)
"""How any request may be refused, whatever it asks for; what is ready in memory is refused for its host alone."""
OF_READERS = 401  # where others than this machine reach the service
SHAPES = "#/components/schemas/"


def with_refusals(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document that says of every operation how it may be refused at the door.

    The shape of a problem is told once, and referred to.

    Args:
        document: The document; it is changed.
    """
    document["components"]["schemas"][Problem.__name__] = Problem.model_json_schema()
    for path, operations in document["paths"].items():
        said = problems(*OF_ALL, *(() if path in OPEN_PATHS else (OF_READERS,)))
        for operation in operations.values():
            _add(operation["responses"], {str(status): one for status, one in said.items()})
    return document


def _add(responses: dict[str, Any], said: dict[str, Any]) -> None:
    for status, one in said.items():
        known = responses.setdefault(status, {"description": one["description"]})
        known.setdefault("content", {}).setdefault(MEDIA_TYPE, one["content"][MEDIA_TYPE])
    for status in sorted(responses):
        responses[status] = responses.pop(status)
        if MEDIA_TYPE in responses[status].get("content", {}):
            responses[status]["content"][MEDIA_TYPE] = {"schema": {"$ref": f"{SHAPES}{Problem.__name__}"}}
