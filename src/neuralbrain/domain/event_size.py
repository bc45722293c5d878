"""What one event is in the unit of a signal, and the most that a value of it can be."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats, Signal, Unit

MOST_EVENTS = 1e10  # more than there are people; the bound where a region's population is unknown

_FULL_SCALE = {Unit.COUNT: np.nan, Unit.PER_100K: 1e5, Unit.SHARE: 1.0}
"""What everybody is in each unit; a count depends on the place."""


def event_sizes(signals: tuple[Signal, ...], populations: Floats) -> Floats:
    """Return shape (N,): what one event is, 1 for counts, its share of the population for rates, 0 where unknown.

    Args:
        signals: N signals.
        populations: Shape (N,): inhabitants, NaN where unknown.

    Source: methods, the four derived numbers.

    >>> event_sizes((Signal(name="r", unit=Unit.PER_100K),), np.array([2e5]))
    array([0.5])
    """
    scales = np.array([_FULL_SCALE[one.unit] for one in signals])
    known = np.isfinite(populations) & (populations > 0)
    rates = np.divide(scales, populations, out=np.zeros(len(signals)), where=known & np.isfinite(scales))
    return np.where(np.isnan(scales), 1.0, rates)


def ceilings_of(signals: tuple[Signal, ...], populations: Floats) -> Floats:
    """Return shape (N,): the most that a value can be: everybody, in the unit of the signal.

    >>> ceilings_of((Signal(name="c"), Signal(name="s", unit=Unit.SHARE)), np.array([2e5, 2e5]))
    array([2.e+05, 1.e+00])
    """
    scales = np.array([_FULL_SCALE[one.unit] for one in signals])
    people = np.where(np.isfinite(populations) & (populations > 0), populations, MOST_EVENTS)
    return np.where(np.isnan(scales), people, scales)
