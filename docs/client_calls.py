"""Writes the table of calls of the client, a method for each address of the OpenAPI document."""

from __future__ import annotations

import builtins
import json
import keyword
import re
from collections.abc import Iterator
from typing import Any

from docs.client_shapes import docstring, hint, sentence, shape_name
from docs.openapi_document import (
    JSON,
    OK,
    STREAM,
    Document,
    Operation,
    Parameter,
    Schema,
    operations,
    reference_of,
    shapes_of,
)

# What a reader would look for, where the function that answers is called otherwise.
NAMES = {
    ("GET", "/api/forecasts/global"): "world",
    ("GET", "/api/forecasts/all"): "forecasts",
    ("GET", "/api/forecasts/region/{region}"): "forecast",
    ("GET", "/api/editions/compare"): "compare_editions",
    ("GET", "/api/editions/{number}/forecasts/global"): "edition_world",
    ("GET", "/api/editions/{number}/forecasts/all"): "edition_forecasts",
    ("GET", "/api/editions/{number}/forecasts/region/{region}"): "edition_forecast",
    ("GET", "/api/editions/{number}/charts/{region}"): "edition_chart",
    ("GET", "/api/editions/{number}/predictions/summary"): "edition_summary",
    ("GET", "/api/lock"): "lock",
    ("GET", "/api/lock/audit"): "audit",
    ("POST", "/api/cycles"): "run_cycle",
    ("POST", "/api/schedule/pause"): "pause_schedule",
    ("POST", "/api/schedule/resume"): "resume_schedule",
    ("GET", "/api/health/status"): "health",
    ("GET", "/api/health/providers"): "health_providers",
    ("GET", "/api/health/provider/{name}"): "health_provider",
    ("GET", "/api/health/history/{provider}"): "health_history",
    ("GET", "/api/health/metrics"): "health_metrics",
    ("GET", "/api/health/dashboard"): "health_dashboard",
    ("GET", "/api/health/system"): "health_system",
    ("GET", "/api/health/config/monitor"): "monitor",
    ("POST", "/api/health/config/monitor"): "configure_monitor",
    ("POST", "/api/health/control/start"): "start_monitor",
    ("POST", "/api/health/control/stop"): "stop_monitor",
    ("POST", "/api/tokens/{name}/revoke"): "revoke_token",
    ("GET", "/api/alerts/record"): "alerts_record",
    ("GET", "/api/alerts/feed.atom"): "alerts_feed",
    ("POST", "/api/alerts/{number}/acknowledge"): "acknowledge_alert",
    ("GET", "/api/events"): "events",
}
# Addresses that answer text, whatever the document says of them.
TEXTS = frozenset({"/metrics"})
CHOSEN = "Chosen"  # what is answered where only some fields are asked for
BINARY = ("application/vnd.apache.parquet", "application/octet-stream", "application/x-parquet")
TIMES = frozenset({"as_of"})  # parameters that take a day or a moment


def called(operation: Operation) -> str:
    """Return what the client's method is called."""
    named = NAMES.get((operation.verb, operation.path))
    if named is not None:
        return named
    name = re.sub(r"^(list|one|get|read)_", "", operation.function)
    return f"{name}_" if keyword.iskeyword(name) else name


def calls(document: Document) -> list[Operation]:
    """Return the operations that have a method in the table; streams have one written by hand.

    Raises:
        ValueError: If two of them would be called the same.
    """
    found = [one for one in operations(document) if STREAM not in one.media_types()]
    names = [called(one) for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"Two addresses have the method {', '.join(twice)}: name one in docs/client_calls.py, NAMES.")
    return found


def call_files(document: Document) -> dict[str, str]:
    """Return the text of each file of calls, by its name without ending."""
    by_tag: dict[str, list[Operation]] = {}
    for one in calls(document):
        by_tag.setdefault(one.resource, []).append(one)
    return {tag: _file(tag, found) for tag, found in by_tag.items()}


def call_index(document: Document) -> str:
    """Return the text of the package that joins every call."""
    tags = list(call_files(document))
    imports = "".join(f"from neuralbrain.client.calls.{tag} import {_class(tag)}\n" for tag in tags)
    bases = ", ".join(_class(tag) for tag in tags)
    return (
        '"""Every call of the API in one class; written by ``make docs``."""\n\n'
        f"from __future__ import annotations\n\n{imports}\n\n"
        f'class Calls({bases}):\n    """Every call of the API."""\n'
    )


def _class(tag: str) -> str:
    return f"{''.join(word.title() for word in tag.split('_'))}Calls"


def _file(tag: str, found: list[Operation]) -> str:
    text = "\n".join(written for one in found for written in _methods(one))
    shapes = sorted({shape_name(name) for one in found for name in shapes_of(one)})
    shapes = [one for one in shapes if re.search(rf"\b{one}\b", text)]
    typing = [one for one in ("Any", "Literal") if re.search(rf"\b{one}\b", text)]
    times = [one for one in ("date", "datetime") if re.search(rf"[ :]{one} \|", text)]
    imports = [
        f"from datetime import {', '.join(times)}\n" if times else "",
        f"from typing import {', '.join(typing)}\n" if typing else "",
        "\nfrom neuralbrain.client.call import Call, asking, method\n",
        f"from neuralbrain.client.shapes import {', '.join(shapes)}\n" if shapes else "",
    ]
    return (
        f'"""The calls about {tag.replace("_", " ")}; written by ``make docs``."""\n\n'
        f"from __future__ import annotations\n\n{''.join(imports)}\n\n"
        f'class {_class(tag)}:\n    """The calls about {tag.replace("_", " ")}."""\n\n{text}'
    )


def _methods(operation: Operation) -> Iterator[str]:
    """Yield the method of an operation, and a second one where it answers in other formats, too."""
    formats = _other_formats(operation)
    has_json = not formats or JSON in operation.media_types()
    if has_json:
        yield _method(operation, name=called(operation), answer=_answer(operation), formats=())
    if formats:
        yield _method(operation, name=f"{called(operation)}_as", answer="bytes", formats=formats)


def _other_formats(operation: Operation) -> tuple[str, ...]:
    """Return the values of the parameter ``format`` that do not stand for JSON."""
    for one in operation.parameters:
        if one.name == "format":
            return tuple(value for value in one.choices if value != "json")
    return ()


def _answer(operation: Operation) -> str:
    """Return the type of an answer: what JSON says, else words, else bytes."""
    if operation.path in TEXTS:
        return "str"
    hints = []
    for status in operation.answered:
        media = operation.media_types(status)
        if JSON in media:
            hints.append(hint(_whole(media[JSON])))
        elif any(one in BINARY or one.startswith("image/") for one in media):
            hints.append("bytes")
        else:
            hints.append("str" if media else "None")
    return " | ".join(dict.fromkeys(hints)) or "None"


def _whole(schema: Schema) -> Schema:
    """Return the schema of an answer with all of its fields: a type cannot say which ones were named."""
    several = [one for one in schema.get("anyOf", ()) if reference_of(one) != CHOSEN]
    return {"anyOf": several} if several else schema


def _method(operation: Operation, *, name: str, answer: str, formats: tuple[str, ...]) -> str:
    parameters = [one for one in operation.parameters if one.place in {"path", "query"} and one.name != "format"]
    path = [one for one in parameters if one.place == "path"]
    query = [one for one in parameters if one.place == "query"]
    fields = list(_fields(operation))
    positional = ["self", *(f"{_python(one.name)}: {_hint_of(one)}" for one in path)]
    if formats:
        positional.append(f"file_format: Literal[{', '.join(json.dumps(one) for one in formats)}]")
    named = [_named(one) for one in (*(one for one in (*query, *fields) if one.required), *query, *fields)]
    named = list(dict.fromkeys(named))
    signature = ", ".join([*positional, *(["*", *named] if named else [])])
    arguments = _arguments(operation, path=path, query=query, fields=fields, formats=formats, answer=answer)
    return (
        f"    @method\n    def {name}({signature}) -> Call[{answer}]:\n"
        f"{_docstring(operation, path=path, named=[*query, *fields], formats=formats)}"
        f"        return asking({arguments})\n"
    )


def _arguments(
    operation: Operation,
    *,
    path: list[Parameter],
    query: list[Parameter],
    fields: list[Parameter],
    formats: tuple[str, ...],
    answer: str,
) -> str:
    """Return what is given to ``asking``."""
    given = [f'"{operation.verb}"', f'"{operation.path}"']
    if path:
        given.append(f"where={_mapping(path)}")
    if query or formats:
        also = ', "format": file_format' if formats else ""
        given.append(f"query={{{_mapping(query)[1:-1]}{also}}}".replace("{, ", "{"))
    if operation.body is not None:
        given.append("body=body" if [one.name for one in fields] == ["body"] else f"body={_mapping(fields)}")
    reads = {"str": "text", "bytes": "bytes"}.get(answer, "json")
    if reads != "json":
        given.append(f'reads="{reads}"')
    if operation.answered != (OK,):
        given.append(f"answered={operation.answered!r}")
    return ", ".join(given)


def _mapping(parameters: list[Parameter]) -> str:
    return "{" + ", ".join(f'"{one.name}": {_python(one.name)}' for one in parameters) + "}"


def _fields(operation: Operation) -> Iterator[Parameter]:
    """Yield the fields of the JSON body as parameters; a body that is no object is one parameter."""
    schema: Any = operation.body
    if schema is None:
        return
    if schema.get("type") != "object" or "properties" not in schema:
        yield Parameter(name="body", place="body", schema=schema, required=True, description="What is sent.")
        return
    required = set(schema.get("required", ()))
    for name, one in schema["properties"].items():
        yield Parameter(
            name=name, place="body", schema=one, required=name in required, description=one.get("description", "")
        )


def _named(one: Parameter) -> str:
    written = _hint_of(one)
    if one.required:
        return f"{_python(one.name)}: {written}"
    return f"{_python(one.name)}: {written if 'None' in written.split(' | ') else f'{written} | None'} = None"


def _hint_of(one: Parameter) -> str:
    """Return the type of a parameter: days and moments may be given as such."""
    optional = " | None" if "None" in hint(one.schema).split(" | ") else ""
    if one.name in TIMES or "date-time" in _formats(one.schema):
        return f"datetime | date | str{optional}"
    if "date" in _formats(one.schema):
        return f"date | str{optional}"
    return hint(one.schema)


def _formats(schema: Schema) -> set[str]:
    return (
        {str(schema["format"])}
        if "format" in schema
        else {found for one in schema.get("anyOf", ()) for found in _formats(one)}
    )


def _python(name: str) -> str:
    name = re.sub(r"\W", "_", name)
    return f"{name}_" if keyword.iskeyword(name) or hasattr(builtins, name) else name


def _docstring(operation: Operation, *, path: list[Parameter], named: list[Parameter], formats: tuple[str, ...]) -> str:
    token = " Needs a token." if operation.needs_token else ""
    said = [f"{_python(one.name)}: {sentence(one.description or one.name)}" for one in path]
    if formats:
        said.append(f"file_format: One of {', '.join(formats)}.")
    said += [f"{_python(one.name)}: {sentence(one.description or one.name)}" for one in named]
    description = f"{operation.description or called(operation)}\n\n``{operation.verb} {operation.path}``.{token}"
    return docstring(description, sections={"Args": said}, indent=" " * 8)
