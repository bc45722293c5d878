"""How an address documents an answer about an edition: header fields, formats, problems."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from neuralbrain.api.problems import problems
from neuralbrain.api.shapes import Chosen
from neuralbrain.publish.variants import MEDIA_TYPES, Format

NAMED: dict[str, Any] = {
    "ETag": {"schema": {"type": "string"}, "description": "For If-None-Match; each coding has one of its own."},
    "Cache-Control": {"schema": {"type": "string"}, "description": "How long it may be kept without asking again."},
    "Vary": {"schema": {"type": "string"}, "description": "The header fields of the request that it depends on."},
    "NeuralBrain-Edition": {"schema": {"type": "integer"}, "description": "Number of the edition."},
    "NeuralBrain-Provider": {"schema": {"type": "string"}, "description": "Its one author."},
    "NeuralBrain-Lock-Number": {"schema": {"type": "integer"}, "description": "The lock number it was made under."},
    "NeuralBrain-Cutoff": {
        "schema": {"type": "string", "format": "date-time"},
        "description": "The last moment of knowledge, UTC.",
    },
    "NeuralBrain-Edition-Age": {
        "schema": {"type": "integer", "minimum": 0},
        "description": "Seconds since it was published.",
    },
    "NeuralBrain-Withdrawn": {
        "schema": {"type": "string", "format": "date-time"},
        "description": "When it was withdrawn, UTC; only where it was.",
    },
}
LINKED = {"Link": {"schema": {"type": "string"}, "description": "The next page, as rel=next; only where there is one."}}
IN_A_FILE = {"schema": {"type": "string", "format": "binary"}}
FEATURES: dict[str, Any] = {
    "type": "object",
    "description": "A FeatureCollection of RFC 7946; edition says what an edition says about itself.",
    "required": ["type", "edition", "next_cursor", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "edition": {"type": "object"},
        "next_cursor": {"type": ["string", "null"]},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "id", "geometry", "geometry_reason", "properties"],
                "properties": {
                    "type": {"const": "Feature"},
                    "id": {"type": "string"},
                    "geometry": {"type": ["object", "null"]},
                    "geometry_reason": {"type": ["string", "null"]},
                    "properties": {"type": "object"},
                },
            },
        },
    },
}


def documented(shape: type[BaseModel], *statuses: int, paged: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the responses of an address whose body is made beforehand and sent as bytes.

    Args:
        shape: What the JSON looks like, where no fields are named.
        statuses: Of the problems.
        paged: Whether it is a list that goes on.
    """
    headers = {**NAMED, **(LINKED if paged else {})}
    others = {
        MEDIA_TYPES[Format.CSV].partition(";")[0]: {"schema": {"type": "string"}},
        MEDIA_TYPES[Format.PARQUET]: IN_A_FILE,
        MEDIA_TYPES[Format.GEOJSON]: {"schema": FEATURES},
    }
    return {
        200: {"model": shape | Chosen, "headers": headers, "content": others},
        304: {"description": "The client has it already.", "headers": NAMED},
        **problems(*statuses),
    }
