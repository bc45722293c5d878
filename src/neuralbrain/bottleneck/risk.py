"""The risk score: how high the last horizon stands in a place's own history, and how fast it gets there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuralbrain.bottleneck.growth import FAST_GROWTH, growth_per_day
from neuralbrain.domain.claims import RED_FROM, YELLOW_FROM
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import MEDIAN, WEIGHTS

TIE = 0.1  # values within 10 % of Y_H count as equal to it
COMPARED_AT_ONCE = 4_000_000  # comparisons held in memory at a time, some megabytes
DECIMALS = 9  # the weights sum to 1 but for rounding; 100 shall be 100, and a level is decided at 50 and 80


class Risk(NamedTuple):
    """The score, shape (N,), 0 to 100, and the chances of GREEN, YELLOW, RED, shape (N, 3); NaN where unknown."""

    score: Floats
    level_probabilities: Floats


def risk(last: Floats, levels: Floats, *, event_sizes: Floats, days: int) -> Risk:
    """Return ``50·(L + G)`` and the chance of each level.

    L is the expected mid-rank of Y_H in the place's own history: the share of levels below it, half of the ties
    included. G is the median's growth a day against 5 %, cut at 0 and 1. The chance of a level is the chance that
    Y_H takes a value for which the same formula, with that value as both Y_H and median, gives the level.

    Args:
        last: Shape (N, 23): quantiles of Y_H.
        levels: Shape (N, T): weekly values or seven-day means, the last column is the level now; NaN unknown.
        event_sizes: Shape (N,): one event in the series' unit, 0 where unknown.
        days: Days from now to the last horizon: see ``span_days``.

    Returns:
        Score and chances; NaN where nothing at all is known of the past.

    Source: methods, the four derived numbers.

    >>> risk(np.full((1, 23), 100.0), np.full((1, 9), 100.0), event_sizes=np.ones(1), days=7).score
    array([25.])
    """
    now = levels[:, -1]
    ranks = _mid_ranks(last, levels)
    growth = np.clip(growth_per_day(last, now, event_sizes=event_sizes, days=days) / FAST_GROWTH, 0.0, 1.0)
    score = 50.0 * (ranks @ WEIGHTS + growth[:, MEDIAN])
    settled = np.round(50.0 * (ranks + growth), DECIMALS)
    chances = [settled < YELLOW_FROM, (settled >= YELLOW_FROM) & (settled < RED_FROM), settled >= RED_FROM]
    unknown = np.isnan(score)[:, None]
    return Risk(
        score=np.asarray(np.round(np.clip(score, 0.0, 100.0), DECIMALS)),
        level_probabilities=np.where(unknown, np.nan, np.stack([one @ WEIGHTS for one in chances], axis=1)),
    )


def _mid_ranks(last: Floats, levels: Floats) -> Floats:
    """Return shape (N, 23): the mid-rank, 0 to 1, of each quantile among the known levels of its row."""
    rows_at_once = max(1, COMPARED_AT_ONCE // max(1, levels.shape[1] * last.shape[1]))
    ranks = np.empty(last.shape)
    for start in range(0, len(last), rows_at_once):
        rows = slice(start, start + rows_at_once)
        value, known = last[rows, :, None], levels[rows, None, :]
        below = (known < value * (1 - TIE)).sum(axis=2)
        ranks[rows] = (below + (known <= value * (1 + TIE)).sum(axis=2)) / 2
    count = np.isfinite(levels).sum(axis=1)[:, None]
    return np.asarray(np.divide(ranks, count, out=np.full(last.shape, np.nan), where=count > 0))
