"""Writes what a command makes into a file that somebody names."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import typer


def write_file(path: Path, content: bytes, *, option: str) -> None:
    """Write a file whole or not at all; one that is there is replaced.

    Args:
        path: Where.
        content: What.
        option: Which option named it, for the words of a refusal.

    Raises:
        typer.BadParameter: If it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # such as /dev/null: it must not be replaced by a file
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o666 & ~_mask())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written: {error.strerror}.", param_hint=option) from None


def _mask() -> int:
    """Return which rights new files do not get; the system tells it only by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
