"""The part of JSON Schema that hubs use for metadata."""

from __future__ import annotations

from typing import Any

import pytest

from neuralbrain.hub.json_schema import broken_rules, unread_words

BROKEN: list[tuple[Any, Any, str]] = [
    (3, {"type": "string"}, "it is no string"),
    (True, {"type": "integer"}, "it is no integer"),
    (1.5, {"type": ["integer", "null"]}, "it is no integer or null"),
    ("c", {"enum": ["a", "b"]}, "it is 'c', and must be one of a, b"),
    ("c", {"const": "a"}, "it must be 'a'"),
    ("abc", {"maxLength": 2}, "it has 3 characters, and may have 2"),
    ("", {"minLength": 1}, "it has 0 characters, and must have 1"),
    ("a b", {"pattern": "^[a-z]+$"}, "it is 'a b', and must match ^[a-z]+$"),
    (-1, {"minimum": 0}, "it is below 0"),
    (2, {"maximum": 1}, "it is above 1"),
    ([], {"minItems": 1}, "it has 0 items, and must have 1"),
    ([1, 2], {"maxItems": 1}, "it has 2 items, and may have 1"),
    ([1, 1], {"uniqueItems": True}, "it has an item twice"),
    ([1, "x"], {"items": {"type": "integer"}}, "[1] is no integer"),
    ({}, {"required": ["a"]}, "a lacks"),
    ({"b": 1}, {"properties": {}, "additionalProperties": False}, "b is not asked for"),
    ({"b": 1}, {"additionalProperties": {"type": "string"}}, "b is no string"),
    ({"a": {"b": 1}}, {"properties": {"a": {"properties": {"b": {"type": "string"}}}}}, "a.b is no string"),
    (1, {"anyOf": [{"type": "string"}, {"minimum": 2}]}, "it fits none of what the schema gives for it"),
    (3, {"oneOf": [{"type": "integer"}, {"minimum": 2}]}, "it fits several of what the schema gives for it"),
    (1, {"allOf": [{"type": "integer"}, {"minimum": 2}]}, "it is below 2"),
    (1, {"not": {"type": "integer"}}, "it is what the schema excludes"),
    (1, False, "it may not be there"),
]


@pytest.mark.parametrize(("value", "schema", "said"), BROKEN)
def test_what_is_not_kept_is_said_once(value: Any, schema: Any, said: str) -> None:
    """A value that does not keep a schema is told why, once."""
    assert list(broken_rules(value, schema)) == [said]


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (3, {}), (3, True), (3.0, {"type": "integer"}), (None, {"type": ["string", "null"]}), ("ab", {"pattern": "b"}),
        ("x", {"minimum": 3}), ({"a": 1, "c": 2}, {"properties": {"a": {"type": "integer"}}}),
        ("no address", {"type": "string", "format": "email"}), (1, {"oneOf": [{"type": "string"}, {"type": "number"}]}),
    ],
)  # fmt: skip
def test_what_is_kept_is_silent(value: Any, schema: Any) -> None:
    """A value that keeps a schema is told nothing; formats are comments."""
    assert list(broken_rules(value, schema)) == []


def test_words_that_are_not_held_are_named() -> None:
    """References and conditions are named wherever they stand, known words are not."""
    schema = {"title": "x", "properties": {"a": {"$ref": "#/b"}}, "anyOf": [{"if": {}}], "items": {"type": "string"}}
    assert unread_words(schema) == {"$ref", "if"}
