"""The 23 hub quantile levels and what can be asked of a distribution given by them, over many at once."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats

LEVELS: Floats = np.array([0.01, 0.025, *[round(0.05 * step, 2) for step in range(1, 20)], 0.975, 0.99])
LEVELS.flags.writeable = False
MEDIAN = 11  # position of level 0.5 in LEVELS


def _cells() -> Floats:
    bounds = np.concatenate([[0.0], (LEVELS[1:] + LEVELS[:-1]) / 2, [1.0]])
    cells = np.diff(bounds)
    cells.flags.writeable = False
    return cells


WEIGHTS = _cells()
"""Shape (23,), summing to 1: the probability that each quantile stands for when an expectation is taken over them."""


def position_of(level: float) -> int:
    """Return the position of a hub level in LEVELS.

    Raises:
        ValueError: If it is not one of the 23.

    >>> position_of(0.9)
    19
    """
    found = np.flatnonzero(np.isclose(LEVELS, level, atol=1e-9))
    if not len(found):
        raise ValueError(f"{level} is not one of the 23 hub levels")
    return int(found[0])


def probability_at_most(quantiles: Floats, threshold: Floats) -> Floats:
    """Return P(Y <= threshold) of distributions given by their 23 quantiles.

    Between two quantiles the distribution function is straight on the log(x + 1) scale; where several quantiles
    share a value it jumps there. Beyond the outermost quantiles it is continued with the slope of the last
    interval until it meets 0 or 1, so no probability is invented far outside what was said.

    Args:
        quantiles: Shape (..., 23), at least 0, not decreasing along the last axis.
        threshold: Shape (...), in the same unit; below 0 gives 0.

    Returns:
        Shape (...), 0 to 1; NaN where a quantile or the threshold is NaN.

    >>> flat = np.full(23, 7.0)
    >>> [float(probability_at_most(flat, np.array(x))) for x in (6.9, 7.0)]
    [0.0, 1.0]
    """
    at = np.log1p(np.maximum(threshold, 0.0))[..., None]
    points = np.log1p(quantiles)
    below = (points <= at).sum(axis=-1)  # how many quantiles lie at or under the threshold
    left = np.clip(below - 1, 0, len(LEVELS) - 2)
    x0 = np.take_along_axis(points, left[..., None], axis=-1)[..., 0]
    x1 = np.take_along_axis(points, left[..., None] + 1, axis=-1)[..., 0]
    width = x1 - x0
    inside = np.divide(at[..., 0] - x0, width, out=np.where(at[..., 0] >= x0, np.inf, -np.inf), where=width > 0)
    level = LEVELS[left] + inside * (LEVELS[left + 1] - LEVELS[left])
    # At the top edge a zero-width interval is a jump to 1; at the bottom edge one to 0.
    probability = np.clip(level, 0.0, 1.0)
    probability = np.where(threshold < 0, 0.0, probability)
    unknown = np.isnan(threshold) | np.isnan(quantiles).any(axis=-1)
    return np.where(unknown, np.nan, probability)


def row_quantiles(values: Floats, levels: Floats) -> Floats:
    """Return quantiles of each row, leaving out NaN; linear between order statistics (Hyndman & Fan 1996, type 7).

    Args:
        values: Shape (S, T), NaN where nothing is known.
        levels: Shape (K,), 0 to 1.

    Returns:
        Shape (S, K); NaN for a row that holds nothing.

    >>> row_quantiles(np.array([[3.0, np.nan, 1.0]]), np.array([0.5]))
    array([[2.]])
    """
    if not values.shape[1]:
        return np.full((len(values), len(levels)), np.nan)
    ordered = np.sort(values, axis=1)  # NaN sorts last
    known = np.isfinite(values).sum(axis=1)
    place = np.maximum(known - 1, 0)[:, None] * levels[None, :]
    lower = np.floor(place).astype(np.int64)
    upper = np.minimum(lower + 1, np.maximum(known - 1, 0)[:, None])
    low = np.take_along_axis(ordered, lower, axis=1)
    high = np.take_along_axis(ordered, upper, axis=1)
    return np.where(known[:, None] > 0, low + (high - low) * (place - lower), np.nan)
