"""The weekday pattern of daily series: taken out before anything is fitted, put back into the quantiles."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats, Integers

WEEK = 7
RECENT_WEEKS = 8  # the pattern of reporting changes; what is older says little about next week
SMALLEST_SHARE = 0.02  # a day on which nothing was ever reported may still bring something
READABLE_SHARE = 0.1  # below it a day's value, divided by its share, is noise: the day counts as a gap


def weekday_shares(values: Floats) -> Floats:
    """Return how much of an average day falls on each day of the week, one pattern a series.

    The ratio of the square roots of a day and of the seven days around it is averaged over the last weeks and
    shrunk to 1 as far as it varies from week to week as much as from day to day (James & Stein 1961).

    Args:
        values: Shape (S, T), daily, at least 0, right-aligned to each series' last value; NaN for gaps.

    Returns:
        Shape (S, 7), above 0, with mean 1: column ``k`` is for the days ``k + 1`` after the last value, and so for
        the last value itself column 6. All 1 where less than three weeks are known.
    """
    span = min(values.shape[1], WEEK * RECENT_WEEKS + WEEK - 1)
    weeks = (span - WEEK + 1) // WEEK
    if weeks < 2:
        return np.ones((len(values), WEEK))
    roots = np.sqrt(values[:, values.shape[1] - weeks * WEEK - WEEK + 1 :])
    around = np.lib.stride_tricks.sliding_window_view(roots, WEEK, axis=1).mean(axis=-1)
    middle = roots[:, WEEK // 2 : -(WEEK // 2)]
    ratio = np.divide(middle, around, out=np.full_like(middle, np.nan), where=around > 0)
    # The first centred day lies three days before the end of a week that ends with the last value.
    ratio = np.roll(ratio.reshape(len(values), weeks, WEEK), WEEK // 2 + 1, axis=2)
    usable = np.isfinite(ratio)
    counted = usable.sum(axis=1)
    mean = np.where(usable, ratio, 0.0).sum(axis=1) / np.maximum(counted, 1)
    within = np.where(usable, (ratio - mean[:, None, :]) ** 2, 0.0).sum(axis=1) / np.maximum(counted - 1, 1)
    chance = (within / np.maximum(counted, 1)).mean(axis=1)
    found = mean.var(axis=1)
    trust = np.divide(np.maximum(found - chance, 0.0), found, out=np.zeros_like(found), where=found > 0)
    trust = np.where((counted >= 2).all(axis=1), trust, 0.0)
    shares = np.maximum((1.0 + trust[:, None] * (mean - 1.0)) ** 2, SMALLEST_SHARE)
    return np.asarray(shares / shares.mean(axis=1, keepdims=True))


def without_weekday(values: Floats, shares: Floats) -> Floats:
    """Return the values of shape (S, T) as if all days were alike; days with hardly any share become gaps."""
    place = (np.arange(values.shape[1]) - values.shape[1]) % WEEK
    each = shares[:, place]
    return np.where(each >= READABLE_SHARE, values / each, np.nan)


def share_ahead(shares: Floats, horizons: Integers) -> Floats:
    """Return shape (S, H): the share of the day that lies each horizon after the last value."""
    return shares[:, (horizons - 1) % WEEK]
