"""The options that several commands share."""

from __future__ import annotations

import json
import re
import sys
from datetime import date, datetime
from typing import Annotated, Any

import typer

from neuralbrain.cli.plain_text import UNSAFE, carries

LARGEST_NUMBER = 2**63 - 1  # of an SQLite integer
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # and no other form of ISO 8601
LONGEST_REASON = 1000  # characters; it is printed whole in every list that has it


def number_of_edition(value: int | None) -> int | None:
    """Return the number of an edition as typed.

    Raises:
        typer.BadParameter: If no edition can have it.
    """
    if value is not None and not 1 <= value <= LARGEST_NUMBER:
        raise typer.BadParameter("editions are numbered from 1, and none has a number that long.")
    return value


def reason_in_words(words: str) -> str:
    """Return a reason as it is kept.

    Raises:
        typer.BadParameter: If it says nothing, is too long, or cannot be kept as text.
    """
    kept = words.strip()
    if not kept:
        raise typer.BadParameter("a reason in words is needed: it is kept.")
    if len(kept) > LONGEST_REASON:
        raise typer.BadParameter(f"it has {len(kept):,} characters, and may have {LONGEST_REASON:,}.")
    try:
        kept.encode()
    except UnicodeEncodeError:
        raise typer.BadParameter("it is no text in UTF-8.") from None
    return kept


def day_as_typed(words: str) -> date:
    """Return a day as it was typed.

    Raises:
        typer.BadParameter: If it is none.

    >>> day_as_typed("2026-03-22")
    datetime.date(2026, 3, 22)
    """
    try:
        return date.fromisoformat(words if DAY.fullmatch(words) else "")
    except ValueError:
        raise typer.BadParameter(f"{words[:40]!r} is no day; write it as YYYY-MM-DD.") from None


def moment_as_typed(typed: str) -> datetime:
    """Return the last moment of knowledge that somebody typed.

    Raises:
        typer.BadParameter: If it is none.
    """
    from neuralbrain.publish.series_choice import cutoff_of  # noqa: PLC0415 - --help should not load anything

    try:
        return cutoff_of(typed)
    except ValueError as error:
        raise typer.BadParameter(f"{typed[:40]!r}: {error}.", param_hint="--as-of") from None


Reason = Annotated[
    str, typer.Option("--reason", callback=reason_in_words, help="Why, in one sentence; the audit trail keeps it.")
]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="As it was known at the end of that day (UTC), or at a time with its zone."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print a value as indented JSON; NaN would be a fault and is refused.

    What a terminal would obey, and letters that the output cannot carry, are written as JSON's own escapes.
    """
    said = json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False)
    if not carries(said):
        said = json.dumps(value, indent=2, allow_nan=False)
    sys.stdout.write("\n".join(UNSAFE.sub(_escaped, line) for line in said.split("\n")) + "\n")
    sys.stdout.flush()


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
