"""Two levels and a number of editions: what keeps an alert from coming and going with every small change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.observation import Floats, Integers

Flags = npt.NDArray[np.bool_]


class Crossed(NamedTuple):
    """Of N things: whether each is beyond the level to raise, and whether below that to clear; never both."""

    raises: Flags
    clears: Flags


def crossed(
    values: Floats, *, raise_from: float, clear_until: float, raise_editions: int, clear_editions: int
) -> Crossed:
    """Return what the last values come to.

    What is unknown, or was not looked at often enough, neither raises nor clears. So between two alerts about the same
    thing there always were ``clear_editions`` values at or below the lower level, and a value that stays between the
    levels changes nothing, however it moves.

    Args:
        values: Shape (E, N), oldest first; NaN unknown.
        raise_from: Values at or above it raise.
        clear_until: Values at or below it clear; below ``raise_from``.
        raise_editions: How many of the last ones must be there to raise, at least 1.
        clear_editions: The same to clear.

    Raises:
        ValueError: If the levels are not apart.

    >>> crossed(np.array([[70.0, 90.0, 60.0], [85.0, 75.0, 65.0]]), raise_from=80.0, clear_until=70.0,
    ...         raise_editions=1, clear_editions=2)
    Crossed(raises=array([ True, False, False]), clears=array([False, False,  True]))
    """
    if not clear_until < raise_from:
        raise ValueError(f"an alert clears below the level that raises it: {clear_until} is not below {raise_from}")
    return Crossed(
        raises=_last(values >= raise_from, raise_editions), clears=_last(values <= clear_until, clear_editions)
    )


def turned(values: Floats, *, rising_from: float, rising_until: float, editions: tuple[int, ...]) -> Integers:
    """Return the newest edition before the present rise in which things did not rise; 0 where there is none.

    A thing rises from the moment its value reaches the upper level until it falls to the lower one. What rose when it
    was first seen has not turned.

    Args:
        values: Shape (E, N), oldest first; NaN unknown.
        rising_from: At or above it a thing rises.
        rising_until: At or below it it does not.
        editions: E numbers.

    Returns:
        Shape (N,): 0, too, where a thing does not rise in the last edition.

    >>> turned(np.array([[0.3, 0.7], [0.5, 0.5], [0.7, 0.7]]), rising_from=0.6, rising_until=0.4, editions=(4, 5, 6))
    array([4, 0])
    """
    found = np.zeros(values.shape[1], dtype=np.int64)
    searching = values[-1] >= rising_from
    for position in range(len(editions) - 2, -1, -1):  # over a few editions, never over regions
        low = searching & (values[position] <= rising_until)
        found[low] = editions[position]
        searching &= ~low
    return found


def _last(reached: Flags, count: int) -> Flags:
    if len(reached) < count:
        return np.zeros(reached.shape[1], dtype=np.bool_)
    return np.asarray(reached[-count:].all(axis=0))
