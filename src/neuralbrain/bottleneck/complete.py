"""From the quantile levels that an answer has to the 23 of the hub."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from neuralbrain.bottleneck.reading import Flags
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS

SAME_LEVEL = 1e-9  # levels nearer than this are one level, written differently


def complete(values: Floats, *, given: Flags, levels: Floats, ceilings: Floats) -> Floats:
    """Return answers with two or more levels as the 23 hub quantiles.

    The rule: log(x + 1) of a value is a straight line in the normal score of its level between two neighbouring
    levels, and goes on along the outermost two beyond them, not below 0 and not above the ceiling. So a level
    that was said keeps its value, a median and an 80 % interval of a log-normal give exactly that log-normal, and
    nothing is assumed about the tails but what the outermost interval says.

    Args:
        values: Shape (N, H, K), not negative, not crossing; NaN where a level is not given.
        given: Shape (N, K): the levels of each row, at least two.
        levels: Shape (K,), ascending.
        ceilings: Shape (N,): the most that a value can be.

    Returns:
        Shape (N, H, 23), not decreasing along the last axis.

    >>> one = complete(np.array([[[1.0, 3.0]]]), given=np.array([[True, True]]), levels=np.array([0.1, 0.9]),
    ...                ceilings=np.array([np.inf]))
    >>> [round(float(one[0, 0, place]), 6) for place in (3, 11, 19)]
    [1.0, 1.828427, 3.0]
    """
    if len(levels) == len(LEVELS) and given.all() and np.allclose(levels, LEVELS, rtol=0, atol=SAME_LEVEL):
        return values.copy()
    completed = np.full((*values.shape[:2], len(LEVELS)), np.nan)
    patterns, group = np.unique(given, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        rows = np.flatnonzero(group.reshape(-1) == number)
        completed[rows] = _along_scores(values[rows][:, :, pattern], levels[pattern], ceilings[rows])
    return completed


def _along_scores(values: Floats, levels: Floats, ceilings: Floats) -> Floats:
    scores = normal_scores(levels)
    wanted = normal_scores(LEVELS)
    left = np.clip(np.searchsorted(scores, wanted, side="right") - 1, 0, len(scores) - 2)
    along = (wanted - scores[left]) / (scores[left + 1] - scores[left])
    points = np.log1p(values)
    line = points[..., left] + along * (points[..., left + 1] - points[..., left])
    # Clipped before the exponential, so that a steep tail cannot overflow.
    quantiles = np.expm1(np.clip(line, 0.0, np.log1p(ceilings)[:, None, None]))
    # A level that was said is its own neighbour on both sides, so it keeps its value to the last digit.
    below = np.searchsorted(levels, LEVELS + SAME_LEVEL, side="right")
    above = np.searchsorted(levels, LEVELS - SAME_LEVEL, side="left")
    floor = np.concatenate([np.zeros((*values.shape[:2], 1)), values], axis=-1)[..., below]
    ceiling = np.broadcast_to(ceilings[:, None, None], (*values.shape[:2], 1))
    roof = np.concatenate([values, ceiling], axis=-1)[..., above]
    return np.asarray(np.clip(quantiles, floor, roof))


def normal_scores(levels: Floats) -> Floats:
    """Return the standard normal quantile of each level, shape (K,)."""
    normal = NormalDist()
    return np.array([normal.inv_cdf(float(level)) for level in levels])
