"""Which part of an answer is about which region."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from neuralbrain.bottleneck.read_horizon import HORIZON_NAMES
from neuralbrain.bottleneck.read_numbers import UnreadableError, named_fields
from neuralbrain.bottleneck.read_text import document_of

REGION_NAMES = (
    "region",
    "location",
    "iso3",
    "iso_code",
    "region_code",
    "country_code",
    "location_code",
    "code",
    "country",
    "region_name",
    "country_name",
)
WRAPPERS = (
    "forecasts",
    "regions",
    "countries",
    "locations",
    "results",
    "result",
    "predictions",
    "forecast",
    "data",
    "output",
    "response",
    "answer",
    "content",
    "text",
)
REMARKS = ("metadata", "meta", "notes", "rationale", "explanation", "assumptions", "usage", "model")
"""Fields beside the regions that are about the answer, not about a region."""
DEEPEST = 5  # wrappers inside wrappers; nobody means more

_CODE = re.compile(r"[A-Z]{3}|[A-Z]{2}-[A-Z0-9]{1,3}|WORLD")

Entries = list[tuple[str | None, object]]
Match = Callable[[str], str | None]


def entries_of(document: object, match: Match, *, depth: int = DEEPEST) -> Entries:
    """Return the parts of an answer with the name of the region each is about, as written, in their order.

    Args:
        document: The answer.
        match: Gives the code of a region that was asked for by a name in the answer, else None.
        depth: How many wrappers may still be taken off.

    Returns:
        Name and part; one part without a name where the answer names no region.

    Raises:
        UnreadableError: If the regions cannot be told apart.
        AnswerError: If a part is text that holds no JSON.

    >>> entries_of({"forecasts": [{"region": "AGO", "cases": [1]}]}, {"AGO": "AGO"}.get)
    [('AGO', {'region': 'AGO', 'cases': [1]})]
    """
    if isinstance(document, list):
        return _entries_of_list(document)
    if not isinstance(document, Mapping):
        return [(None, document)]
    fields = named_fields(document, where="The answer")
    if _name_in(fields) is not None:
        return [(_name_in(fields), document)]
    fields = {name: part for name, part in fields.items() if name not in REMARKS}
    if _is_keyed_by_region(document, match):
        return [
            (str(key), part)
            for key, part in document.items()
            if (part is None or isinstance(part, (Mapping, list))) and str(key).lower() not in REMARKS
        ]
    for name in WRAPPERS if depth else ():
        inner = fields.get(name)
        if isinstance(inner, str) and len(fields) == 1:
            inner = document_of(inner)
        named = isinstance(inner, list) and any(_named(row) for row in inner)
        if named or (isinstance(inner, Mapping) and _is_wrapper(fields, inner, match)):
            return entries_of(inner, match, depth=depth - 1)
    return [(None, document)]


def _entries_of_list(rows: list[object]) -> Entries:
    names = [_named(row) for row in rows]
    if not any(names):
        return [(None, rows)]
    if not all(names):
        raise UnreadableError("region-unnamed", "The answer names the region of some rows only.")
    horizons = [isinstance(row, Mapping) and _is_row(named_fields(row, where="The answer")) for row in rows]
    if not all(horizons):
        return list(zip(names, rows, strict=True))
    grouped: dict[str | None, list[object]] = {}  # one row a region and horizon
    for name, row in zip(names, rows, strict=True):
        grouped.setdefault(name, []).append(row)
    return list(grouped.items())


def _named(row: object) -> str | None:
    return _name_in(named_fields(row, where="The answer")) if isinstance(row, Mapping) else None


def _name_in(fields: dict[str, object]) -> str | None:
    names: Iterable[object] = (fields.get(name) for name in REGION_NAMES)
    return next((name for name in names if isinstance(name, str) and name), None)


def _is_row(fields: dict[str, object]) -> bool:
    return any(fields.get(name) is not None for name in HORIZON_NAMES)


def _is_keyed_by_region(document: Mapping[object, object], match: Match) -> bool:
    keys = [str(key) for key, part in document.items() if part is None or isinstance(part, (Mapping, list))]
    return any(match(key) is not None for key in keys) or bool(keys and all(_CODE.fullmatch(key) for key in keys))


def _is_wrapper(fields: dict[str, object], inner: Mapping[object, object], match: Match) -> bool:
    if len(fields) == 1 or _is_keyed_by_region(inner, match):
        return True
    return _named(inner) is not None
