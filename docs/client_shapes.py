"""Writes the shapes of the client, a TypedDict for each shape of the OpenAPI document."""

from __future__ import annotations

import json
import keyword
import re
import textwrap
from collections.abc import Iterator, Mapping

from docs.openapi_document import Document, Schema, operations, reference_of, referred, shapes_of

PLAIN = {
    "object": "dict[str, Any]",
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
}
WIDTH = 120  # columns, as in the whole house
LONGEST = 380  # lines of a file; the house allows 400, and a tag with more is written as two files


def shape_name(name: str) -> str:
    """Return a shape's name as the client has it; two of one name are told apart by their modules.

    >>> shape_name("neuralbrain__api__lock__EventShape"), shape_name("EditionShape")
    ('LockEventShape', 'EditionShape')
    """
    *modules, own = name.split("__")
    own = re.sub(r"\W+", "_", own)
    return "".join(part.title() for part in modules[-1:][0].split("_")) + own if modules else own


def hint(schema: Schema) -> str:
    """Return the type of what a schema describes.

    >>> hint({"anyOf": [{"type": "array", "items": {"type": "number"}}, {"type": "null"}]})
    'list[float] | None'
    """
    match schema:
        case {"$ref": _}:
            return shape_name(reference_of(schema))
        case {"const": _} | {"enum": _}:
            return f"Literal[{', '.join(map(json.dumps, schema.get('enum') or [schema['const']]))}]"
        case {"anyOf": several} | {"oneOf": several} | {"allOf": [_] as several}:
            return " | ".join(dict.fromkeys(map(hint, several)))
        case {"type": "array"}:
            return f"list[{hint(schema.get('items', {}))}]"
        case {"type": "object", "additionalProperties": dict() as values}:
            return f"dict[str, {hint(values)}]"
        case _:
            return PLAIN.get(str(schema.get("type")), "Any")


def shapes_by_file(document: Document) -> dict[str, list[str]]:
    """Return which shapes stand in which file: each with the first resource that has it, parts before wholes."""
    known: Mapping[str, Schema] = document["components"]["schemas"]
    files: dict[str, list[str]] = {}
    placed: set[str] = set()

    def place(name: str, resource: str) -> None:
        if name not in placed:
            placed.add(name)
            for part in referred(known[name]):
                place(part, resource)
            files.setdefault(resource, []).append(name)

    for one in operations(document):
        for name in shapes_of(one):
            place(name, one.resource)
    return files


def shape_files(document: Document) -> dict[str, str]:
    """Return the text of each file of shapes, by its name without ending."""
    known = document["components"]["schemas"]
    files = dict(_bounded(shapes_by_file(document), known))
    home = {name: file for file, names in files.items() for name in names}
    return {file: _file(file, names, known=known, home=home) for file, names in files.items()}


def shape_index(document: Document) -> str:
    """Return the text of the package that names every shape."""
    files = dict(_bounded(shapes_by_file(document), document["components"]["schemas"]))
    imports = (
        f"from neuralbrain.client.shapes.{file} import {', '.join(map(shape_name, names))}\n"
        for file, names in files.items()
    )
    names = sorted(shape_name(name) for found in files.values() for name in found)
    return (
        '"""Every shape that the API answers or takes; written by ``make docs``."""\n\n'
        f"{''.join(imports)}\n__all__ = {json.dumps(names)}\n"
    )


def _file(file: str, names: list[str], *, known: Mapping[str, Schema], home: Mapping[str, str]) -> str:
    """Return the text of one file of shapes."""
    text = "\n\n".join(_typed_dict(name, known[name]) for name in names)
    needed = {part for name in names for part in referred(known[name])} - set(names)
    imports = "".join(
        f"from neuralbrain.client.shapes.{home[one]} import {shape_name(one)}\n" for one in sorted(needed)
    )
    words = [one for one in ("Any", "Literal", "NotRequired", "TypedDict") if re.search(rf"\b{one}\b", text)]
    return (
        f'"""What the addresses of {file.replace("_", " ")} answer and take; written by ``make docs``."""\n\n'
        f"from __future__ import annotations\n\nfrom typing import {', '.join(words)}\n\n{imports}\n{text}"
    )


def docstring(description: str, *, sections: Mapping[str, list[str]], indent: str) -> str:
    """Return a docstring: its first line, further paragraphs, and sections of items.

    Args:
        description: The words; a blank line starts a paragraph, and a first line is the summary.
        sections: Name of each section to its items, without the empty ones.
        indent: What each line begins with.
    """
    first, *more = [one for one in description.split("\n\n") if one.strip()]
    summary, rest = _summary(first, room=WIDTH - len(indent) - 3)
    paragraphs = [_wrapped(one, indent=indent) for one in (rest, *more) if one]
    for name, items in sections.items():
        listed = [_wrapped(one, indent=f"{indent}    ", hanging="    ") for one in items]
        paragraphs += ["\n".join([f"{indent}{name}:", *listed])] if items else []
    if not paragraphs:
        return f'{indent}"""{summary}"""\n'
    return f'{indent}"""{summary}\n\n' + "\n\n".join(paragraphs) + f'\n{indent}"""\n'


def _summary(text: str, *, room: int) -> tuple[str, str]:
    """Return what fits into the first line, a whole sentence if there is one, and the rest."""
    said = sentence(text)
    if len(said) <= room:
        return said, ""
    ends = [found.end() for found in re.finditer(r"[.:;,](?= )", said) if found.end() <= room]
    full = [end for end in ends if said[end - 1] == "."]
    end = (full or ends or [room])[-1]
    return sentence(said[:end].rstrip(":;,")), sentence(said[end:])


def _wrapped(text: str, *, indent: str, hanging: str = "") -> str:
    """Return words as lines of a docstring."""
    return textwrap.fill(
        " ".join(text.split()),
        width=WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def sentence(text: str) -> str:
    """Return words that end in a full stop."""
    said = " ".join(text.split()).replace("\\", "/")
    return said if said.endswith((".", "?", "!")) else f"{said}."


def _bounded(files: Mapping[str, list[str]], known: Mapping[str, Schema]) -> Iterator[tuple[str, list[str]]]:
    """Yield files that are not too long: what does not fit goes into another one."""
    for tag, names in files.items():
        part: list[str] = []
        lines, number = 0, 1
        for name in names:
            length = _typed_dict(name, known[name]).count("\n") + 3
            if part and lines + length > LONGEST:
                yield _numbered(tag, number), part
                part, lines, number = [], 0, number + 1
            part.append(name)
            lines += length
        yield _numbered(tag, number), part


def _numbered(tag: str, number: int) -> str:
    name = re.sub(r"\W+", "_", tag)
    return name if number == 1 else f"{name}_{number}"


def _typed_dict(name: str, schema: Schema) -> str:
    """Return a class."""
    fields: Mapping[str, Schema] = schema.get("properties", {})
    if not fields:
        return f"{shape_name(name)} = {hint(schema)}\n"
    required = set(schema.get("required", ()))
    if bad := [one for one in fields if not one.isidentifier() or keyword.iskeyword(one)]:
        raise ValueError(f"{name} has fields that Python cannot name: {', '.join(bad)}")
    told = docstring(
        schema.get("description") or name, sections={"Attributes": list(_attributes(fields))}, indent="    "
    )
    types = {field: hint(one) if field in required else f"NotRequired[{hint(one)}]" for field, one in fields.items()}
    lines = [f"    {field}: {written}\n" for field, written in types.items()]
    return f"class {shape_name(name)}(TypedDict):\n{told}\n{''.join(lines)}"


def _attributes(fields: Mapping[str, Schema]) -> Iterator[str]:
    for name, schema in fields.items():
        if schema.get("description"):
            yield f"{name}: {sentence(schema['description'])}"
