"""Writes what the dashboard takes from the code: the types of the API's answers, and the names and codes of places.

`make docs` runs it; a test holds that nothing the dashboard relies on has changed since.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docs.openapi_document import served_document
from neuralbrain.domain.location import LOCATIONS

HERE = Path(__file__).parent
TYPES = HERE / "src" / "api" / "types.ts"
PLACES = HERE / "geometry" / "places.json"
SAID_FIRST = "// Written from the OpenAPI document by `make docs`; changes here are lost.\n"

# The answers that the dashboard reads; what they refer to is written, too.
ROOTS = (
    "AllForecasts",
    "GlobalForecast",
    "Chart",
    "Summary",
    "EditionsShape",
    "LockShape",
    "AuditShape",
    "ProvidersShape",
    "DashboardShape",
    "CyclesShape",
    "CycleWithSteps",
    "HealthShape",
    "SourcesShape",
    "SeriesShape",
    "RevisionsShape",
    "RegionsShape",
    "ScoresShape",
    "CoverageShape",
    "ReliabilityShape",
    "AlertsShape",
    "AlertRecordShape",
)
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def types_of(document: dict[str, Any]) -> str:
    """Return TypeScript for the answers in an OpenAPI document.

    Raises:
        KeyError: If the document lacks one of them.
    """
    schemas = document["components"]["schemas"]
    waiting, written = list(ROOTS), dict[str, str]()
    while waiting:
        name = waiting.pop(0)
        if name in written:
            continue
        referred: list[str] = []
        written[name] = _declared(_called(name), schemas[name], referred)
        waiting += referred
    return "\n".join([SAID_FIRST, *(written[name] for name in sorted(written))])


def places() -> dict[str, list[str]]:
    """Return every country and subdivision by its code: name, and the number that the atlases know it by."""
    known = sorted(LOCATIONS.values(), key=lambda one: one.code)
    return {one.code: [one.name, one.numeric or one.fips or ""] for one in known if one.code != "WORLD"}


def _called(name: str) -> str:
    """Return the name of a type; two of one name have their module before it in the document."""
    *_, module, last = f"__{name}".split("__")
    return f"{module.title().replace('_', '')}{last}"


def _declared(name: str, schema: dict[str, Any], referred: list[str]) -> str:
    if schema.get("type") != "object" or "properties" not in schema:
        return f"export type {name} = {_typed(schema, referred)};\n"
    fields = [f"  {field}: {_typed(one, referred)};\n" for field, one in schema["properties"].items()]
    return f"export interface {name} {{\n{''.join(fields)}}}\n"


def _typed(schema: dict[str, Any], referred: list[str]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        referred.append(name)
        return _called(name)
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(one) for one in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_typed(one, referred) for one in schema["anyOf"]))
    if schema.get("type") == "array":
        inner = _typed(schema["items"], referred) if "items" in schema else "unknown"
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if schema.get("type") == "object":
        more = schema.get("additionalProperties")
        return f"Record<string, {_typed(more, referred) if isinstance(more, dict) and more else 'unknown'}>"
    return PLAIN.get(schema.get("type", ""), "unknown")


def main() -> None:
    """Write both files."""
    TYPES.parent.mkdir(parents=True, exist_ok=True)
    TYPES.write_text(types_of(served_document()))
    rows = ",\n".join(f"{json.dumps(code)}: {json.dumps(row, ensure_ascii=False)}" for code, row in places().items())
    PLACES.write_text(f"{{\n{rows}\n}}\n")


if __name__ == "__main__":
    main()
