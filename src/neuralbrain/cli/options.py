"""The options that several commands share."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print a value as indented JSON; NaN would be a fault and is refused."""
    typer.echo(json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False))
