"""Chances of lying above or below a bound; equal within rounding is neither."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import probability_at_most

ROUNDING = 1e-9  # relative: a seven-day mean of the same days in another order differs by less


def probability_above(quantiles: Floats, bound: Floats) -> Floats:
    """Return P(Y > bound) of distributions given by their 23 quantiles.

    Args:
        quantiles: Shape (N, 23).
        bound: Shape (N,), same unit.

    Returns:
        Shape (N,), 0 to 1; NaN where something is NaN.

    >>> probability_above(np.full((1, 23), 7.0), np.array([7.0]))
    array([0.])
    """
    return 1.0 - probability_at_most(quantiles, _just_above(bound))


def probabilities_outside(quantiles: Floats, *, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return P(Y < low) and P(Y > high) at once: half the work of asking twice.

    Args:
        quantiles: Shape (N, 23).
        low: Shape (N,), same unit.
        high: Shape (N,), same unit.

    >>> probabilities_outside(np.full((1, 23), 7.0), low=np.array([7.0]), high=np.array([6.0]))
    (array([0.]), array([1.]))
    """
    bounds = np.stack([_just_below(low), _just_above(high)], axis=1)
    at_most = probability_at_most(quantiles[:, None, :], bounds)
    return at_most[:, 0], 1.0 - at_most[:, 1]


def _just_above(bound: Floats) -> Floats:
    return np.asarray(bound + ROUNDING * np.abs(bound))


def _just_below(bound: Floats) -> Floats:
    return np.where(bound <= 0, -1.0, bound - ROUNDING * bound)
