"""The level of a series, now and before, and at the last horizon: seven-day means for daily feeds."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Floats

WEEK = 7
FEWEST_OF_WEEK = 4  # known days that still make a seven-day mean: more than half


def levels_of(history: Floats, cadence: Cadence) -> Floats:
    """Return the series that the derived numbers compare: weekly values, or seven-day means of daily ones.

    Args:
        history: Shape (N, T), T at least 1: the incidence, the last column is each row's last actual; NaN where
            nothing is known.
        cadence: daily or weekly.

    Returns:
        Shape (N, T). A seven-day mean is of the days ending there; it is NaN in a row's first six days and where
        fewer than four of the seven are known. The last column, the level now (y0), is always there: it is the mean
        of what is known of the last seven days, else the last value known, and NaN only where there is none.

    Source: methods, the four derived numbers.

    >>> levels_of(np.array([[1.0, 2.0, 3.0]]), Cadence.DAILY)[0, -1]
    np.float64(2.0)
    """
    known = np.isfinite(history)
    periods = history.shape[1]
    latest = periods - 1 - np.argmax(known[:, ::-1], axis=1)
    last_known = np.take_along_axis(history, latest[:, None], axis=1)[:, 0]
    if cadence is Cadence.WEEKLY:
        levels = history.copy()
        levels[:, -1] = last_known
        return levels
    lead = np.zeros((len(history), WEEK - 1))
    sums = _seven(np.concatenate([lead, np.where(known, history, 0.0)], axis=1))
    counts = _seven(np.concatenate([lead, known.astype(np.float64)], axis=1))
    means = np.divide(sums, counts, out=np.full(history.shape, np.nan), where=counts > 0)
    first = np.argmax(known, axis=1)
    whole = np.arange(periods)[None, :] >= (first + WEEK - 1)[:, None]
    levels = np.where(whole & (counts >= FEWEST_OF_WEEK), means, np.nan)
    levels[:, -1] = np.where(counts[:, -1] > 0, means[:, -1], last_known)
    return levels


def last_horizon(quantiles: Floats, *, horizons: tuple[int, ...], history: Floats, cadence: Cadence) -> Floats:
    """Return the quantiles of Y_H: of the last horizon, or of the mean of the seven days that end there.

    Args:
        quantiles: Shape (N, H, K): of the incidence; K is 23, or 1 where values that came true stand in their place.
        horizons: H periods after the last actual, ascending.
        history: Shape (N, T): the incidence, the last column is the last actual.
        cadence: daily or weekly.

    Returns:
        Shape (N, K). For daily feeds the quantile-wise mean of the seven days that end at H; where H is less than
        7, the last known actual days fill the seven.

    Source: methods, the four derived numbers.
    """
    if cadence is Cadence.WEEKLY:
        return quantiles[:, -1]
    days = np.array(horizons)
    taken = quantiles[:, days > days[-1] - WEEK]
    actual = history[:, max(history.shape[1] - max(WEEK - int(days[-1]), 0), 0) :]
    if days[-1] >= WEEK:
        actual = history[:, :0]
    known = np.isfinite(actual)
    count = taken.shape[1] + known.sum(axis=1)
    total = taken.sum(axis=1) + np.where(known, actual, 0.0).sum(axis=1)[:, None]
    return np.asarray(total / count[:, None])


def _seven(values: Floats) -> Floats:
    # Sums of the seven themselves, not differences of running sums: those would carry rounding along the row.
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, WEEK, axis=1).sum(axis=-1))
