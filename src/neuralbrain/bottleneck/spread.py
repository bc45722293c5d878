"""A distribution around a point forecast, from how much the history itself changes over as many steps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuralbrain.bottleneck.complete import normal_scores
from neuralbrain.bottleneck.growth import FAST_GROWTH
from neuralbrain.bottleneck.reading import Flags
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS, MEDIAN, row_quantiles

FEWEST_CHANGES = 8  # as few as a running total needs to say something; the 23 levels of fewer are mostly two values
FEWEST_WEEKS = 4  # a weekday's usual swing is the median of at least as many

_UPPER = LEVELS[MEDIAN + 1 :] * 2 - 1  # P(|d| <= x) at which a symmetrical d reaches the upper levels
_UPPER_SCORES = normal_scores(LEVELS[MEDIAN + 1 :])


class Spread(NamedTuple):
    """Point forecasts with a distribution.

    Args:
        quantiles: Shape (N, H, 23).
        scaled: Shape (N,): the history was too short for some horizon's own changes; shorter ones were scaled.
        assumed: Shape (N,): the history was too short for any; the rule for short histories was used.
    """

    quantiles: Floats
    scaled: Flags
    assumed: Flags


def spread(
    points: Floats,
    *,
    history: Floats,
    horizons: tuple[int, ...],
    cadence: Cadence,
    event_sizes: Floats,
    ceilings: Floats,
) -> Spread:
    """Return point forecasts as the 23 hub quantiles.

    The rule, on the log(x + 1) scale and symmetrical around the point:

    - Horizon h takes the absolute changes over h steps in the series' own history, where at least 8 are known. For
      daily series the usual swing between two weekdays is taken out of a change, where at least four weeks are
      known, so a weekday pattern does not look like uncertainty.
    - Where fewer are known, the longest shorter step with 8 changes is used, times the square root of the ratio.
    - Where not even 8 one-step changes are known, the spread is normal with variance ``1/(x+1)`` (counts only: a
      Poisson count's) plus ``h·(s·x/(x+1))²``, s being 5 % a day over one period: the growth that risk calls fast.

    Args:
        points: Shape (N, H): medians, not negative.
        history: Shape (N, T): the incidence, last column the last actual, NaN where nothing is known.
        horizons: H periods after the last actual, ascending.
        cadence: daily or weekly.
        event_sizes: Shape (N,): 1 for counts.
        ceilings: Shape (N,): the most that a value can be.

    Source: the hub baseline takes past differences, symmetrised (Cramer et al. 2022, doi:10.1073/pnas.2113561119).
    """
    logs = np.log1p(history)
    count, periods = history.shape
    offsets = np.full((count, len(_UPPER)), np.nan)
    taken = np.zeros(count)  # the step that each row's offsets are of, 0 while there are none
    scaled = np.zeros(count, dtype=bool)
    columns = np.empty((count, len(horizons), len(_UPPER)))
    for step in sorted({1, *horizons}):
        if step < periods:
            changes = _changes(logs, step, cadence)
            own = np.isfinite(changes).sum(axis=1) >= FEWEST_CHANGES
            offsets = np.where(own[:, None], row_quantiles(np.abs(changes), _UPPER), offsets)
            taken = np.where(own, float(step), taken)
        if step in horizons:
            ratio = np.sqrt(step / np.maximum(taken, 1.0))
            columns[:, horizons.index(step)] = offsets * ratio[:, None]
            scaled |= (taken > 0) & (taken < step)
    assumed = taken == 0
    columns[assumed] = _assumed(points, horizons, cadence, event_sizes)[assumed]
    nothing = np.zeros((*points.shape, 1))
    shifts = np.concatenate([-columns[..., ::-1], nothing, columns], axis=-1)
    highest = np.log1p(np.maximum(ceilings[:, None], points))[..., None]
    quantiles = np.expm1(np.clip(np.log1p(points)[..., None] + shifts, 0.0, highest))
    quantiles[..., MEDIAN] = points  # as said; what rounding put on its wrong side goes back
    quantiles[..., :MEDIAN] = np.minimum(quantiles[..., :MEDIAN], points[..., None])
    quantiles[..., MEDIAN + 1 :] = np.maximum(quantiles[..., MEDIAN + 1 :], points[..., None])
    return Spread(quantiles=quantiles, scaled=scaled, assumed=assumed)


def _changes(logs: Floats, step: int, cadence: Cadence) -> Floats:
    changes = logs[:, step:] - logs[:, :-step]
    if cadence is not Cadence.DAILY or step % 7 == 0:
        return changes
    rows, periods = changes.shape
    lead = -periods % 7
    weeks = np.concatenate([np.full((rows, lead), np.nan), changes], axis=1).reshape(rows, -1, 7)
    by_day = weeks.transpose(0, 2, 1)
    usual = row_quantiles(by_day.reshape(rows * 7, -1), np.array([0.5])).reshape(rows, 7)
    enough = (np.isfinite(by_day).sum(axis=2) >= FEWEST_WEEKS).all(axis=1)
    swing = np.where(enough[:, None], usual - usual.mean(axis=1, keepdims=True), 0.0)
    return np.asarray((weeks - swing[:, None, :]).reshape(rows, -1)[:, lead:])


def _assumed(points: Floats, horizons: tuple[int, ...], cadence: Cadence, event_sizes: Floats) -> Floats:
    poisson = np.where(event_sizes == 1.0, 1.0, 0.0)[:, None] / (points + 1.0)
    growth = np.log1p(FAST_GROWTH) * cadence.days * points / (points + 1.0)
    deviation = np.sqrt(poisson + np.array(horizons) * growth**2)
    return np.asarray(deviation[..., None] * _UPPER_SCORES)
