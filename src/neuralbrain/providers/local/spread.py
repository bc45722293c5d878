"""How far off a forecast may be: a series' own volatility, and the shape of errors pooled over all series."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.providers.local.history import History

SHAPE_WORTH = 200.0  # so many pooled errors weigh as much as the shape that is expected

NORMAL: Floats = np.array([NormalDist().inv_cdf(float(level)) for level in LEVELS])
NORMAL.flags.writeable = False
LAPLACE: Floats = np.sign(LEVELS - 0.5) * -np.log(2 * np.minimum(LEVELS, 1 - LEVELS))
LAPLACE.flags.writeable = False
"""Shape (23,): quantiles of errors whose mean absolute size is 1 before any were seen; their tails are heavy."""

USUAL_SHARES: Floats = np.array([0.5, 0.5, 0.3])
USUAL_SHARES.flags.writeable = False
"""What a mean absolute error one step ahead is expected to consist of: shares of the three volatilities."""


def volatility_of(history: History, *, row: Integers, column: Integers) -> Floats:
    """Return shape (n, 3): long-run change, recent change and counting noise of n positions."""
    return np.column_stack([part[row, column] for part in (history.slow, history.fast, history.noise)])


def error_shape(errors: Floats, *, expected: Floats) -> Floats:
    """Return the 23 quantiles of standardised errors, shrunk to an expected shape.

    Args:
        errors: Shape (n,): errors, each divided by the mean absolute error expected of it.
        expected: Shape (23,).

    Returns:
        Shape (23,), not decreasing; ``expected`` where there are no errors.
    """
    if not len(errors):
        return expected
    trust = len(errors) / (len(errors) + SHAPE_WORTH)
    return np.asarray(trust * np.quantile(errors, LEVELS, method="hazen") + (1 - trust) * expected)


def spread_around(centre: Floats, *, size: Floats, shape: Floats, least: Floats) -> Floats:
    """Return quantiles around a centre.

    Args:
        centre: Shape (...).
        size: Shape (...): expected mean absolute error.
        shape: Shape (..., 23): quantiles of errors of size 1.
        least: Shape (...): standard deviation that is certain; no quantile lies nearer to the centre than it says.

    Returns:
        Shape (..., 23), on the scale of ``centre``, not decreasing.
    """
    offset = size[..., None] * shape
    certain = least[..., None] * NORMAL
    offset = np.where(
        LEVELS < 0.5, np.minimum(offset, certain), np.where(LEVELS > 0.5, np.maximum(offset, certain), offset)
    )
    return np.asarray(np.maximum.accumulate(centre[..., None] + offset, axis=-1))
