"""Model metadata held against a hub's schema: what is said, and which schemas are of no use."""

from __future__ import annotations

from typing import Any

import pytest

from neuralbrain.hub.json_schema import SchemaNotUsedError, broken_rules

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
TUPLE = {"items": [{"type": "string"}]}  # a word of draft 7; 2020-12 has no list there


@pytest.mark.parametrize(
    ("value", "schema", "said"),
    [
        ({"a": [{"b": 1}]}, {"properties": {"a": {"items": {"properties": {"b": {"type": "string"}}}}}},
         "a[0].b: 1 is not of type 'string'"),
        ({"a b": 1}, {"additionalProperties": {"type": "string"}}, "['a b']: 1 is not of type 'string'"),
        ("abc", {"maxLength": 2}, "'abc' is too long (maxLength 2)"),
        ([1], {"minItems": 2}, "[1] is too short (minItems 2)"),
        ("x" * 5000, {"type": "null"}, f"'{'x' * 99}…{'x' * 77}' is not of type 'null'"),
        (1, {"$ref": "#/$defs/text", "$defs": {"text": {"type": "string"}}}, "1 is not of type 'string'"),
        ([1], {"$schema": DRAFT_7, **TUPLE}, "[0]: 1 is not of type 'string'"),
    ],
)  # fmt: skip
def test_what_is_not_kept_is_said_with_its_place(value: Any, schema: Any, said: str) -> None:
    """What a value does not keep is said with its place, shortened in the middle, by the draft that is named."""
    assert list(broken_rules(value, schema)) == [said]


def test_formats_are_comments() -> None:
    """An address that is none keeps the format of addresses."""
    assert list(broken_rules("no address", {"type": "string", "format": "email"})) == []


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (None, "neither an object nor true or false"),
        ({"type": "text"}, "it is no JSON Schema: $.type: 'text'"),
        ({"pattern": "("}, "$.pattern: '(' is not a 'regex'"),
        (TUPLE, "it is no JSON Schema: $.items"),
        ({"$schema": 3}, "is not of type 'string'"),
        ({"$schema": "https://example.org/own"}, "its draft is not known: https://example.org/own"),
        ({"$schema": "http://[::1"}, "its draft is not known"),
        ({"$ref": "#/$defs/none"}, "/$defs/none"),
        ({"$ref": "file:///etc/hostname"}, "it refers to 'file:///etc/hostname', which is not in it"),
        ({"$ref": "#"}, "without end"),
    ],
)  # fmt: skip
def test_a_schema_of_no_use_is_refused(schema: Any, said: str) -> None:
    """What is no schema, is of an unknown draft, or leads out of itself or nowhere is refused with the reason."""
    with pytest.raises(SchemaNotUsedError) as refused:
        list(broken_rules({"a": 1}, schema))
    assert said in str(refused.value)


def test_a_schema_nested_without_measure_is_refused() -> None:
    """A schema deeper than can be followed is refused, and does not end the program."""
    schema: Any = {}
    for _ in range(5000):
        schema = {"not": schema}
    with pytest.raises(SchemaNotUsedError, match="nested too deeply"):
        list(broken_rules(1, schema))
