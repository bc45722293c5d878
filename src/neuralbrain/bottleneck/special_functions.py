"""Incomplete beta and gamma functions over arrays: what quantiles of counts and p-values rest on."""

from __future__ import annotations

from math import lgamma

import numpy as np

from neuralbrain.domain.observation import Floats

CLOSE = 1e-14  # relative: where further steps change little but the rounding
MOST_STEPS = 1_000_000  # some multiple of the root of the parameters is needed; values are at most 1e10 events
SHRINK = 0.75  # of the values: once a quarter of them has settled, only the others go on
_TINY = 1e-300  # in the place of a 0 by which Lentz's method would divide
_STIRLING_FROM = 10.0  # from here on four terms of Stirling's series are exact to 1e-12


def incomplete_beta(first: Floats, second: Floats, at: Floats) -> Floats:
    """Return the regularised incomplete beta function I_x(a, b).

    Args:
        first: a, above 0.
        second: b, above 0.
        at: x, 0 to 1; the three broadcast together.

    Returns:
        0 to 1; NaN where something is NaN.

    Source: its continued fraction by Lentz's method, Abramowitz & Stegun 26.5.8; Press et al. (2007), section 6.4.

    >>> round(float(incomplete_beta(np.array(2.0), np.array(1.0), np.array(0.5))), 12)
    0.25
    """
    shape = np.broadcast_shapes(np.shape(first), np.shape(second), np.shape(at))
    a, b, x = (np.broadcast_to(one, shape).astype(np.float64).ravel() for one in (first, second, at))
    swapped = x > (a + 1) / (a + b + 2)  # the fraction converges fast below the mean only
    low, high = np.where(swapped, b, a), np.where(swapped, a, b)
    share = np.where(swapped, 1 - x, x)
    with np.errstate(divide="ignore"):
        front = low * np.log(share) + high * np.log1p(-share) - _log_beta(low, high)
    below = np.exp(front) * _beta_fraction(low, high, share) / low
    return np.asarray(np.clip(np.where(swapped, 1 - below, below), 0.0, 1.0).reshape(shape))


def incomplete_gamma(shape: Floats, at: Floats) -> Floats:
    """Return the regularised lower incomplete gamma function P(a, x).

    Args:
        shape: a, above 0.
        at: x, at least 0; far above a its series needs ever more terms.

    Returns:
        0 to 1; NaN where something is NaN.

    Source: its series of positive terms, Abramowitz & Stegun 6.5.29.

    >>> round(float(incomplete_gamma(np.array(1.0), np.array(2.0))), 12) == round(1 - float(np.exp(-2.0)), 12)
    True
    """
    a, x = (np.asarray(one, dtype=np.float64) for one in np.broadcast_arrays(shape, at))
    term, total = np.ones(a.shape), np.ones(a.shape)
    for step in range(1, MOST_STEPS):
        term = term * (x / (a + step))
        total = total + term
        if not np.any(term > CLOSE * total):
            break
    far = np.maximum(a, _STIRLING_FROM)
    apart = (x - far) / far
    with np.errstate(divide="ignore"):
        near = a * np.log(x) - x - _log_gamma(a + 1)
        front = far * (np.log1p(apart) - apart) - 0.5 * np.log(2 * np.pi * far) - _beyond_stirling(far)
    front = np.where(a < _STIRLING_FROM, near, front)
    return np.asarray(np.clip(np.exp(front) * total, 0.0, 1.0))


def student_two_sided(statistic: Floats, freedom: Floats) -> Floats:
    """Return the chance that Student's t is further from 0 than a value.

    Args:
        statistic: The value, of either sign.
        freedom: Degrees of freedom, above 0.

    Source: Abramowitz & Stegun 26.7.1 with 26.5.27.

    >>> round(float(student_two_sided(np.array(1.0), np.array(1.0))), 12)
    0.5
    """
    return incomplete_beta(freedom / 2, np.asarray(0.5), freedom / (freedom + statistic**2))


def _beta_fraction(a: Floats, b: Floats, x: Floats) -> Floats:
    values = np.ones(len(a))
    left = np.arange(len(a))
    numerator = np.ones(len(a))
    denominator = value = 1 / _not_zero(1 - (a + b) * x / (a + 1))
    for step in range(1, MOST_STEPS):
        double = a + 2 * step
        before = value
        for factor in (
            step * (b - step) * x / ((double - 1) * double),
            -(a + step) * (a + b + step) * x / (double * (double + 1)),
        ):
            denominator = 1 / _not_zero(1 + factor * denominator)
            numerator = _not_zero(1 + factor / numerator)
            value = value * (denominator * numerator)
        moves = np.abs(value - before) > CLOSE * np.abs(value)
        if np.count_nonzero(moves) <= SHRINK * len(left):  # those that need most steps do not make the others wait
            values[left] = value
            left = left[moves]
            a, b, x, numerator, denominator, value = (one[moves] for one in (a, b, x, numerator, denominator, value))
            if not len(left):
                break
    return values


def _not_zero(values: Floats) -> Floats:
    return np.where(np.abs(values) < _TINY, _TINY, values)


def _log_beta(a: Floats, b: Floats) -> Floats:
    # Where one is large, by Stirling's series: of the difference of two large logarithms few digits are left.
    small, large = np.minimum(a, b), np.maximum(a, b)
    both = small + large
    far = np.maximum(large, _STIRLING_FROM)
    logs = (
        _log_gamma(small)
        + _beyond_stirling(far)
        - _beyond_stirling(far + small)
        + small * (1 - np.log(both))
        + (large - 0.5) * np.log1p(-small / both)
    )
    near = large < _STIRLING_FROM
    logs[near] = _log_gamma(small[near]) + _log_gamma(large[near]) - _log_gamma(both[near])
    return np.asarray(logs)


def _beyond_stirling(x: Floats) -> Floats:
    return np.asarray((1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * x**2)) / x**2) / x**2) / x)


def _log_gamma(values: Floats) -> Floats:
    # One by one: NumPy has no log-gamma, and the C library's is exact.
    return np.array([lgamma(one) for one in values.ravel().tolist()]).reshape(values.shape)
