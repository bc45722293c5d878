"""Keeps the numbers of a long file outside of memory, release by release, until all of it was read."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

import numpy as np

from neuralbrain.errors import SourceAwayError

ROW = np.dtype([("series", "<i4"), ("day", "<i4"), ("value", "<f8")])
"""One value: number of its series, days since 1970, the value itself."""

Rows = np.ndarray[Any, np.dtype[np.void]]
"""Rows of one release, of the kind ``ROW``."""


class ReleaseRows:
    """A temporary file of rows, written in any order of releases and read one release at a time.

    A file of many releases is sorted that way at the memory of its largest release. To be used in a ``with`` block,
    whose end removes the file; the system removes it where the process dies.

    Args:
        origin: What is being read, for messages.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._file = tempfile.TemporaryFile(prefix="neuralbrain-")  # noqa: SIM115 - closed by __exit__
        self._pieces: dict[int, list[tuple[int, int]]] = defaultdict(list)  # where each piece begins, and its rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def releases(self) -> Iterable[int]:
        """Return the releases that have rows, in the order they were met."""
        return tuple(self._pieces)

    def add(self, release: np.ndarray[Any, Any], rows: Rows) -> None:
        """Put rows in.

        Args:
            release: The release of each row, shape (N,).
            rows: The rows, shape (N,).

        Raises:
            SourceAwayError: If the temporary folder has no room for them.
        """
        if not len(rows):
            return
        order = np.argsort(release, kind="stable")
        numbers, starts = np.unique(release[order], return_index=True)
        try:
            begins = self._file.seek(0, 2)
            self._file.write(rows[order].tobytes())
            self._file.flush()
        except OSError as error:
            raise SourceAwayError(
                f"{self._origin} cannot be sorted: the temporary folder takes no more ({error.strerror}).",
                remedy="Make room there, or name another folder with the environment variable TMPDIR.",
                code="source-no-room",
            ) from error
        ends = [*starts[1:].tolist(), len(rows)]
        for number, start, end in zip(numbers.tolist(), starts.tolist(), ends, strict=True):
            self._pieces[number].append((begins + start * ROW.itemsize, end - start))

    def of(self, release: int) -> Rows:
        """Return the rows of a release, sorted by series and day, those of one place and day by value."""
        pieces = []
        for begins, count in self._pieces.get(release, ()):
            self._file.seek(begins)
            pieces.append(np.frombuffer(self._file.read(count * ROW.itemsize), dtype=ROW))
        rows = np.concatenate(pieces) if pieces else np.empty(0, dtype=ROW)
        return rows[np.lexsort((rows["value"], rows["day"], rows["series"]))]
