"""Only some fields of an answer, by their names; a name that there is not is an error that helps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from neuralbrain.errors import QueryError

LONGEST_FIELD = 64  # characters; the longest name has half as many, and comparing takes time in the square of it
MOST_FIELDS = 100  # names in one request; a forecast has fewer
INNER = ("context", "readable", "world", "cases", "deaths")  # objects whose own fields can be named, with a dot


def fields_of(typed: Iterable[str]) -> tuple[str, ...]:
    """Return the names that somebody typed, each once: separated by commas, or given several times.

    Raises:
        QueryError: If there are too many.

    >>> fields_of(["region,risk_score", " trend", ""])
    ('region', 'risk_score', 'trend')
    """
    names = (name.strip() for one in typed for name in one.split(",", MOST_FIELDS + 1))
    found = tuple(dict.fromkeys(name for name in names if name))
    if len(found) > MOST_FIELDS:
        raise QueryError(
            f"More than {MOST_FIELDS} fields are named.", remedy="Leave fields out to have all.", code="field-unknown"
        )
    return found


def names_in(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every name that a field of an object has, those of objects in it with a dot.

    >>> names_in({"region": "AGO", "context": {"unit": "count"}})
    ('region', 'context', 'context.unit')
    """
    found: list[str] = []
    for name, value in values.items():
        found.append(name)
        if name in INNER and isinstance(value, Mapping):
            found += [f"{name}.{inner}" for inner in value]
    return tuple(found)


def require_known(fields: Iterable[str], known: Sequence[str]) -> None:
    """Refuse a name that is not known.

    Raises:
        QueryError: If there is one; it names the nearest.
    """
    unknown = next((name for name in fields if name not in known), None)
    if unknown is None:
        return
    typed = unknown[:LONGEST_FIELD]
    near = get_close_matches(typed.lower(), known, n=2, cutoff=0.6)
    # A name alone may be that of an inner field: completeness is context.completeness.
    near = [name for name in known if name.endswith(f".{typed.lower()}")] or near
    raise QueryError(
        f"There is no field {typed!r} here.",
        remedy=f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(known)}.",
        code="field-unknown",
    )


def picked(values: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """Return only some fields of an object, in its own order; all where none is named.

    Args:
        values: The object.
        fields: Names as ``names_in`` gives them.

    >>> picked({"region": "AGO", "trend": None, "context": {"unit": "count", "source": "a"}}, ["context.unit", "trend"])
    {'trend': None, 'context': {'unit': 'count'}}
    """
    if not fields:
        return dict(values)
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        if name in fields:
            chosen[name] = value
            continue
        inner = {one.partition(".")[2] for one in fields if one.startswith(f"{name}.")}
        if inner:
            within = value if isinstance(value, Mapping) else {}
            chosen[name] = {one: said for one, said in within.items() if one in inner} or None
    return chosen
