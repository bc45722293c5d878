"""A table that fits the screen: columns leave one by one, names wrap, and no number is ever cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from neuralbrain.cli.screen import line, screen, screen_of, table_box

NARROWEST_WRAP = 10  # columns below which wrapped names cannot be read
LONGEST_WORD = 20  # columns; longer words are broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Args:
        name: Its heading.
        cells: One a row.
        justify: Where its cells stand.
        leaves: Which columns leave first where the screen is narrow: the lowest; None never leaves.
        wraps: Whether its cells may go over several lines; only words may, a number never.
    """

    name: str
    cells: Sequence[str | Text]
    justify: JustifyMethod = "right"
    leaves: int | None = None
    wraps: bool = False

    def whole(self) -> int:
        """Return the columns of the screen it takes without wrapping."""
        return max(cell_len(str(one)) for one in (self.name, *self.cells))

    def narrowest(self) -> int:
        """Return the columns of the screen it needs at least."""
        if not self.wraps:
            return self.whole()
        words = (cell_len(word) for one in (self.name, *self.cells) for word in str(one).split())
        return min(self.whole(), max(NARROWEST_WRAP, min(LONGEST_WORD, max(words))))


def those_that_fit(columns: Sequence[Column], *, width: int) -> list[Column]:
    """Return the columns that a screen of that width can show without cutting any of them.

    >>> names = Column(name="Region", cells=("Angola",), wraps=True)
    >>> weeks = Column(name="For", cells=("2026-W12",), leaves=1)
    >>> [one.name for one in those_that_fit((names, weeks), width=20)]
    ['Region', 'For']
    >>> [one.name for one in those_that_fit((names, weeks), width=15)]
    ['Region']
    """
    kept = list(columns)
    while _needed(kept) > width:
        leaving = [(one.leaves, position) for position, one in enumerate(kept) if one.leaves is not None]
        if not leaving:
            break
        del kept[min(leaving)[1]]
    return kept


def print_table(columns: Sequence[Column], *, title: str = "", say_left_out: bool = True) -> list[str]:
    """Print a table, and below it which columns the screen had no room for.

    Args:
        columns: Its columns, of equal length.
        title: What stands above it.
        say_left_out: Whether the line below is printed; where several tables follow, one line serves them all.

    Returns:
        The names of those columns.
    """
    console = screen()
    kept = those_that_fit(columns, width=console.width)
    table = Table(title=title or None, title_justify="left", header_style="bold", box=table_box(), padding=(0, 1, 0, 0))
    width = max(console.width, _needed(kept))
    spare = width - _needed(kept)
    for one in kept:
        given = min(one.whole(), one.narrowest() + spare)
        spare -= given - one.narrowest()
        table.add_column(one.name, justify=one.justify, width=given, no_wrap=not one.wraps, overflow="fold")
    for row in zip(*(one.cells for one in kept), strict=True):
        table.add_row(*row)
    screen_of(width).print(table)
    left_out = [one.name for one in columns if one not in kept]
    if say_left_out:
        print_left_out(left_out)
    return left_out


def print_left_out(names: Sequence[str]) -> None:
    """Print which columns the screen had no room for, if any."""
    if names:
        screen().print(line((f"No room here for: {', '.join(names)}.", "dim")))


def _needed(columns: Sequence[Column]) -> int:
    """Return the width of a table: each column, the space after it and the gap to the next, and both edges."""
    return sum(one.narrowest() for one in columns) + 2 * len(columns) + 1
