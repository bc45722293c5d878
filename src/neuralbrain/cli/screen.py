"""The console that commands print to."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD, Box
from rich.console import Console
from rich.style import Style
from rich.text import Text

from neuralbrain.cli.plain_text import carries, plain

WIDTH_OF_A_FILE = 140  # columns where there is no terminal to ask: tables must not be cut in a pipe
NARROWEST = 20  # columns; below that no table can be read anyway
SIMPLE_ASCII = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)  # SIMPLE_HEAD for poor encodings


class Screen(Console):
    """A console that takes text for text: no markup, no emoji codes, no control characters."""

    def render_str(self, text: str, **given: Any) -> Text:  # noqa: ANN401 - as Rich has it
        """Return text as it stands, control characters spelled out."""
        return super().render_str(plain(text), **given)

    def on_broken_pipe(self) -> None:
        """Go silent where nobody reads any more; Rich would end the process."""
        self.quiet = True


@functools.cache
def screen() -> Screen:
    """Return the console over standard output: colours on a terminal, plain text in a pipe."""
    return _screen(_width())


def screen_of(columns: int) -> Screen:
    """Return a console at least so wide; a narrower terminal breaks its lines, and nothing is cut."""
    return screen() if screen().width >= columns else _screen(columns)


def _screen(columns: int | None) -> Screen:
    return Screen(markup=False, emoji=False, highlight=False, width=columns)


def _width() -> int | None:
    """Return the columns to fill: what COLUMNS says, else the terminal's own (None), else those of a file."""
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and int(said) > 0:
        return max(int(said), NARROWEST)
    return None if sys.stdout is not None and sys.stdout.isatty() else WIDTH_OF_A_FILE


def line(*parts: str | Text | tuple[str, str | Style]) -> Text:
    """Return one line from texts, each with a style where it is given as a pair; control characters spelled out."""
    return Text.assemble(
        *(
            one if isinstance(one, Text) else plain(one) if isinstance(one, str) else (plain(one[0]), one[1])
            for one in parts
        )
    )


def table_box() -> Box:
    """Return the rules of a table that standard output can show."""
    return SIMPLE_HEAD if carries("─") else SIMPLE_ASCII


@functools.cache
def command_name() -> str:
    """Return what to type for `neuralbrain` here: its name where the path finds it, else where it stands."""
    called = Path(sys.argv[0])
    if shutil.which("neuralbrain") or called.name != "neuralbrain":
        return "neuralbrain"
    return os.path.relpath(called)
