"""Quantiles of counts whose variance is a multiple of their mean."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np

from neuralbrain.bottleneck.special_functions import incomplete_beta, incomplete_gamma
from neuralbrain.domain.observation import Floats

NO_EXCESS = 1e-6  # a variance that exceeds the mean by less moves no quantile of up to 1e10 events by one
_TIES = 64 * float(np.finfo(np.float64).eps)  # as in R's qnbinom: a level reached but for rounding is reached
_AT_ONCE = 4096  # points tried at once in all: one each for thousands of rows, many for one, at about the same price
_MOST_EACH = 16  # beyond, a further point saves less than a round costs


def count_quantile(level: float, *, means: Floats, dispersions: Floats) -> Floats:
    """Return quantiles of negative binomial counts, of Poisson ones where the dispersion is 1.

    Args:
        level: Strictly between 0 and 1.
        means: Shape (N,), at least 0.
        dispersions: Shape (N,): variance over mean, at least 1.

    Returns:
        Shape (N,): the smallest whole number that is not exceeded with the chance ``level``; NaN where a mean or a
        dispersion is not finite.

    Source: as R's ``qnbinom(level, size=mean/(dispersion-1), prob=1/dispersion)`` and ``qpois``. The search begins
    around the expansion of Cornish & Fisher (1938), between the bounds of Cantelli (1928), outside of which no
    quantile of that mean and deviation lies.

    >>> count_quantile(0.975, means=np.array([10.0, 10.0]), dispersions=np.array([1.0, 4.0]))
    array([17., 25.])
    """
    quantiles = np.where(np.isfinite(means) & np.isfinite(dispersions), 0.0, np.nan)
    some = np.flatnonzero((quantiles == 0) & (means > 0))
    for poisson in (True, False):
        rows = some[(dispersions[some] - 1 < NO_EXCESS) == poisson]
        if len(rows):
            excess = np.zeros(len(rows)) if poisson else dispersions[rows] - 1
            quantiles[rows] = _search(level, means=means[rows], excess=excess)
    return quantiles


def _search(level: float, *, means: Floats, excess: Floats) -> Floats:
    deviations = np.sqrt(means * (1 + excess))
    skewness = (1 + 2 * excess) / deviations
    score = NormalDist().inv_cdf(level)
    near = means + deviations * (score + skewness * (score**2 - 1) / 6)
    margin = 2 + skewness**2 * deviations
    tried = np.stack([near - margin, near + margin], axis=1)
    below = np.maximum(np.floor(means - deviations * sqrt((1 - level) / level)) - 1, -1.0)
    reached = np.ceil(means + deviations * sqrt(level / (1 - level)))
    each = max(min(_AT_ONCE // len(means), _MOST_EACH), 1)
    parts = np.arange(1, each + 1) / (each + 1)
    while np.any(reached - below > 1):
        tried = np.clip(np.floor(tried), np.minimum(below + 1, reached)[:, None], reached[:, None])
        enough = _at_most(tried, means=means[:, None], excess=excess[:, None]) >= level * (1 - _TIES)
        reached = np.minimum(reached, np.where(enough, tried, np.inf).min(axis=1))
        below = np.minimum(np.maximum(below, np.where(enough, -np.inf, tried).max(axis=1)), reached - 1)
        tried = below[:, None] + (reached - below)[:, None] * parts
    return np.asarray(reached)


def _at_most(counts: Floats, *, means: Floats, excess: Floats) -> Floats:
    """Return P(X <= count)."""
    if not excess.any():
        return 1 - incomplete_gamma(counts + 1, means)
    return incomplete_beta(means / excess, counts + 1, 1 / (1 + excess))
