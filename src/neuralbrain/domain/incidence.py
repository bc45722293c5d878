"""From running totals to new events per period, over many series at once."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats

SHORTEST_CUMULATIVE = 8  # values; a shorter running total says nothing about incidence (methods: derived numbers)


def says_incidence(totals: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return shape (S,): whether running totals are long enough, and rise, so that their steps mean something.

    Args:
        totals: Shape (S, T), NaN where nothing is known.
    """
    known = np.isfinite(totals)
    enough = known.sum(axis=1) >= SHORTEST_CUMULATIVE
    highest = np.where(known, totals, -np.inf).max(axis=1, initial=-np.inf)
    lowest = np.where(known, totals, np.inf).min(axis=1, initial=np.inf)
    return np.asarray(enough & (highest > lowest))


def incidence_of(totals: Floats) -> Floats:
    """Return the new events per period of running totals.

    Args:
        totals: Shape (S, T), NaN where nothing is known.

    Returns:
        Shape (S, T). The first period and each period next to a gap are NaN: a gap's events are not spread.
        A total that falls is a correction, not negative events: that period is NaN.

    >>> incidence_of(np.array([[10.0, 12.0, 11.0, 15.0]]))
    array([[nan,  2., nan,  4.]])
    """
    steps = np.full(totals.shape, np.nan)
    steps[:, 1:] = np.diff(totals, axis=1)
    return np.where(steps >= 0, steps, np.nan)
