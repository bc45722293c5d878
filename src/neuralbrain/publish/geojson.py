"""Forecasts as GeoJSON: a feature a region, a point where one is known."""

from __future__ import annotations

from typing import Any

from neuralbrain.domain.centroids import CENTROIDS
from neuralbrain.publish.as_json import as_bytes

MEDIA_TYPE = "application/geo+json"
NO_POINT = "no single point stands for this region"


def geometry_of(region: str) -> dict[str, Any] | None:
    """Return a region's point, longitude before latitude as RFC 7946 has it; None where none stands for it.

    >>> geometry_of("WORLD") is None
    True
    """
    point = CENTROIDS.get(region)
    return None if point is None else {"type": "Point", "coordinates": [point[1], point[0]]}


def feature_of(region: str, properties: bytes) -> bytes:
    """Return a region as a feature; where it has no point, ``geometry_reason`` says why.

    Args:
        region: Its code.
        properties: What is said of it, a JSON object.
    """
    geometry = geometry_of(region)
    reason = NO_POINT if geometry is None else None
    head = {"type": "Feature", "id": region, "geometry": geometry, "geometry_reason": reason}
    return as_bytes(head)[:-1] + b',"properties":' + properties + b"}"
