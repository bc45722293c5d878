"""Runs the command as a shell does, and changes what lies in a database where a provider would have written it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = (sys.executable, "-m", "neuralbrain")


def surroundings(home: Path, **changes: str) -> dict[str, str]:
    """Return the environment of a command over that data folder, without the width of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    return {**kept, "NEURALBRAIN_HOME": str(home), **changes}


def neuralbrain(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it printed and its exit code."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=surroundings(home, **environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def in_shell(line: str, *, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell in which ``neuralbrain`` is the command."""
    return subprocess.run(
        ["bash", "-c", f'set -o pipefail; neuralbrain() {{ "{sys.executable}" -m neuralbrain "$@"; }}; {line}'],
        env=surroundings(home, **environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
