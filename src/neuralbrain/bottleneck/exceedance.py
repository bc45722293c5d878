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
    return 1.0 - probability_at_most(quantiles, bound + ROUNDING * np.abs(bound))


def probability_below(quantiles: Floats, bound: Floats) -> Floats:
    """Return P(Y < bound), the counterpart of ``probability_above``.

    >>> probability_below(np.full((1, 23), 7.0), np.array([7.0]))
    array([0.])
    """
    return probability_at_most(quantiles, np.where(bound <= 0, -1.0, bound - ROUNDING * bound))
