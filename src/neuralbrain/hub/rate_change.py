"""FluSight's five classes of change in weekly admissions, and how probable a forecast holds each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import probability_at_most

CLASSES = ("large_decrease", "decrease", "stable", "increase", "large_increase")
"""From the lowest to the highest."""

STABLE_BELOW: Mapping[int, float] = MappingProxyType({0: 0.3, 1: 0.5, 2: 0.7, 3: 1.0})
"""Change of the rate per 100,000 below which it is stable, by horizon."""

LARGE_FROM: Mapping[int, float] = MappingProxyType({0: 1.7, 1: 3.0, 2: 4.0, 3: 5.0})
"""Change of the rate per 100,000 from which it is large, by horizon."""

FEWEST = 10.0  # admissions; a smaller change is stable whatever the rate
PER = 100_000.0
JUST_BELOW = 1e-9  # on the log scale: far less than one admission, more than rounding errors


def class_probabilities(quantiles: Floats, *, last: Floats, population: Floats, horizon: int) -> Floats:
    """Return the probability of each class of change since the last observed week.

    A change of exactly the bound of two classes belongs to the one further from stable.

    Args:
        quantiles: Shape (N, 23): admissions of the week, not decreasing along the last axis.
        last: Shape (N,): admissions of the week before the one that horizon 0 is about.
        population: Shape (N,): inhabitants.
        horizon: 0 to 3, the hub's.

    Returns:
        Shape (N, 5), in the order of ``CLASSES``, each row summing to 1; NaN where something is unknown.

    Source: the hub's definition of ``wk flu hosp rate change``, season 2025-26.

    >>> flat = class_probabilities(np.full((1, 23), 50.0), last=np.array([20.0]), population=np.array([1e6]), horizon=0)
    >>> dict(zip(CLASSES, flat[0].tolist()))["large_increase"]
    1.0
    """
    stable = np.maximum(STABLE_BELOW[horizon] * population / PER, FEWEST)
    large = np.maximum(LARGE_FROM[horizon] * population / PER, stable)
    up_to = [
        probability_at_most(quantiles, last - large),
        probability_at_most(quantiles, last - stable),
        _probability_below(quantiles, last + stable),
        _probability_below(quantiles, last + large),
    ]
    unknown = np.isnan(last) | np.isnan(population)
    steps = np.stack([*up_to, np.where(unknown, np.nan, 1.0)], axis=-1)
    return np.diff(np.maximum.accumulate(steps, axis=-1), axis=-1, prepend=0.0)


def in_millionths(probabilities: Floats) -> Floats:
    """Return probabilities in whole millionths that sum to exactly a million: the largest remainders are rounded up.

    Args:
        probabilities: Shape (N, C), each row summing to 1.

    >>> in_millionths(np.array([[1 / 3, 1 / 3, 1 / 3]])).tolist()
    [[333334.0, 333333.0, 333333.0]]
    """
    exact = probabilities * 1e6
    whole = np.floor(exact)
    short = np.rint(1e6 - whole.sum(axis=-1, keepdims=True))
    rank = np.argsort(np.argsort(whole - exact, axis=-1, kind="stable"), axis=-1, kind="stable")
    return np.asarray(whole + (rank < short))


def _probability_below(quantiles: Floats, threshold: Floats) -> Floats:
    """Return P(Y < threshold); it differs from P(Y <= threshold) where quantiles share that value."""
    return probability_at_most(quantiles, np.expm1(np.log1p(threshold) - JUST_BELOW))
