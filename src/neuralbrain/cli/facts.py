"""Short facts under each other: a label, and beside it words that wrap under themselves."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from neuralbrain.cli.screen import line, screen

Fact = tuple[str, str | Text]


def print_facts(facts: Sequence[Fact]) -> None:
    """Print facts in two columns; a label that is empty goes on with the fact above it."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, said in facts:
        table.add_row(line((label, "bold")), line(said))
    screen().print(table)
