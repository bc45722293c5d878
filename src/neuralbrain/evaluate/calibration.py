"""Learns from a provider's own record by how much its quantile levels are to be moved: quantile tracking, online."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.calibration import DIGITS, FURTHEST, SCORES, Calibration, Key
from neuralbrain.domain.observation import Dates, Floats, Integers
from neuralbrain.domain.quantiles import LEVELS

FEWEST_WEEKS = 8  # of record; in fewer a wave only rises or only falls, and all errors have one sign
WIDTH_GAIN = 0.1  # normal scores a week for all the coverage that a level can lack; chosen by backtest
POSITION_GAIN = 0.01  # a tenth: a wave's errors have one sign while it rises and the other while it falls

STEPS: Floats = np.exp(SCORES**2 / 4)
STEPS.flags.writeable = False
"""Shape (23,), 1 at the median: how much further outer levels move, by the root of how thin the normal is there."""

_RANKS = len(LEVELS) + 1  # 0 to 23 quantiles can lie below a value
_EDGES: Floats = np.concatenate([[0.0], (LEVELS[1:] + LEVELS[:-1]) / 2, [1.0]])

Strings = npt.NDArray[np.str_]


class RankRecord(NamedTuple):
    """Where truths fell among the quantiles that one provider published; all of shape (n,), in any order.

    Whoever makes it sees to it that all rows are this provider's, that there is one for each source, region, signal,
    last date and horizon, and that the truth of each had arrived by the moment that the calibration is for.

    Args:
        source: The feed.
        signal: The signal's name.
        horizon: In periods.
        last_date: datetime64[D]: day of the last actual that the forecast was made on.
        below: How many of the 23 published quantiles lie below the truth; -1 where it is unknown (``scores.ranks_of``).
        at_most: How many lie at or below it.
    """

    source: Strings
    signal: Strings
    horizon: Integers
    last_date: Dates
    below: Integers
    at_most: Integers


def learn(record: RankRecord, *, provider: str) -> Calibration:
    """Return the calibration that a provider's record teaches; an empty one teaches none.

    Each week of the record, in order of the last dates, moves the correction of its source, signal and horizon by one
    step (``moved``), from none at the beginning; all places and days of a week are one lesson. Fewer than
    ``FEWEST_WEEKS`` are counted and correct nothing.

    Args:
        record: Ranks among quantiles as they were published, under whatever calibration there was then.
        provider: Whose record it is.

    Raises:
        ValueError: If a rank is not between 0 and 23, or fewer quantiles lie at or below a value than below it.

    Source: the quantile tracker of Angelopoulos, Candès & Tibshirani 2023, arXiv:2307.16895, on normal scores instead
    of values, so that places of all sizes share it.
    """
    known = np.flatnonzero(record.below >= 0)
    below, at_most = record.below[known].astype(np.int64), record.at_most[known].astype(np.int64)
    if ((below > at_most) | (at_most >= _RANKS)).any():
        raise ValueError("ranks go from 0 to 23, and no fewer quantiles lie at or below a value than below it")
    weeks = record.last_date[known].astype("datetime64[D]").astype(np.int64) // 7
    ranks = below * _RANKS + at_most
    corrections: dict[Key, Floats] = {}
    counts: dict[Key, int] = {}
    for key, rows in _groups(record.source[known], record.signal[known], record.horizon[known]).items():
        lessons = _lessons(weeks[rows], ranks[rows])
        counts[key] = len(lessons)
        if len(lessons) >= FEWEST_WEEKS:
            corrections[key] = _after(lessons)
    return Calibration(provider=provider, corrections=corrections, counts=counts)


def covered_by(below: Integers, at_most: Integers) -> Floats:
    """Return shape (..., 23): the chance that a truth lies at or below each quantile, ties drawn by lot.

    It is 0 or 1 for a truth between two quantiles. One that equals quantiles, as zeros do, stands for a whole stretch
    of levels, from halfway to the level before theirs to halfway to the one after, each with the same chance.

    Args:
        below: Shape (...): how many of the 23 quantiles lie below the truth.
        at_most: Shape (...): how many lie at or below it.

    Source: the expectation of the randomised probability integral transform, Czado, Gneiting & Held 2009,
    doi:10.1111/j.1541-0420.2009.01191.x.

    >>> covered_by(np.array(11), np.array(11))[9:13].tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    first, last = _EDGES[below][..., None], _EDGES[at_most][..., None]
    stretch = np.where(last > first, last - first, 1.0)
    between = np.clip((LEVELS - first) / stretch, 0.0, 1.0)
    whole = np.arange(len(LEVELS)) >= below[..., None]
    return np.where(last > first, between, whole.astype(np.float64))


def moved(correction: Floats, covered: Floats) -> Floats:
    """Return the correction after one more lesson.

    A level that covered too little moves up and one that covered too much down. What two opposite levels have in common
    is the position of the distribution, the rest its width; the position moves by a smaller gain.

    Args:
        correction: Shape (23,): before it, in normal scores.
        covered: Shape (23,): the share of truths at or below each published quantile.

    Returns:
        Shape (23,), within ``FURTHEST``; the moved levels do not cross.
    """
    missing = LEVELS - covered
    width, position = (missing - missing[::-1]) / 2, (missing + missing[::-1]) / 2
    step = STEPS * (WIDTH_GAIN * width + POSITION_GAIN * position)
    return np.asarray(np.clip(np.sort(SCORES + correction + step) - SCORES, -FURTHEST, FURTHEST))


def _groups(source: Strings, signal: Strings, horizon: Integers) -> dict[Key, Integers]:
    """Return the rows of each source, signal and horizon."""
    of_source = np.unique(source, return_inverse=True)[1]
    signals, of_signal = np.unique(signal, return_inverse=True)
    horizons, of_horizon = np.unique(horizon, return_inverse=True)
    number = (of_source * len(signals) + of_signal) * len(horizons) + of_horizon
    order = np.argsort(number, kind="stable")
    cuts = np.flatnonzero(np.diff(number[order])) + 1
    return {
        (str(source[rows[0]]), str(signal[rows[0]]), int(horizon[rows[0]])): rows
        for rows in np.split(order, cuts)
        if len(rows)
    }


def _lessons(weeks: Integers, ranks: Integers) -> Floats:
    """Return shape (W, 23): the share of truths at or below each quantile, a row a week, in order.

    Ranks are counted first, so that the order of the places cannot change a bit.
    """
    _, week = np.unique(weeks, return_inverse=True)
    kinds, kind = np.unique(ranks, return_inverse=True)
    times = np.zeros((week.max() + 1, len(kinds)))
    np.add.at(times, (week, kind), 1.0)
    return np.asarray(times @ covered_by(kinds // _RANKS, kinds % _RANKS) / times.sum(axis=1, keepdims=True))


def _after(lessons: Floats) -> Floats:
    correction = np.zeros(len(LEVELS))
    for covered in lessons:
        correction = moved(correction, covered)
    return np.asarray(np.round(correction, DIGITS))
