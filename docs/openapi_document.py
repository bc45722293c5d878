"""The OpenAPI document as a real service answers it, and its addresses as values."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SERVED = Path(__file__).parents[1] / "tests" / "api"  # the tests know how a service is put up
JSON = "application/json"
BROAD = frozenset({"data"})  # tags that hold several resources
STREAM = "text/event-stream"
OK = 200
UNSAID = "HTTPValidationError"  # what FastAPI documents where nobody said what a refused parameter looks like
VERBS = ("get", "post", "put", "patch", "delete")

Document = Mapping[str, Any]
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of an address; ``choices`` are the words that it may be, empty where it may be others."""

    name: str
    place: str
    schema: Schema
    required: bool
    description: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What can be asked at an address.

    Args:
        verb: In capitals.
        path: With its parameters in braces.
        tag: The resource it belongs to.
        function: The name of the function that answers.
        description: What it answers.
        parameters: Those of the path first.
        body: The schema of the JSON body, a reference followed; None where there is none.
        body_required: Whether it cannot be left out.
        responses: As the document has them, by status.
        needs_token: Whether only an operator may ask.
    """

    verb: str
    path: str
    tag: str
    function: str
    description: str
    parameters: tuple[Parameter, ...]
    body: Schema | None
    body_required: bool
    responses: Mapping[str, Any]
    needs_token: bool

    def media_types(self, status: int = OK) -> Mapping[str, Schema]:
        """Return the schema of each media type that it answers with."""
        content = self.responses.get(str(status), {}).get("content", {})
        found = {media: said.get("schema", {}) for media, said in content.items()}
        # FastAPI adds JSON of no shape to whatever else is documented.
        return {media: schema for media, schema in found.items() if schema or media != JSON or len(found) == 1}

    @property
    def resource(self) -> str:
        """Return what it is about, in letters: its tag, or the first word of the address where a tag is of several."""
        first = self.path.removeprefix("/api").split("/")[1]
        return "".join(one if one.isalnum() else "_" for one in (first if self.tag in BROAD else self.tag).lower())

    @property
    def answered(self) -> tuple[int, ...]:
        """Return the statuses whose content is an answer, in order: those of success, and others of a shape of ours."""
        statuses = sorted(int(one) for one in self.responses if one.isdigit())
        return tuple(one for one in statuses if 200 <= one < 300 or (one >= 400 and self._has_shape(one)))

    def _has_shape(self, status: int) -> bool:
        shape = reference_of(self.media_types(status).get(JSON, {}))
        return bool(shape) and shape != UNSAID


def served_document() -> Document:
    """Return the document that a service over an empty folder serves.

    Raises:
        ValueError: If it serves none.
    """
    if str(SERVED) not in sys.path:
        sys.path.insert(0, str(SERVED))
    from served import application_over, serving  # noqa: PLC0415 - found by the line above

    with tempfile.TemporaryDirectory() as folder:
        application = application_over(Path(folder) / "home")
        with serving(application) as service:
            got = service.get("/openapi.json")
        application.close()
    if got.status != OK:
        raise ValueError(f"the service has no document: {got.content.decode()}")
    found: Document = json.loads(got.content)
    return found


def operations(document: Document) -> Iterator[Operation]:
    """Yield everything that can be asked, in the order of the document."""
    for path, said in document["paths"].items():
        for verb in VERBS:
            if verb in said:
                yield _operation(verb, path, said[verb], shapes=document.get("components", {}).get("schemas", {}))


def _operation(verb: str, path: str, said: Mapping[str, Any], *, shapes: Mapping[str, Schema]) -> Operation:
    body = said.get("requestBody", {})
    taken = body.get("content", {}).get(JSON, {}).get("schema")
    parameters = [
        Parameter(
            name=one["name"],
            place=one["in"],
            schema=one["schema"],
            required=one.get("required", False),
            description=one.get("description", ""),
            choices=tuple(_choices(one["schema"], shapes)),
        )
        for one in said.get("parameters", ())
    ]
    return Operation(
        verb=verb.upper(),
        path=path,
        tag=said["tags"][0],
        function=_function(said["operationId"], verb, path),
        description=said.get("description", ""),
        parameters=tuple(sorted(parameters, key=lambda one: one.place != "path")),
        body=None if taken is None else _resolved(taken, shapes),
        body_required=body.get("required", False),
        responses=said["responses"],
        needs_token=bool(said.get("security")),
    )


def _resolved(schema: Schema, shapes: Mapping[str, Schema]) -> Schema:
    """Return the shape that a body has, also where it may be left out as a whole."""
    said = [one for one in schema.get("anyOf", (schema,)) if one.get("type") != "null"]
    return shapes.get(reference_of(said[0]), said[0])


def _choices(schema: Schema, shapes: Mapping[str, Schema]) -> Iterator[str]:
    yield from (str(one) for one in schema.get("enum", ()))
    for one in schema.get("anyOf", ()):
        yield from _choices(one, shapes)
    if "$ref" in schema:
        yield from _choices(shapes[reference_of(schema)], shapes)


def _function(name: str, verb: str, path: str) -> str:
    """Return the function's name, which FastAPI has put the address behind."""
    behind = "".join(one if one.isalnum() or one == "_" else "_" for one in f"_{path.lstrip('/')}")
    return name.removesuffix(f"_{verb}").removesuffix(behind).removesuffix(behind.replace("__", "_"))


def reference_of(schema: Schema) -> str:
    """Return the name of the shape that a schema refers to, empty where it refers to none."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def shapes_of(operation: Operation) -> Iterator[str]:
    """Yield the name of every shape that an operation answers or takes."""
    for status in operation.answered:
        yield from referred(operation.media_types(status))
    yield from referred(operation.body)
    yield from referred([one.schema for one in operation.parameters])


def referred(schema: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a document
    """Yield the name of every shape that a part of the document refers to, in order."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield reference_of(schema)
        for one in schema.values():
            yield from referred(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from referred(one)
