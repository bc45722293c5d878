"""What a forecast is made from: one row of numbers for a series at one of its positions, none of it from later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.providers.local.history import History

LAGS = 2  # steps back whose changes are given singly
WINDOWS = {Cadence.WEEKLY: (2, 4, 8), Cadence.DAILY: (3, 7, 14)}  # periods whose mean the last value is compared with
LONG_MEAN_WORTH = 10.0  # a long mean of fewer values than this hardly pulls
QUIET_WORTH = 3.0  # a group's change is the mean over its series and this many that did not change
YEAR_DAYS = 365.2425
WAVE_SIZE = 0.1  # brings the season's waves to the size of the other features, so that one ridge fits all


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where the columns of right-aligned series lie in the calendar.

    Args:
        cadence: The length of a period.
        seasonal: Whether enough is known to look at the season.
        last_period: Shape (S,): grid position of each series' last value.
        last_day: Shape (S,): its date, in days since 1970.
        group: Shape (S,): the group each series belongs to, from 0.
        shared: Shape (G, P + 1): mean change of each group at each of P grid positions; the last column is 0.
    """

    cadence: Cadence
    seasonal: bool
    last_period: Integers
    last_day: Integers
    group: Integers
    shared: Floats


def shared_changes(history: History, *, last_period: Integers, group: Integers, groups: int, periods: int) -> Floats:
    """Return how much each group changed in each period: what is common to its series.

    Args:
        history: S right-aligned series.
        last_period: Shape (S,): grid position of each series' last value.
        group: Shape (S,): each series' group.
        groups: G, how many there are.
        periods: P, how many positions the grid has.

    Returns:
        Shape (G, P + 1), on the stabilised scale; 0 where nothing is known, and in the last column.
    """
    row, column = np.nonzero(np.isfinite(history.values[:, 1:]) & (history.known[:, 1:] >= 2))
    change = history.filled[row, column + 1] - history.filled[row, column]
    period = column + 1 + last_period[row] - (history.filled.shape[1] - 1)
    cell = group[row] * (periods + 1) + period
    total = np.bincount(cell, weights=change, minlength=groups * (periods + 1))
    count = np.bincount(cell, minlength=groups * (periods + 1))
    return np.asarray((total / (count + QUIET_WORTH)).reshape(groups, periods + 1))


def design_of(history: History, frame: Frame, *, row: Integers, column: Integers) -> Floats:
    """Return the design matrix of n positions.

    Args:
        history: S right-aligned series.
        frame: Where they lie.
        row: Shape (n,): which series.
        column: Shape (n,): which position.

    Returns:
        Shape (n, p): the last changes, the distance from recent means and from the long mean, the group's last two
        changes and, where the season is looked at, two waves of the year.
    """
    windows = WINDOWS[frame.cadence]
    lagged = [history.filled[row, np.maximum(column - lag, 0)] for lag in range(max(windows))]
    parts = [lagged[lag] - lagged[lag + 1] for lag in range(LAGS)]
    parts += [lagged[0] - np.mean(lagged[:window], axis=0) for window in windows]
    known = history.known[row, column]
    parts.append((lagged[0] - history.mean[row, column]) * known / (known + LONG_MEAN_WORTH))
    back = history.filled.shape[1] - 1 - column
    period = frame.last_period[row] - back
    # Position -1 is the column of zeros: nothing is known from before the grid.
    parts += [frame.shared[frame.group[row], np.maximum(period - lag, -1)] for lag in range(2)]
    if frame.seasonal:
        angle = 2 * np.pi * (frame.last_day[row] - back * frame.cadence.days) / YEAR_DAYS
        parts += [WAVE_SIZE * wave(turns * angle) for turns in (1, 2) for wave in (np.sin, np.cos)]
    return np.column_stack(parts)
