"""The chance of more than that place sees: the outbreak probability and its threshold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuralbrain.bottleneck.exceedance import probability_above
from neuralbrain.domain.observation import Floats

FIRST, LAST = -30, -3  # periods of the baseline; index -1 is the last actual, so the two before it are left out too
FEWEST_PERIODS = 7  # as many as the original EARS baseline
DEVIATIONS = 3.0  # as in EARS: about one false alarm in 700 where levels are normal


class Outbreak(NamedTuple):
    """The bound and the chance to exceed it, each of shape (N,); NaN where too little is known."""

    threshold: Floats
    probability: Floats


def outbreak(last: Floats, levels: Floats, *, event_sizes: Floats, usual: Floats | None = None) -> Outbreak:
    """Return P(Y_H > U_H) and U_H, the upper bound of what that place sees.

    Args:
        last: Shape (N, 23): quantiles of Y_H.
        levels: Shape (N, T): weekly values or seven-day means; the last column is the last actual.
        event_sizes: Shape (N,): one event in the series' unit, 0 where unknown.
        usual: Shape (N,): the bound of what is usual at that time of the year (``seasonal_bounds``), NaN or None where
            there is none; where there is one it is U_H.

    Returns:
        Threshold (unit of the levels) and probability (0 to 1); NaN where there is no usual bound and fewer than 7 of
        the periods -30 to -3, the last actual being -1, are known.

    Source: methods; see ``recent_bounds`` and ``seasonal_bounds``.
    """
    recent = recent_bounds(levels, event_sizes=event_sizes)
    threshold = recent if usual is None else np.where(np.isnan(usual), recent, usual)
    return Outbreak(threshold=threshold, probability=probability_above(last, threshold))


def recent_bounds(levels: Floats, *, event_sizes: Floats) -> Floats:
    """Return shape (N,): the bounds of what was seen lately, NaN where fewer than 7 of the 28 periods are known.

    Source: methods: mean + 3·max(sd, 1 event), after EARS C2 (Hutwagner et al. 2003, doi:10.1007/PL00022319); sd with
    n - 1 in the denominator.
    """
    baseline = levels[:, FIRST : LAST + 1]
    known = np.isfinite(baseline)
    count = known.sum(axis=1)
    enough = count >= FEWEST_PERIODS
    divisor = np.maximum(count, 2)
    mean = np.where(known, baseline, 0.0).sum(axis=1) / divisor
    squares = np.where(known, baseline - mean[:, None], 0.0) ** 2
    deviation = np.sqrt(squares.sum(axis=1) / (divisor - 1))
    return np.where(enough, mean + DEVIATIONS * np.maximum(deviation, event_sizes), np.nan)
