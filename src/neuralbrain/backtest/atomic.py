"""Files that are there whole or not at all, whenever the process ends."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from neuralbrain.errors import StoreFullError, StoreUnavailableError

UNFINISHED = ".unfinished-"
"""How the name of a file begins that is being written; such a file is nobody's and may be removed."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one, the new one, or none; durable when it returns.

    Raises:
        StoreFullError: If the disk has no space left.
        StoreUnavailableError: If it cannot be written for another reason.
    """
    beside = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    try:
        _write(path, content, beside=beside)
    except OSError as error:
        with contextlib.suppress(OSError):  # the reason is said below; what is left is removed by the next run
            beside.unlink(missing_ok=True)
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StoreFullError(
                f"The disk of {path.parent} is full.",
                remedy="Free space there and give the same call again: what is finished stays.",
            ) from error
        raise StoreUnavailableError(
            f"{path} cannot be written ({error.strerror}).",
            remedy="Look who may write to its folder, and give the same call again: what is finished stays.",
        ) from error


def _write(path: Path, content: bytes, *, beside: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
