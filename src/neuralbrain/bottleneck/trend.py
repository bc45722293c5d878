"""Which way the last horizon points: trend and growth probability."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.exceedance import probabilities_outside, probability_above
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.claim_rules import least_change
from neuralbrain.domain.observation import Floats


def trend_probabilities(last: Floats, level: Floats, *, event_sizes: Floats, days: int, cadence: Cadence) -> Floats:
    """Return the chances that the level falls, stays or rises by more than Δ until the last horizon.

    Args:
        last: Shape (N, 23): quantiles of Y_H.
        level: Shape (N,): y0, the level now.
        event_sizes: Shape (N,): one event in the series' unit, 0 where unknown.
        days: Days from now to the last horizon: see ``span_days``.
        cadence: daily or weekly: whether a level is events a day or a week.

    Returns:
        Shape (N, 3), summing to 1: decreasing, stable, increasing; NaN where the level now is unknown.

    Source: methods: ``Δ = max(y0·(1.05^(days/7) - 1), 10 events a week)``.

    >>> flat = np.full((1, 23), 100.0)
    >>> trend_probabilities(flat, np.array([100.0]), event_sizes=np.ones(1), days=7, cadence=Cadence.WEEKLY)
    array([[0., 1., 0.]])
    """
    change = least_change(level, event_sizes=event_sizes, days=days, cadence=cadence)
    falls, rises = probabilities_outside(last, low=level - change, high=level + change)
    return np.stack([falls, np.clip(1.0 - rises - falls, 0.0, 1.0), rises], axis=1)


def growth_probability(last: Floats, level: Floats) -> Floats:
    """Return P(Y_H > y0), shape (N,), 0 to 1; NaN where the level now is unknown.

    Args:
        last: Shape (N, 23): quantiles of Y_H.
        level: Shape (N,): y0, the level now.

    >>> growth_probability(np.full((1, 23), 8.0), np.array([7.0]))
    array([1.])
    """
    return probability_above(last, level)
