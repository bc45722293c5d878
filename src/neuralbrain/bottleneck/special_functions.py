"""Incomplete beta and gamma functions over arrays: what quantiles of counts and p-values rest on."""

from __future__ import annotations

from math import lgamma

import numpy as np

from neuralbrain.domain.observation import Floats

CLOSE = 1e-14  # relative: where further steps change little but the rounding
MOST_STEPS = 20_000  # some multiple of the root of the smaller parameter is needed
SHRINK = 0.75  # of the values: once a quarter of them has settled, only the others go on
_STEPS_AT_ONCE = 8  # of the fraction
_TERMS_AT_ONCE = 64  # of the series
_STIRLING_FROM = 10.0  # from here on four terms of Stirling's series are exact to 1e-12


def incomplete_beta(first: Floats, second: Floats, at: Floats) -> Floats:
    """Return the regularised incomplete beta function I_x(a, b).

    Args:
        first: a, above 0.
        second: b, above 0.
        at: x, 0 to 1; the three broadcast together.

    Returns:
        0 to 1; NaN where something is NaN.

    Source: the even part of its continued fraction, Abramowitz & Stegun 26.5.8, by Lentz's method; Didonato & Morris
    (1992), doi:10.1145/131766.131776, section 3; Press et al. (2007), section 6.4.

    >>> round(float(incomplete_beta(np.array(2.0), np.array(1.0), np.array(0.5))), 12)
    0.25
    """
    shape = np.broadcast_shapes(np.shape(first), np.shape(second), np.shape(at))
    a, b, x = (np.broadcast_to(one, shape).astype(np.float64).ravel() for one in (first, second, at))
    swapped = x > (a + 1) / (a + b + 2)  # the fraction converges fast below the mean only
    low, high = np.where(swapped, b, a), np.where(swapped, a, b)
    share = np.where(swapped, 1 - x, x)
    below = beta_power(low, high, share) * _beta_fraction(low, high, share) / low
    return np.asarray(np.clip(np.where(swapped, 1 - below, below), 0.0, 1.0).reshape(shape))


def beta_power(first: Floats, second: Floats, at: Floats) -> Floats:
    """Return shape (N,): x^a·(1 - x)^b / B(a, b), of a and b above 0 and x from 0 to 1, each of shape (N,).

    >>> round(float(beta_power(np.array([1.0]), np.array([1.0]), np.array([0.5]))[0]), 12)
    0.25
    """
    with np.errstate(divide="ignore"):
        return np.asarray(np.exp(first * np.log(at) + second * np.log1p(-at) - _log_beta(first, second)))


def gamma_power(shape: Floats, at: Floats) -> Floats:
    """Return x^a·exp(-x) / Γ(a + 1), of a and x of at least 0 and the same shape.

    >>> round(float(gamma_power(np.array([1.0]), np.array([1.0]))[0]), 12) == round(float(np.exp(-1)), 12)
    True
    """
    far = np.maximum(shape, _STIRLING_FROM)
    apart = (at - far) / far
    near = shape < _STIRLING_FROM
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.asarray(far * (np.log1p(apart) - apart) - 0.5 * np.log(2 * np.pi * far) - _beyond_stirling(far))
        few = np.where(shape[near] > 0, shape[near] * np.log(at[near]), 0.0)
    logs[near] = few - at[near] - _log_gamma(shape[near] + 1)
    return np.asarray(np.exp(logs))


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
    for step in range(1, MOST_STEPS, _TERMS_AT_ONCE):
        terms = np.cumprod(x[..., None] / (a[..., None] + np.arange(step, step + _TERMS_AT_ONCE)), axis=-1)
        total = total + term * terms.sum(axis=-1)
        term = term * terms[..., -1]
        if not np.any(term > CLOSE * total):
            break
    return np.asarray(np.clip(gamma_power(a, x) * total, 0.0, 1.0))


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
    odd = -(a + b) * x / (a + 1)
    value = upper = 1 + odd
    lower = np.zeros(len(a))
    for first in range(1, MOST_STEPS, _STEPS_AT_ONCE):
        steps = np.arange(first, first + _STEPS_AT_ONCE)[:, None]
        double = a + 2 * steps
        even = steps * (b - steps) * x / ((double - 1) * double)
        odds = -(a + steps) * (a + b + steps) * x / (double * (double + 1))
        factors = -np.concatenate([odd[None], odds[:-1]]) * even
        terms = 1 + even + odds
        for factor, term in zip(factors, terms, strict=True):
            before = value
            lower = 1 / (term + factor * lower)
            upper = term + factor / upper
            value = value * (upper * lower)
        odd = odds[-1]
        moves = np.abs(value - before) > CLOSE * np.abs(value)
        if np.count_nonzero(moves) <= SHRINK * len(left):  # those that need most steps do not make the others wait
            values[left] = value
            left = left[moves]
            a, b, x, odd, upper, lower, value = (one[moves] for one in (a, b, x, odd, upper, lower, value))
            if not len(left):
                break
    values[left] = value
    return 1 / values


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
