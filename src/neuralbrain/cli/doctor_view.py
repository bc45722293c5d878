"""The findings of `neuralbrain doctor`, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from neuralbrain.cli.doctor_checks.finding import Finding, State
from neuralbrain.cli.screen import line, screen

STYLE_OF = {State.OK: "green", State.NOTE: "yellow", State.PROBLEM: "bold red"}


def print_findings(findings: Sequence[Finding]) -> None:
    """Print each finding with what it costs and what to do, and below them how many there are."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in findings:
        code = f" ({one.code})" if one.code else ""
        table.add_row(line((one.state.value, STYLE_OF[one.state])), line((one.about, "bold"), f": {one.message}{code}"))
        if one.costs:
            table.add_row("", line(f"costs: {one.costs}"))
        if one.remedy:
            table.add_row("", line((f"to do: {one.remedy}", "dim" if one.state is State.OK else "")))
    console = screen()
    console.print(table)
    counts = Counter(one.state for one in findings)
    problems = _how_many(counts[State.PROBLEM], "problem")
    said = f"{problems}, {_how_many(counts[State.NOTE], 'note')}, {counts[State.OK]} ok."
    console.print(said, style=STYLE_OF[State.PROBLEM] if counts[State.PROBLEM] else STYLE_OF[State.OK])


def findings_as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the findings as plain values; null where there is nothing to say."""
    counts = Counter(one.state for one in findings)
    return {
        "problems": counts[State.PROBLEM],
        "notes": counts[State.NOTE],
        "findings": [
            {
                "about": one.about,
                "state": one.state.value,
                "message": one.message,
                "costs": one.costs or None,
                "remedy": one.remedy or None,
                "code": one.code or None,
            }
            for one in findings
        ],
    }


def _how_many(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
