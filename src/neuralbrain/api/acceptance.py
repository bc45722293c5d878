"""What a client takes: which coding, which format, and whether it has the answer already."""

from __future__ import annotations

import re
from functools import lru_cache

from neuralbrain.publish.body import coded_etag
from neuralbrain.publish.compression import CODINGS
from neuralbrain.publish.variants import MEDIA_TYPES, Format

WHOLE = ""  # the name of no coding
HEADERS_KEPT = 256  # browsers and programs send a few dozen different ones in all
LONGEST_FIELD = 1024  # letters; browsers send a tenth of it, and reading one takes the time of everybody

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_TYPES = {media_type.partition(";")[0]: format_ for format_, media_type in MEDIA_TYPES.items()}


def codings_wanted(accept_encoding: str) -> tuple[str, ...]:
    """Return the codings that a client takes, what it likes best first; at last the content as it is.

    Of those that it likes as much the smallest comes first. A client that takes nothing that there is gets the
    content as it is, which RFC 9110 allows.

    Args:
        accept_encoding: The header field as it came, empty where there was none; one that is too long says nothing.

    >>> codings_wanted("gzip, deflate, br, zstd"), codings_wanted("br;q=0.5, gzip"), codings_wanted("")
    (('br', 'zstd', 'gzip', ''), ('gzip', 'br', ''), ('',))
    >>> codings_wanted("*;q=0.1, br;q=0"), codings_wanted("identity, gzip;q=0.5")
    (('zstd', 'gzip', ''), ('',))
    """
    return _codings_wanted(accept_encoding if len(accept_encoding) <= LONGEST_FIELD else "")


@lru_cache(HEADERS_KEPT)
def _codings_wanted(accept_encoding: str) -> tuple[str, ...]:
    liked = _qualities(accept_encoding)
    others = liked.get("*", 0.0)
    if liked.get("gzip", 0.0) < liked.get("x-gzip", 0.0):
        liked["gzip"] = liked["x-gzip"]
    whole = liked.get("identity", 0.0)
    wanted = [coding for coding in CODINGS if liked.get(coding, others) > whole]
    # Sorting keeps the order of those that are liked as much.
    return (*sorted(wanted, key=lambda coding: -liked.get(coding, others)), WHOLE)


def format_wanted(accept: str) -> Format:
    """Return the format that a client likes best; JSON where it says nothing, or nothing that there is.

    >>> format_wanted("text/csv"), format_wanted("text/html, application/geo+json;q=0.9, */*;q=0.1")
    (<Format.CSV: 'csv'>, <Format.GEOJSON: 'geojson'>)
    """
    return _format_wanted(accept if len(accept) <= LONGEST_FIELD else "")


@lru_cache(HEADERS_KEPT)
def _format_wanted(accept: str) -> Format:
    liked = _qualities(accept)
    best = Format.JSON
    most = max(liked.get(one, 0.0) for one in ("application/json", "application/*", "*/*"))
    for media_type, format_ in _TYPES.items():
        if liked.get(media_type, 0.0) > most:
            best, most = format_, liked[media_type]
    return best


def known_tag(if_none_match: str, etag: str) -> str | None:
    """Return the tag of an answer that a client has, in whatever coding; None where it has another, or none.

    Compared weakly, as RFC 9110 says for If-None-Match.

    Args:
        if_none_match: The header field as it came.
        etag: Of the answer as it is, without a coding.

    >>> known_tag('W/"1-a", "2-b.br"', '"2-b"'), known_tag("*", '"2-b"'), known_tag('"3-c"', '"2-b"')
    ('"2-b.br"', '"2-b"', None)
    """
    if if_none_match.strip() == "*":
        return etag
    named = _TAG.findall(if_none_match)
    return next((tag for tag in (coded_etag(etag, coding) for coding in (WHOLE, *CODINGS)) if tag in named), None)


def _qualities(field: str) -> dict[str, float]:
    """Return what a list of things says it likes how much, 0 to 1; what cannot be read is not liked."""
    liked: dict[str, float] = {}
    for one in field.lower().split(","):
        name, *parameters = (part.strip() for part in one.split(";"))
        weights = [value for key, _, value in (part.partition("=") for part in parameters) if key.strip() == "q"]
        if name:
            liked[name] = _weight(weights[0].strip()) if weights else 1.0
    return liked


def _weight(text: str) -> float:
    return float(text) if re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", text) else 0.0
