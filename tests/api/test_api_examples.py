"""The examples of the API's document: real, valid by their own schema, of every address, and of today's shape."""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from served import Service, call

from neuralbrain.api.examples import examples
from neuralbrain.api.problems import MEDIA_TYPE

ROOT = Path(__file__).parents[2]
LARGEST = 200_000  # bytes of the file: the document is fetched by people
WITHOUT = {"/api/alerts/{number}", "/api/tokens"}
"""Addresses that read and of which the sample has nothing: no alert was raised, and tokens are for operators."""


@pytest.fixture(scope="module")
def document(reading: Service) -> dict[str, Any]:
    """Return the OpenAPI document as it is served."""
    return call(reading.api, "/openapi.json").body


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Return what validates by a schema of the document."""
    return jsonschema.Draft202012Validator({**schema, "components": document["components"]})


def contents(document: dict[str, Any]) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return every content of every answer: address and method, status, media type, and what is said of it."""
    return [
        (f"{method} {path}", status, media_type, content)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, response in operation["responses"].items()
        for media_type, content in response.get("content", {}).items()
    ]


def test_every_example_is_valid_by_its_schema(document: dict[str, Any]) -> None:
    """Each example in the document, of an answer and of a problem, is what its own schema describes."""
    with_example = [one for one in contents(document) if "example" in one[3]]
    assert len({one[0] for one in with_example if one[1] == "200"}) > 35
    assert {one[1] for one in with_example} >= {"200", "404", "422", "503"}
    for what, status, media_type, content in with_example:
        faults = [one.message for one in validator(document, content["schema"]).iter_errors(content["example"])]
        assert faults == [], f"{what} {status} {media_type}"


def test_every_address_that_reads_has_its_example(document: dict[str, Any]) -> None:
    """Each address that reads has an example of its answer and of each problem, with the values that lead there."""
    lacking = {
        path
        for path, operations in document["paths"].items()
        if "get" in operations
        and not any("example" in one for one in operations["get"]["responses"]["200"].get("content", {}).values())
    }
    assert lacking - WITHOUT == set(), "run `make docs`"
    problems = {status for _, status, media_type, one in contents(document) if media_type == MEDIA_TYPE}
    without = {
        status for _, status, media_type, one in contents(document) if media_type == MEDIA_TYPE and "example" not in one
    }
    assert problems >= {"404", "422", "503"}
    assert without <= {"408", "409", "500"}
    region = document["paths"]["/api/forecasts/region/{region}"]["get"]["parameters"][0]
    assert region["example"] == "ZMB"


def test_the_examples_are_of_todays_shape(reading: Service) -> None:
    """What the API answers now has the fields of the examples: the file is written anew where an answer changes."""
    for path, said in examples()["answers"].items():
        if said["media_type"] != "application/json" or "{" in path or path in {"/api/editions/compare"}:
            continue
        assert fields_of(call(reading.api, path).body) == fields_of(said["example"]), f"{path}: run `make docs`"


def fields_of(value: Any) -> Any:
    """Return the names of an answer's own fields; what is deeper depends on the numbers."""
    return sorted(value) if isinstance(value, dict) else type(value).__name__


def test_problems_are_as_the_service_gives_them_today(reading: Service) -> None:
    """A problem that is asked for again says what its example says."""
    for path, query, status in (("/api/forecasts/region/Atlantis", "", "404"), ("/api/lock/audit", "limit=0", "422")):
        assert call(reading.api, path, query=query).body == examples()["problems"][status]


def test_the_file_is_small_and_says_nothing_of_the_machine_it_was_written_on() -> None:
    """The examples take less than 200 kB, and hold no path, no key and no name of a machine."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    text = importlib.import_module("docs.examples").EXAMPLES.read_text(encoding="utf-8")
    assert len(text) < LARGEST
    assert json.loads(text) == examples()
    assert re.findall(r"(?:/tmp|/home|/root|/Users)[^\"\s]*", text) == []


def test_lists_are_cut_and_nothing_else() -> None:
    """Shortening keeps every field and the first entries of each list, lists of values all to the same length."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    shortened = importlib.import_module("docs.examples").shortened
    whole = {"a": [1, 2, 3, 4, 5], "b": [{"c": list("wxyz")}, {}, {}], "d": None, "e": "text"}
    assert shortened(whole) == {"a": [1, 2, 3], "b": [{"c": ["w", "x", "y"]}, {}], "d": None, "e": "text"}
