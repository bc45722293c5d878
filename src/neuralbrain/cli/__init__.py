"""The command line: the outer door."""

from neuralbrain.cli.app import main

__all__ = ["main"]
