"""The command line: the outer door."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; an interruption at any moment, the loading included, ends it with one sentence."""
    try:
        from neuralbrain.cli.app import main as run_command  # noqa: PLC0415 - loading it can be interrupted too

        run_command()
    except KeyboardInterrupt:
        from neuralbrain.cli.interruption import end_interrupted  # noqa: PLC0415 - the same

        sys.exit(end_interrupted())
