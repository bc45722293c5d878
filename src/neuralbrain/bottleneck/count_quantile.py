"""Quantiles of counts whose variance is a multiple of their mean."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from neuralbrain.bottleneck.special_functions import beta_power, gamma_power, incomplete_beta, incomplete_gamma
from neuralbrain.domain.observation import Floats

NO_EXCESS = 1e-6  # a variance that exceeds the mean by less moves no quantile of up to 1e10 events by one
LARGE = 1e5  # mean from which the expansion does for an answer where the skewness is small
LITTLE_SKEWED = 0.02  # there the expansion is exact to 1e-9
CLOSE = 1e-9  # relative: quantiles above a billion are as exact
_TIES = 64 * float(np.finfo(np.float64).eps)  # as in R's qnbinom: a level reached but for rounding is reached
_WINDOW = 3  # counts on either side of the one tried whose chances follow from its own
_HALVED_EVERY = 6  # rounds: the others are Newton's, which may creep
_MOST_ROUNDS = 300  # so the bracket, which is narrower than 1e15, is halved often enough


def count_quantile(level: float, *, means: Floats, dispersions: Floats) -> Floats:
    """Return quantiles of negative binomial counts, of Poisson ones where the dispersion is 1.

    Args:
        level: Strictly between 0 and 1.
        means: Shape (N,), at least 0.
        dispersions: Shape (N,): variance over mean, at least 1.

    Returns:
        Shape (N,): the smallest whole number that is not exceeded with the chance ``level``; NaN where a mean or a
        dispersion is not finite. Exact up to means of 100,000, to 1e-9 of it beyond.

    Source: as R's ``qnbinom(level, size=mean/(dispersion-1), prob=1/dispersion)`` and ``qpois``. The search begins
    at the expansion of Cornish & Fisher (1938) and stays between the bounds of Cantelli (1928), outside of which no
    quantile of that mean and deviation lies.

    >>> count_quantile(0.975, means=np.array([10.0, 10.0]), dispersions=np.array([1.0, 4.0]))
    array([17., 25.])
    """
    quantiles = np.where(np.isfinite(means) & np.isfinite(dispersions), 0.0, np.nan)
    some = np.flatnonzero((quantiles == 0) & (means > 0))
    excess = dispersions[some] - 1
    excess = np.where(excess < NO_EXCESS, 0.0, excess)
    expected = _expanded(level, means=means[some], excess=excess)
    quantiles[some] = expected.counts
    open_ = (means[some] <= LARGE) | (expected.skewness > LITTLE_SKEWED)
    for poisson in (True, False):
        chosen = np.flatnonzero(open_ & ((excess == 0) == poisson))
        if len(chosen):
            rows = some[chosen]
            quantiles[rows] = _search(level, means=means[rows], excess=excess[chosen], start=quantiles[rows])
    return quantiles


class _Expanded(NamedTuple):
    counts: Floats
    skewness: Floats


def _expanded(level: float, *, means: Floats, excess: Floats) -> _Expanded:
    """Return quantiles by the first cumulants.

    Source: Cornish & Fisher (1938), Abramowitz & Stegun 26.2.49 to the fifth cumulant, of the count spread evenly over
    its unit, which adds 1/12 and -1/120 to its second and fourth.
    """
    score = NormalDist().inv_cdf(level)
    second, third, fourth = score**2 - 1, score**3 - 3 * score, score**4 - 6 * score**2 + 3
    variances = means * (1 + excess)
    deviations = np.sqrt(variances + 1 / 12)
    skewness = variances * (1 + 2 * excess) / deviations**3
    peak = (variances * (1 + 6 * excess * (1 + excess)) - 1 / 120) / deviations**4
    fifth = variances * (1 + 2 * excess) * (1 + 12 * excess * (1 + excess)) / deviations**5
    standard = (
        score
        + skewness * second / 6
        + peak * third / 24
        - skewness**2 * (2 * third + score) / 36
        + fifth * fourth / 120
        - skewness * peak * (fourth + second) / 24
        + skewness**3 * (12 * fourth + 19 * second) / 324
    )
    return _Expanded(counts=np.maximum(np.ceil(means + deviations * standard - 0.5), 0.0), skewness=skewness)


def _search(level: float, *, means: Floats, excess: Floats, start: Floats) -> Floats:
    deviations = np.sqrt(means * (1 + excess))
    below = np.maximum(np.floor(means - deviations * sqrt((1 - level) / level)) - 1, -1.0)
    reached = np.maximum(np.ceil(means + deviations * sqrt(level / (1 - level))), 0.0)
    offsets = np.arange(-_WINDOW, _WINDOW + 1)
    left, tried, quantiles = np.arange(len(means)), np.clip(start, below + 1, reached), reached.copy()
    for step in range(_MOST_ROUNDS):
        chances, single = _around(tried, means=means[left], excess=excess[left])
        short = (chances < level * (1 - _TIES)).sum(axis=1)
        counts = tried[:, None] + offsets
        lows = np.where(short > 0, counts[np.arange(len(left)), short - 1], -1.0)
        highs = np.where(
            short < len(offsets), counts[np.arange(len(left)), np.minimum(short, len(offsets) - 1)], np.inf
        )
        below, reached = np.maximum(below, lows), np.minimum(reached, highs)
        quantiles[left] = reached
        on = reached - below > np.maximum(1.0, CLOSE * reached)
        if not on.any():
            break
        left, below, reached = left[on], below[on], reached[on]
        with np.errstate(all="ignore"):
            newton = np.rint(tried[on] + (level - chances[on, _WINDOW]) / single[on])
        middle = np.floor((below + reached) / 2)
        tried = np.where((newton > below) & (newton <= reached) & ((step + 1) % _HALVED_EVERY != 0), newton, middle)
    return quantiles


def _around(counts: Floats, *, means: Floats, excess: Floats) -> tuple[Floats, Floats]:
    """Return P(X <= x) of the counts around each, shape (N, 2·_WINDOW + 1), and P(X = x) of each itself."""
    if excess.any():
        sizes, share = means / excess, 1 / (1 + excess)
        middle = incomplete_beta(sizes, counts + 1, share)
        single = beta_power(sizes, counts + 1, share) * (1 + excess) / (excess * (sizes + counts))
    else:
        middle, single = 1 - incomplete_gamma(counts + 1, means), gamma_power(counts, means)
    steps = np.arange(_WINDOW)
    up = counts[:, None] + steps
    down = np.maximum(counts[:, None] - steps, 0.0)
    means, excess = means[:, None], excess[:, None]
    more = np.cumprod((means + excess * up) / ((up + 1) * (1 + excess)), axis=1)
    fewer = np.cumprod(down * (1 + excess) / (means + excess * np.maximum(down - 1, 0.0)), axis=1)
    falls = np.cumsum(np.column_stack([np.ones(len(counts)), fewer[:, :-1]]), axis=1)
    apart = np.column_stack([-falls[:, ::-1], np.zeros(len(counts)), np.cumsum(more, axis=1)])
    return middle[:, None] + single[:, None] * apart, single
