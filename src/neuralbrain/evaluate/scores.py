"""Scores of distributions that are given by their 23 hub quantiles, over many at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.domain.quantiles import LEVELS, MEDIAN, position_of

Flags = npt.NDArray[np.bool_]

BLOCK = 2048  # distributions at once, level by level: what is worked on stays in the cache, twice as fast
_LEVEL = LEVELS[:, None]
_LEVELS_BELOW = np.concatenate([[0.0], LEVELS])  # level of the highest quantile at most the value, by their count
_LEVELS_ABOVE = np.concatenate([LEVELS, [1.0]])  # level of the lowest quantile at least the value, by those below it


class Scores(NamedTuple):
    """What forecasts were worth against what was observed; each of shape (...), NaN where either is unknown.

    Args:
        wis: Weighted interval score, the mean over the levels of twice the pinball loss; 0 is best.
        dispersion: The part of it that the width of the intervals is.
        overprediction: The part of it that is for values below intervals.
        underprediction: The part of it that is for values above intervals.
        absolute_error: Of the median.
        bias: From -1 (all of the distribution below the value) to 1 (all of it above).
        covered_50: 1.0 where the value lies within the central 50 % interval, bounds included, else 0.0.
        covered_95: The same for 95 %.
    """

    wis: Floats
    dispersion: Floats
    overprediction: Floats
    underprediction: Floats
    absolute_error: Floats
    bias: Floats
    covered_50: Floats
    covered_95: Floats


def weighted_interval_score(quantiles: Floats, observed: Floats) -> Floats:
    """Return the weighted interval score alone.

    Args:
        quantiles: Shape (..., 23), not decreasing along the last axis.
        observed: Shape (...), in the same unit.

    Returns:
        Shape (...), at least 0; NaN where a quantile or the value is NaN.

    Source: Bracher et al. 2021, doi:10.1371/journal.pcbi.1008618: over K central intervals and the median with weights
    alpha/2 and 1/2, which is the mean over the 2K + 1 levels of twice the pinball loss.

    >>> round(float(weighted_interval_score(np.full((1, 23), 7.0), np.array([9.0]))[0]), 9)
    2.0
    """
    shape = _shape(quantiles, observed)
    score = np.empty(shape)
    for rows, levels, value in _blocks(quantiles, observed):
        score.reshape(-1)[rows] = _mean_loss(value - levels)
    return score


def on_log_scale(values: Floats) -> Floats:
    """Return log(x + 1), values below 0 taken for 0 (Bosse et al. 2023, doi:10.1371/journal.pcbi.1011393)."""
    return np.log1p(np.maximum(values, 0.0))


def scores_of(quantiles: Floats, observed: Floats) -> Scores:
    """Return all scores on the scale that the numbers are given on.

    Args:
        quantiles: Shape (..., 23), not decreasing along the last axis.
        observed: Shape (...), in the same unit.

    Source: methods, scores; the decomposition after Bracher et al. 2021, the bias after Funk et al. 2019
    (doi:10.1371/journal.pcbi.1006785) for quantiles.
    """
    shape = _shape(quantiles, observed)
    found = np.empty((len(Scores._fields), int(np.prod(shape))))
    for rows, levels, value in _blocks(quantiles, observed):
        found[:, rows] = _block_scores(levels, value)
    return Scores(*found.reshape(len(Scores._fields), *shape))


def ranks_of(quantiles: Floats, observed: Floats) -> tuple[Integers, Integers]:
    """Return how many of the 23 quantiles lie below the value, and how many at or below it; -1 where unknown.

    From these two the coverage at every level follows; they differ where the value equals quantiles, as zeros do.

    >>> [int(one[0]) for one in ranks_of(np.arange(23.0)[None], np.array([11.0]))]
    [11, 12]
    """
    value = observed[..., None]
    unknown = np.isnan(observed) | np.isnan(quantiles).any(axis=-1)
    below, at_most = (quantiles < value).sum(axis=-1), (quantiles <= value).sum(axis=-1)
    return np.where(unknown, -1, below), np.where(unknown, -1, at_most)


def _shape(quantiles: Floats, observed: Floats) -> tuple[int, ...]:
    return np.broadcast_shapes(quantiles.shape[:-1], observed.shape)


def _blocks(quantiles: Floats, observed: Floats) -> Iterator[tuple[slice, Floats, Floats]]:
    """Yield rows of the flattened shape, with their quantiles, shape (23, rows) in one piece, and values, (rows,)."""
    shape = _shape(quantiles, observed)
    every = np.broadcast_to(quantiles, (*shape, len(LEVELS))).reshape(-1, len(LEVELS))
    values = np.broadcast_to(observed, shape).reshape(-1)
    for start in range(0, len(values), BLOCK):
        rows = slice(start, start + BLOCK)
        yield rows, np.ascontiguousarray(every[rows].T), values[rows]


def _mean_loss(error: Floats) -> Floats:
    """Return shape (n,): twice the mean pinball loss of errors (value less quantile) of shape (23, n)."""
    return np.asarray(2.0 * np.maximum(_LEVEL * error, (_LEVEL - 1.0) * error).mean(axis=0))


def _block_scores(levels: Floats, value: Floats) -> Floats:
    """Return shape (8, n): the fields of Scores in their order, of quantiles of shape (23, n)."""
    error = value - levels
    middle = error[MEDIAN]
    count = MEDIAN + 0.5  # K intervals and half of one, the median
    width = (_LEVEL[:MEDIAN] * (levels[:MEDIAN:-1] - levels[:MEDIAN])).sum(axis=0)
    over = np.maximum(-error[:MEDIAN], 0.0).sum(axis=0) + 0.5 * np.maximum(-middle, 0.0)
    under = np.maximum(error[MEDIAN + 1 :], 0.0).sum(axis=0) + 0.5 * np.maximum(middle, 0.0)
    scores = np.stack(
        [
            _mean_loss(error),
            width / count,
            over / count,
            under / count,
            np.abs(middle),
            _bias(error),
            _within(error, 0.25, 0.75),
            _within(error, 0.025, 0.975),
        ]
    )
    return np.where(np.isnan(scores[0]), np.nan, scores)


def _bias(error: Floats) -> Floats:
    """Return 1 - 2p where the value lies below the median, p being the highest level whose quantile is at most it."""
    at_most = (error >= 0).sum(axis=0, dtype=np.int8)  # of 23; eight bits are summed several times as fast
    below = (error > 0).sum(axis=0, dtype=np.int8)
    middle = error[MEDIAN]
    from_above, from_below = 1.0 - 2.0 * _LEVELS_BELOW[at_most], 1.0 - 2.0 * _LEVELS_ABOVE[below]
    return np.where(middle < 0, from_above, np.where(middle > 0, from_below, 0.0))


def _within(error: Floats, low: float, high: float) -> Flags:
    return np.asarray((error[position_of(low)] >= 0) & (error[position_of(high)] <= 0))
