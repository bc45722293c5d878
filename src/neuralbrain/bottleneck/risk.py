"""The risk score: how high the last horizon stands in a place's own history, and how fast it gets there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuralbrain.domain.claim_rules import RISK_DECIMALS, growth_shares, mid_ranks
from neuralbrain.domain.claims import RED_FROM, YELLOW_FROM
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import MEDIAN, WEIGHTS


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
    ranks = mid_ranks(last, levels)
    growth = growth_shares(last, now, event_sizes=event_sizes, days=days)
    score = 50.0 * (ranks @ WEIGHTS + growth[:, MEDIAN])
    settled = np.round(50.0 * (ranks + growth), RISK_DECIMALS)
    chances = [settled < YELLOW_FROM, (settled >= YELLOW_FROM) & (settled < RED_FROM), settled >= RED_FROM]
    unknown = np.isnan(score)[:, None]
    return Risk(
        score=np.asarray(np.round(np.clip(score, 0.0, 100.0), RISK_DECIMALS)),
        level_probabilities=np.where(unknown, np.nan, np.stack([one @ WEIGHTS for one in chances], axis=1)),
    )
