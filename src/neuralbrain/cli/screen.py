"""The console that commands print to."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from pathlib import Path

from rich.console import Console

WIDTH_OF_A_FILE = 140  # columns where there is no terminal to ask: tables must not be cut in a pipe


@functools.cache
def screen() -> Console:
    """Return the console over standard output: colours on a terminal, plain text in a pipe."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)


@functools.cache
def command_name() -> str:
    """Return what to type for `neuralbrain` here: its name where the path finds it, else where it stands."""
    called = Path(sys.argv[0])
    if shutil.which("neuralbrain") or called.name != "neuralbrain":
        return "neuralbrain"
    return os.path.relpath(called)
