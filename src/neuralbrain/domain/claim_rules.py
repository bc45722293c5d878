"""The rules that a claim is made by and judged by: what is about right, what is a change, what a level's risk is."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.growth import FAST_GROWTH, growth_per_day
from neuralbrain.domain.observation import Floats

ABOUT_RIGHT = 0.25  # of the median
ABOUT_RIGHT_EVENTS = 5.0  # a small median is about right if it is off by no more than these
LEAST_CHANGE_EVENTS = 10.0  # a week; a smaller change is no trend, however small the level
TIE = 0.1  # values within 10 % of Y_H count as equal to it
RISK_DECIMALS = 9  # the weights sum to 1 but for rounding; 100 shall be 100, and a level is decided at 50 and 80
COMPARED_AT_ONCE = 4_000_000  # comparisons held in memory at a time, some megabytes


def about_right_within(median: Floats, *, event_sizes: Floats) -> Floats:
    """Return how far from the median a value may lie and count as about right: max(0.25·m_H, 5 events).

    Args:
        median: Shape (N,): m_H.
        event_sizes: Shape (N,): one event in the series' unit, 0 where unknown.

    Source: methods, the four derived numbers.

    >>> about_right_within(np.array([100.0, 8.0]), event_sizes=np.ones(2))
    array([25.,  5.])
    """
    return np.asarray(np.maximum(ABOUT_RIGHT * median, ABOUT_RIGHT_EVENTS * event_sizes))


def least_change(level: Floats, *, event_sizes: Floats, days: int, cadence: Cadence) -> Floats:
    """Return Δ, the change of a level that is a trend: max(y0·(1.05^(days/7) - 1), 10 events a week).

    Args:
        level: Shape (N,): y0, the level now.
        event_sizes: Shape (N,): one event in the series' unit, 0 where unknown.
        days: Days from now to the last horizon: see ``span_days``.
        cadence: daily or weekly: whether a level is events a day or a week.

    Source: methods, the four derived numbers.

    >>> least_change(np.array([1000.0, 7.0]), event_sizes=np.ones(2), days=7, cadence=Cadence.WEEKLY)
    array([50., 10.])
    """
    least = LEAST_CHANGE_EVENTS * event_sizes * cadence.days / 7
    return np.asarray(np.maximum(level * ((1 + FAST_GROWTH) ** (days / 7) - 1), least))


def mid_ranks(values: Floats, levels: Floats) -> Floats:
    """Return L, the mid-rank of each value among the known levels of its row; those within 10 % are ties.

    Args:
        values: Shape (N, K).
        levels: Shape (N, T): weekly values or seven-day means; NaN unknown.

    Returns:
        Shape (N, K), 0 to 1; NaN where no level is known.

    Source: methods, the four derived numbers.

    >>> mid_ranks(np.array([[5.0]]), np.array([[1.0, 5.0, np.nan, 9.0, 10.0]]))
    array([[0.375]])
    """
    rows_at_once = max(1, COMPARED_AT_ONCE // max(1, levels.shape[1] * values.shape[1]))
    ranks = np.empty(values.shape)
    for start in range(0, len(values), rows_at_once):
        rows = slice(start, start + rows_at_once)
        value, known = values[rows, :, None], levels[rows, None, :]
        below = (known < value * (1 - TIE)).sum(axis=2)
        ranks[rows] = (below + (known <= value * (1 + TIE)).sum(axis=2)) / 2
    count = np.isfinite(levels).sum(axis=1)[:, None]
    return np.asarray(np.divide(ranks, count, out=np.full(values.shape, np.nan), where=count > 0))


def growth_shares(values: Floats, now: Floats, *, event_sizes: Floats, days: int) -> Floats:
    """Return G, the growth a day from the level now to each value against 5 %, cut at 0 and 1.

    Args:
        values: Shape (N, K).
        now: Shape (N,): y0, the level now.
        event_sizes: Shape (N,): one event in the series' unit, 0 where unknown.
        days: Days between them.

    Returns:
        Shape (N, K).

    Source: methods, the four derived numbers.

    >>> growth_shares(np.array([[100.0]]), np.array([100.0]), event_sizes=np.ones(1), days=7)
    array([[0.]])
    """
    return np.clip(growth_per_day(values, now, event_sizes=event_sizes, days=days) / FAST_GROWTH, 0.0, 1.0)
