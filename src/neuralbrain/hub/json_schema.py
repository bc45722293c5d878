"""Holds model metadata against a hub's schema of them, by a library; nothing is fetched for it.

Loaded where there are metadata to check, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema.exceptions import SchemaError
from jsonschema.validators import Draft202012Validator, validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

from neuralbrain.errors import printable

LONGEST = 200  # characters of what is said of one place
LENGTHS = frozenset({"minLength", "maxLength", "minItems", "maxItems"})  # the library does not say how long


class SchemaNotUsedError(ValueError):
    """Nothing can be held against the schema, or not all of it."""


def broken_rules(value: Any, schema: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON can hold
    """Yield what a value does not keep of a schema, each with its place in the value.

    The draft is the one that the schema names, 2020-12 where it names none. Formats are comments, as that draft has
    them.

    Raises:
        SchemaNotUsedError: If the schema is none, is of an unknown draft, refers to something that is not in it, or
            refers to itself without end; what was found before is yielded first.

    >>> list(broken_rules({"team": 3}, {"required": ["name"], "properties": {"team": {"type": "string"}}}))
    ["'name' is a required property", "team: 3 is not of type 'string'"]
    """
    try:
        for error in _validator(schema).iter_errors(value):
            place = error.json_path.removeprefix("$").removeprefix(".")
            limit = f" ({error.validator} {error.validator_value})" if error.validator in LENGTHS else ""
            yield f"{place}: {_short(error.message)}{limit}" if place else f"{_short(error.message)}{limit}"
    except SchemaError as error:
        raise SchemaNotUsedError(f"it is no JSON Schema: {error.json_path}: {_short(error.message)}") from error
    except Unresolvable as error:
        raise SchemaNotUsedError(
            f"it refers to {_short(error.ref)!r}, which is not in it; nothing is fetched"
        ) from error
    except RecursionError as error:
        raise SchemaNotUsedError("it is nested too deeply, or refers to itself without end") from error


def _validator(schema: Any) -> Any:  # noqa: ANN401 - the library has no types
    if not isinstance(schema, bool | dict):
        raise SchemaNotUsedError("it is no JSON Schema: it is neither an object nor true or false")
    named = schema.get("$schema", "") if isinstance(schema, dict) else ""
    try:
        kind = validator_for(schema, default=None) if isinstance(named, str) and named else Draft202012Validator
    except ValueError:  # its draft is named by what is no address
        kind = None
    if kind is None:
        raise SchemaNotUsedError(f"its draft is not known: {_short(named)}")
    kind.check_schema(schema)
    return kind(schema, registry=Registry())  # an empty one: the library's own fetches what a schema refers to


def _short(said: str) -> str:
    """Return the beginning and the end of what is said: the value comes first, what is wrong with it last."""
    half = LONGEST // 2
    return printable(said if len(said) <= LONGEST else f"{said[:half]}…{said[-half:]}", longest=LONGEST + 1)
