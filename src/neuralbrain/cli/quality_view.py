"""What checks found in feeds, for people: a row a mark, what each check looks for, and how many rows were rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.plain_text import plain
from neuralbrain.cli.screen import line, screen
from neuralbrain.domain.quality import MarkSeverity

Told = Mapping[str, Any]

STYLE_OF = {MarkSeverity.ERROR: "bold red", MarkSeverity.WARNING: "yellow", MarkSeverity.NOTE: "dim"}
RANK = {severity.value: rank for rank, severity in enumerate(MarkSeverity)}


def print_quality(told: Sequence[Told], *, limit: int) -> None:
    """Print the marks of feeds, the worst first, so many at most."""
    console = screen()
    marks = [(one["feed"], mark) for one in told for mark in one["marks"]]
    marks.sort(key=lambda pair: RANK[pair[1]["severity"]])  # stable: of one severity in the order of the feeds
    if marks:
        _print_marks(marks[:limit])
    if len(marks) > limit:
        console.print(line((f"{len(marks) - limit:,} more are left out; --limit shows more, --json all.", "dim")))
    for check, explain in {mark["check"]: mark["explain"] for _, mark in marks[:limit]}.items():
        console.print(line((check, "bold"), f": {explain}"))
    for one in told:
        console.print(line(f"{one['feed']}: {_summary(one)}"))


def _print_marks(marks: Sequence[tuple[str, Told]]) -> None:
    said = [plain(mark["message"]) for _, mark in marks]
    print_table(
        [
            Column(name="", cells=[_severity(mark) for _, mark in marks], justify="left"),
            Column(name="Feed", cells=[plain(feed) for feed, _ in marks], justify="left", leaves=2, wraps=True),
            Column(name="Check", cells=[plain(mark["check"]) for _, mark in marks], justify="left", leaves=3),
            Column(name="Values", cells=[f"{mark['count']:,}" for _, mark in marks], leaves=1),
            Column(name="What is there", cells=said, justify="left", wraps=True),
        ]
    )


def _severity(mark: Told) -> Text:
    return Text(mark["severity"], style=STYLE_OF[MarkSeverity(mark["severity"])])


def _summary(told: Told) -> str:
    """Return what was found in one feed, in one line."""
    if not told["series"]:
        return "nothing is known of it."
    counts = Counter(mark["severity"] for mark in told["marks"])
    said = [f"{counts[one.value]:,} {one.value}{'' if counts[one.value] == 1 else 's'}" for one in MarkSeverity]
    codes = ", ".join(f"{count:,} {code}" for code, count in told["rejected_by_code"].items())
    return f"{told['series']:,} series, {', '.join(said)}{f'; rejected rows: {codes}' if codes else ''}."
