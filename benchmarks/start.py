"""How long a person waits for the command line, beside a Python that does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.figure import Figure, timed
from benchmarks.measure import interleaved
from benchmarks.workspace import temporary_home

NOTHING = "python -c pass"


def figures(*, rounds: int = 5) -> list[Figure]:
    """Return the wall time of --help, of the lock's status and of a run for which nothing has changed.

    Args:
        rounds: How often each is started.
    """
    with temporary_home() as home:
        python, command = [sys.executable], [sys.executable, "-m", "neuralbrain"]
        started(home, [*command, "run"])  # the first run publishes; every later one finds nothing changed
        actions: dict[str, Callable[[], object]] = {
            NOTHING: lambda: started(home, [*python, "-c", "pass"]),
            "import neuralbrain": lambda: started(home, [*python, "-c", "import neuralbrain"]),
            "neuralbrain --help": lambda: started(home, [*command, "--help"]),
            "neuralbrain lock status": lambda: started(home, [*command, "lock", "status"]),
            "neuralbrain run, nothing changed": lambda: started(home, [*command, "run"]),
        }
        taken = interleaved(actions, rounds=rounds)
    nothing = taken.pop(NOTHING)
    return [timed(name, sample, beside=NOTHING, reference=nothing) for name, sample in taken.items()]


def started(home: Path, command: Sequence[str]) -> None:
    """Run a command over a data folder until it ends, with no setting of this machine.

    Raises:
        RuntimeError: If it fails; what it says is in the message.
    """
    foreign = ("NEURALBRAIN_", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    ended = subprocess.run(
        command,
        # Compiled modules are kept here: what is timed is the second start on a machine, and each later one.
        env={**environment, "NEURALBRAIN_HOME": str(home), "PYTHONPYCACHEPREFIX": str(home / "compiled")},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise RuntimeError(f"{' '.join(command[1:])} ended with {ended.returncode}: {ended.stderr[-500:]}")
