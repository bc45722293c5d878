"""Puts into the OpenAPI document what the API really answered about the sample, list by list shortened."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from neuralbrain.api.problems import MEDIA_TYPE

EXAMPLES_FILE = "examples.json"
"""Written by ``make docs``, which runs the sample and asks every address."""


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document with examples: of each address that reads, its parameters, and every problem.

    Args:
        document: The document; it is changed.
    """
    said = examples()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _add_problems(operation, said["problems"])
            if method == "get" and path in said["answers"]:
                _add_answer(operation, said["answers"][path])
    return document


@cache
def examples() -> dict[str, Any]:
    """Return what the API answered: ``answers`` by address, ``problems`` by status."""
    found: dict[str, Any] = json.loads((files(__package__) / EXAMPLES_FILE).read_text(encoding="utf-8"))
    return found


def _add_answer(operation: dict[str, Any], said: dict[str, Any]) -> None:
    content = operation["responses"]["200"].get("content", {})
    if said["media_type"] in content:
        content[said["media_type"]]["example"] = said["example"]
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in said["places"] and "example" not in parameter:
            parameter["example"] = said["places"][parameter["name"]]


def _add_problems(operation: dict[str, Any], problems: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get(MEDIA_TYPE)
        if content is not None and status in problems:
            content["example"] = problems[status]
