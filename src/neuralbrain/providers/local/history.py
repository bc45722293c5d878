"""What each series looked like at each of its positions, as it could be seen from there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.providers.local.stabilise import Scale

Flags = npt.NDArray[np.bool_]

USUAL_STEP = 0.06  # mean one-step change where nothing is known: 6 % of the root, about 20 % of the value
USUAL_WORTH = 5.0  # so many own changes weigh as much as what is usual in the group
FAST_DECAY = 0.8  # a change loses a fifth of its weight each period: the last five periods decide


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Stabilised series, each ending at its own last known value; all arrays have shape (S, T).

    Args:
        values: NaN where nothing is known.
        filled: Without gaps: straight lines between known values, the first and the last carried outward. At a
            known position it depends on nothing later.
        known: How many values are known up to here.
        mean: Their mean.
        slow: Mean absolute one-step change up to here, shrunk to what is usual in the group.
        fast: The same with the last few changes weighing most, shrunk to ``slow``.
        noise: Standard deviation that counting alone gives at this level.
    """

    values: Floats
    filled: Floats
    known: Floats
    mean: Floats
    slow: Floats
    fast: Floats
    noise: Floats


def history_of(values: Floats, *, scale: Scale, usual: Floats) -> History:
    """Return the history of series on the stabilised scale.

    Args:
        values: Shape (S, T), stabilised, right-aligned, NaN where nothing is known.
        scale: The scale they are on.
        usual: Shape (S,): the one-step change that is usual in each series' group.
    """
    observed = np.isfinite(values)
    filled = _filled(values, observed)
    known = np.cumsum(observed, axis=1).astype(np.float64)
    mean = np.cumsum(np.where(observed, values, 0.0), axis=1) / np.maximum(known, 1.0)
    change = one_step_changes(values)
    changed = np.isfinite(change)
    change = np.where(changed, change, 0.0)
    total = np.cumsum(change, axis=1) + USUAL_WORTH * usual[:, None]
    slow = total / (np.cumsum(changed, axis=1) + USUAL_WORTH)
    fast = _fast(change, changed=changed, slow=slow)
    noise = scale.counting_noise(filled, known)
    return History(values=values, filled=filled, known=known, mean=mean, slow=slow, fast=fast, noise=noise)


def one_step_changes(values: Floats) -> Floats:
    """Return absolute changes from the value known before, as one step of a random walk would be.

    Args:
        values: Shape (S, T), NaN where nothing is known.

    Returns:
        Shape (S, T); a change over a gap of n periods is divided by the root of n, NaN where there is none.

    >>> one_step_changes(np.array([[1.0, 3.0, np.nan, np.nan, np.nan, 5.0]]))
    array([[nan,  2., nan, nan, nan,  1.]])
    """
    position = np.arange(values.shape[1])[None, :]
    here = np.maximum.accumulate(np.where(np.isfinite(values), position, -1), axis=1)
    previous = np.concatenate([np.full((len(values), 1), -1), here[:, :-1]], axis=1)
    before = np.take_along_axis(values, np.maximum(previous, 0), axis=1)
    return np.where(previous >= 0, np.abs(values - before) / np.sqrt(position - previous), np.nan)


def usual_steps(values: Floats, *, group: Integers, groups: int) -> Floats:
    """Return shape (groups,): the mean one-step change of each group, shrunk to ``USUAL_STEP``.

    Args:
        values: Shape (S, T), stabilised, NaN where nothing is known.
        group: Shape (S,): each series' group, from 0.
        groups: How many groups there are.
    """
    change = one_step_changes(values)
    totals = np.bincount(group, weights=np.nansum(change, axis=1), minlength=groups)
    counts = np.bincount(group, weights=np.isfinite(change).sum(axis=1), minlength=groups)
    return np.asarray((totals + USUAL_WORTH * USUAL_STEP) / (counts + USUAL_WORTH))


def _filled(values: Floats, observed: Flags) -> Floats:
    periods = values.shape[1]
    position = np.arange(periods)[None, :]
    before = np.maximum.accumulate(np.where(observed, position, -1), axis=1)
    after = np.minimum.accumulate(np.where(observed, position, periods)[:, ::-1], axis=1)[:, ::-1]
    left = np.where(before >= 0, before, np.minimum(after, periods - 1))
    right = np.where(after < periods, after, left)
    low = np.take_along_axis(values, left, axis=1)
    high = np.take_along_axis(values, right, axis=1)
    share = np.clip((position - left) / np.maximum(right - left, 1), 0.0, 1.0)
    filled = np.where(observed, values, low + (high - low) * share)
    return np.where(np.isfinite(filled), filled, 1.0)  # a series without any value sits at its usual level


def _fast(change: Floats, *, changed: Flags, slow: Floats) -> Floats:
    weight = np.zeros(len(change))
    total = np.zeros(len(change))
    fast = np.empty_like(change)
    for column in range(change.shape[1]):
        total = FAST_DECAY * total + change[:, column]
        weight = FAST_DECAY * weight + changed[:, column]
        fast[:, column] = (total + slow[:, column]) / (weight + 1.0)
    return fast
