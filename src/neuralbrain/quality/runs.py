"""Runs of neighbouring cells and the last known value before each cell, over many series at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.observation import Floats, Integers

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Runs of flagged cells, in the order of rows and positions; all arrays have shape (R,).

    Args:
        rows: The row of each.
        starts: Position of the first cell.
        stops: Position after the last cell.
    """

    rows: Integers
    starts: Integers
    stops: Integers

    @property
    def lengths(self) -> Integers:
        """Return how many cells each has."""
        return self.stops - self.starts

    def where(self, chosen: Flags) -> Runs:
        """Return those that are chosen, shape (R,)."""
        return Runs(rows=self.rows[chosen], starts=self.starts[chosen], stops=self.stops[chosen])

    def flags(self, shape: tuple[int, int]) -> Flags:
        """Return the cells of all runs as flags of that shape."""
        steps = np.zeros((shape[0], shape[1] + 1), dtype=np.int8)
        steps[self.rows, self.starts] += 1
        np.subtract.at(steps, (self.rows, self.stops), np.int8(1))
        return np.asarray(np.cumsum(steps[:, :-1], axis=1, dtype=np.int8) > 0)


def runs_of(flags: Flags) -> Runs:
    """Return the runs of flagged cells of each row.

    Args:
        flags: Shape (S, T).

    >>> found = runs_of(np.array([[True, True, False, True]]))
    >>> found.starts.tolist(), found.stops.tolist()
    ([0, 3], [2, 4])
    """
    framed = np.zeros((flags.shape[0], flags.shape[1] + 2), dtype=np.int8)
    framed[:, 1:-1] = flags
    edges = np.diff(framed, axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, stops = np.nonzero(edges == -1)  # row by row as many as starts, in the same order
    return Runs(rows=rows, starts=starts, stops=stops)


def last_known(known: Flags) -> Integers:
    """Return shape (S, T): the position of the last known cell up to each cell, itself included; -1 where none is.

    >>> last_known(np.array([[False, True, False]])).tolist()
    [[-1, 1, 1]]
    """
    positions = np.where(known, np.arange(known.shape[1], dtype=np.int32)[None, :], np.int32(-1))
    return np.asarray(np.maximum.accumulate(positions, axis=1))


def packed_left(values: Floats) -> tuple[Floats, Integers]:
    """Return each row's known values without the gaps between them, and where each stood.

    Args:
        values: Shape (S, T), NaN where nothing is known.

    Returns:
        Values, shape (S, T): known ones first, in order, then NaN; and positions, shape (S, T), in the row as given.

    >>> packed_left(np.array([[np.nan, 1.0, np.nan, 2.0]]))[0]
    array([[ 1.,  2., nan, nan]])
    """
    known = np.isfinite(values)
    if known.all():
        return values, np.broadcast_to(np.arange(values.shape[1]), values.shape)
    order = np.argsort(~known, axis=1, kind="stable")
    return np.take_along_axis(values, order, axis=1), order
