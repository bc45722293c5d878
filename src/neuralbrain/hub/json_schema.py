"""Holds a value against the part of JSON Schema that hubs describe model metadata with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}
SAID_ELSEWHERE = frozenset({"$schema", "$id", "$comment", "title", "description", "examples", "default", "format"})
"""Words of a schema that allow everything: a format is a comment unless a validator says otherwise."""

_Given = Mapping[str, Any]
READ = frozenset(
    {
        *("type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "required", "properties"),
        *("additionalProperties", "items", "minItems", "maxItems", "uniqueItems", "anyOf", "oneOf", "allOf", "not"),
    }
)
"""Words that are held."""


def broken_rules(value: Any, schema: Any, *, at: str = "") -> Iterator[str]:  # noqa: ANN401 - whatever JSON can hold
    """Yield what a value does not keep of a schema, each with its place in the value.

    >>> list(broken_rules({"team": 3}, {"required": ["name"], "properties": {"team": {"type": "string"}}}))
    ['name lacks', 'team is no string']
    """
    if schema is True or not isinstance(schema, Mapping):
        if schema is False:
            yield f"{at or 'it'} may not be there"
        return
    named = at or "it"
    kinds = [schema["type"]] if isinstance(schema.get("type"), str) else list(schema.get("type") or ())
    if kinds and not any(_is_of(value, kind) for kind in kinds):
        yield f"{named} is no {' or '.join(kinds)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{named} is {value!r}, and must be one of {', '.join(map(str, schema['enum']))}"
    if "const" in schema and value != schema["const"]:
        yield f"{named} must be {schema['const']!r}"
    yield from _of_kind(value, schema, at=at)
    yield from _combined(value, schema, at=at)


def unread_words(schema: Any) -> set[str]:  # noqa: ANN401 - whatever JSON can hold
    """Return the words of a schema that are not held here, such as references to other schemas."""
    if not isinstance(schema, Mapping):
        return set()
    found = {one for one in schema if one not in READ | SAID_ELSEWHERE}
    for name in ("items", "additionalProperties", "not"):
        found |= unread_words(schema.get(name))
    for inner in (schema.get("properties") or {}).values():
        found |= unread_words(inner)
    for name in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(name) or ():
            found |= unread_words(inner)
    return found


def _is_of(value: Any, kind: str) -> bool:  # noqa: ANN401
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, TYPES.get(kind, (object,)))


def _of_kind(value: Any, schema: _Given, *, at: str) -> Iterator[str]:  # noqa: ANN401
    named = at or "it"
    if isinstance(value, str):
        if len(value) > schema.get("maxLength", len(value)):
            yield f"{named} has {len(value):,} characters, and may have {schema['maxLength']:,}"
        if len(value) < schema.get("minLength", 0):
            yield f"{named} has {len(value):,} characters, and must have {schema['minLength']:,}"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{named} is {value[:60]!r}, and must match {schema['pattern']}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if value < schema.get("minimum", value):
            yield f"{named} is below {schema['minimum']}"
        if value > schema.get("maximum", value):
            yield f"{named} is above {schema['maximum']}"
    elif isinstance(value, list):
        yield from _of_list(value, schema, at=at)
    elif isinstance(value, dict):
        yield from _of_object(value, schema, at=at)


def _of_list(values: list[Any], schema: _Given, *, at: str) -> Iterator[str]:
    if len(values) < schema.get("minItems", 0):
        yield f"{at or 'it'} has {len(values)} items, and must have {schema['minItems']}"
    if len(values) > schema.get("maxItems", len(values)):
        yield f"{at or 'it'} has {len(values)} items, and may have {schema['maxItems']}"
    if schema.get("uniqueItems") and any(one in values[:place] for place, one in enumerate(values)):
        yield f"{at or 'it'} has an item twice"
    for place, one in enumerate(values):
        yield from broken_rules(one, schema.get("items", True), at=f"{at}[{place}]")


def _of_object(values: Mapping[str, Any], schema: _Given, *, at: str) -> Iterator[str]:
    own: _Given = schema.get("properties") or {}
    prefix = f"{at}." if at else ""
    yield from (f"{prefix}{name} lacks" for name in schema.get("required") or () if name not in values)
    for name, one in values.items():
        if name in own:
            yield from broken_rules(one, own[name], at=f"{prefix}{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{prefix}{name} is not asked for"
        else:
            yield from broken_rules(one, schema.get("additionalProperties", True), at=f"{prefix}{name}")


def _combined(value: Any, schema: _Given, *, at: str) -> Iterator[str]:  # noqa: ANN401
    for inner in schema.get("allOf") or ():
        yield from broken_rules(value, inner, at=at)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            fits = sum(not any(broken_rules(value, inner, at=at)) for inner in schema[word])
            if not fits or (word == "oneOf" and fits > 1):
                yield f"{at or 'it'} fits {'none' if not fits else 'several'} of what the schema gives for it"
    if "not" in schema and not any(broken_rules(value, schema["not"], at=at)):
        yield f"{at or 'it'} is what the schema excludes"
