"""Writes docs/api.md from the OpenAPI document and docs/api.template, which has what no document says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

from docs.client_calls import called, calls
from docs.client_shapes import hint, sentence, shape_name, shapes_by_file
from docs.openapi_document import (
    JSON,
    STREAM,
    Document,
    Operation,
    Parameter,
    Schema,
    operations,
    reference_of,
    referred,
)

PAGE = Path(__file__).parent / "api.md"
TEMPLATE = Path(__file__).parent / "api.template"
PROBLEM = "application/problem+json"
LINKED = re.compile(r"``([^`]+)``")  # names in the words of the code


def api_page(document: Document) -> str:
    """Return docs/api.md.

    Args:
        document: The OpenAPI document.

    Raises:
        ValueError: If the template names a part that there is none of.
    """
    parts = {
        "overview": overview(document),
        "addresses": addresses(document),
        "header-fields": header_fields(document),
        "problems": problems(document),
        "problem-fields": problem_fields(document),
        "shapes": shapes(document),
    }

    def part(found: re.Match[str]) -> str:
        if found[1] not in parts:
            raise ValueError(f"{TEMPLATE.name} asks for {found[1]!r}; there are: {', '.join(parts)}")
        return parts[found[1]].strip()

    return re.sub(r"^<<(.+)>>$", part, TEMPLATE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def overview(document: Document) -> str:
    """Return the table of all addresses."""
    names = {(one.verb, one.path): called(one) for one in calls(document)}
    rows = [
        (
            f"[{one.verb} {one.path}](#{_anchor(_heading(one))})",
            _first_sentence(one.description),
            f"`{names.get((one.verb, one.path), 'events')}`",
            "yes" if one.needs_token else "",
        )
        for one in operations(document)
    ]
    return _table(("Address", "What it answers", "Client", "Token"), rows)


def addresses(document: Document) -> str:
    """Return a section for each resource with a paragraph for each of its addresses."""
    by_resource: dict[str, list[Operation]] = {}
    for one in operations(document):
        by_resource.setdefault(one.resource, []).append(one)
    sections = (
        f"## About {resource.replace('_', ' ')}\n\n" + "\n".join(map(_paragraph, found))
        for resource, found in by_resource.items()
    )
    return "\n".join(sections)


def header_fields(document: Document) -> str:
    """Return the table of the header fields of answers."""
    found: dict[str, tuple[str, set[str]]] = {}
    for one in operations(document):
        for said in one.responses.values():
            for name, field in said.get("headers", {}).items():
                found.setdefault(name, (field.get("description", ""), set()))[1].add(one.resource)
    rows = [(f"`{name}`", said, ", ".join(sorted(where))) for name, (said, where) in found.items()]
    return _table(("Field", "What it says", "Answers about"), rows)


def problems(document: Document) -> str:
    """Return the table of the statuses of problems."""
    found: dict[int, dict[str, None]] = {}
    for one in operations(document):
        for status, said in one.responses.items():
            if PROBLEM in said.get("content", {}):
                found.setdefault(int(status), {})[said["description"]] = None
    rows = [(f"{status} {HTTPStatus(status).phrase}", " ".join(found[status])) for status in sorted(found)]
    return _table(("Status", "When"), rows)


def problem_fields(document: Document) -> str:
    """Return the table of the fields of a problem."""
    for one in operations(document):
        for said in one.responses.values():
            schema = said.get("content", {}).get(PROBLEM, {}).get("schema")
            if schema is not None:
                return _fields(document["components"]["schemas"].get(reference_of(schema), schema))
    raise ValueError("no address documents its problems")


def shapes(document: Document) -> str:
    """Return a table of fields for each shape, by the resource that has it first."""
    known: Mapping[str, Schema] = document["components"]["schemas"]
    sections = []
    for names in shapes_by_file(document).values():
        for name in sorted(names, key=shape_name):
            schema = known[name]
            said = _words(schema.get("description", ""))
            fields = _fields(schema) if "properties" in schema else f"{_type(schema)}\n"
            sections.append(f"### {shape_name(name)}\n\n{said}\n\n{fields}")
    return "\n".join(sections)


def _paragraph(operation: Operation) -> str:
    lines = [f"### {_heading(operation)}", _words(operation.description)]
    if operation.needs_token:
        lines.append("Needs a [token](#tokens).")
    if operation.parameters:
        lines.append(
            _table(("Parameter", "Type", "Default", "Meaning"), [_row(one) for one in operation.parameters]).strip()
        )
    if operation.body is not None:
        lines += ["Body, as JSON:", _fields(operation.body).strip()]
    lines += [*_answers(operation), _refusals(operation)]
    return "\n\n".join(one for one in lines if one) + "\n"


def _heading(operation: Operation) -> str:
    return f"{operation.verb} {operation.path}"


def _row(one: Parameter) -> tuple[str, str, str, str]:
    default = one.schema.get("default")
    given = "required" if one.required else "" if default is None else f"`{str(default).lower()}`"
    examples = ", ".join(f"`{example}`" for example in one.schema.get("examples", ()))
    said = f"{_words(one.description)} Such as {examples}." if examples else _words(one.description)
    where = " (path)" if one.place == "path" else " (header)" if one.place == "header" else ""
    return f"`{one.name}`{where}", _type(one.schema).removesuffix(" | null"), given, said


def _answers(operation: Operation) -> Iterator[str]:
    for status in operation.answered:
        media = operation.media_types(status)
        if STREAM in media:
            yield "Answers a stream of [events](#events)."
        elif media:
            shape = _type(media.get(JSON, {"type": "string"}))
            others = [f"`{one}`" for one in media if one != JSON]
            also = f", or {', '.join(others)}" if others and JSON in media else ""
            form = shape if JSON in media else ", ".join(others)
            yield f"Answers {'' if status == HTTPStatus.OK else f'{status} with '}{form}{also}."
        else:
            yield f"Answers {status} {HTTPStatus(status).phrase}, without content."


def _refusals(operation: Operation) -> str:
    statuses = [one for one, said in operation.responses.items() if PROBLEM in said.get("content", {})]
    return f"[Problems](#problems): {', '.join(statuses)}." if statuses else ""


def _fields(schema: Schema) -> str:
    required = set(schema.get("required", ()))
    rows = [
        (
            f"`{name}`",
            _type(one),
            _words(one.get("description", "")) + ("" if name in required else " May be left out."),
        )
        for name, one in schema.get("properties", {}).items()
    ]
    return _table(("Field", "Type", "Meaning"), rows)


def _type(schema: Schema) -> str:
    """Return a schema in the words of JSON, each shape with a link to its table."""
    written = hint(schema)
    for word, said in (
        ("None", "null"),
        ("str", "string"),
        ("int", "integer"),
        ("float", "number"),
        ("bool", "boolean"),
    ):
        written = re.sub(rf"(?<![\"\w]){word}(?![\"\w])", said, written)
    written = re.sub(r"Literal\[([^\]]*)\]", lambda found: " | ".join(found[1].split(", ")), written)
    for name in {shape_name(one) for one in referred(schema)}:
        written = re.sub(rf"\b{name}\b", f"[{name}](#{_anchor(name)})", written)
    return re.sub(r"\blist\[(.*)\]$", r"list of \1", written) if written.count("list[") == 1 else written


def _first_sentence(text: str) -> str:
    return _words(re.split(r"(?<=[.;])\s", f"{text} ", maxsplit=1)[0].rstrip("; "))


def _words(text: str) -> str:
    return LINKED.sub(r"`\1`", sentence(text)) if text else ""


def _anchor(heading: str) -> str:
    """Return what a heading is linked by.

    >>> _anchor("GET /api/regions/{region}")
    'get-apiregionsregion'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)
