"""Tests of the incomplete beta and gamma functions, against another implementation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from neuralbrain.bottleneck.special_functions import (
    beta_power,
    gamma_power,
    incomplete_beta,
    incomplete_gamma,
    student_two_sided,
)


def test_the_beta_function_is_that_of_scipy():
    """Within 1e-9 for parameters of all sizes, near the middle of the distribution and in its tails."""
    generator = np.random.default_rng(1)
    a, b = 10 ** generator.uniform(-2, 5, (2, 2000))
    middle, width = a / (a + b), np.sqrt(a * b / (a + b + 1)) / (a + b)
    at = np.clip(middle + generator.normal(0, 3, 2000) * width, 0, 1)
    assert incomplete_beta(a, b, at) == pytest.approx(special.betainc(a, b, at), abs=1e-9)


def test_the_gamma_function_is_that_of_scipy():
    """Within 1e-10 of parameters of all sizes, on both sides of the middle."""
    generator = np.random.default_rng(2)
    shape = 10 ** generator.uniform(-2, 5, 2000)
    at = np.maximum(shape + generator.normal(0, 3, 2000) * np.sqrt(shape), 0)
    assert incomplete_gamma(shape, at) == pytest.approx(special.gammainc(shape, at), abs=1e-10)


def test_students_p_values_are_those_of_scipy():
    """Two-sided, of either sign, from 1 degree of freedom to 1,000."""
    statistic = np.linspace(-8, 8, 41)[:, None]
    freedom = np.array([1.0, 2.0, 7.0, 221.0, 1000.0])[None, :]
    theirs = 2 * stats.t.sf(np.abs(statistic), freedom)
    assert student_two_sided(statistic, freedom) == pytest.approx(theirs, rel=1e-9, abs=1e-15)


def test_the_ends_and_what_is_unknown():
    """Exactly 0 and 1 at the ends; NaN gives NaN."""
    ends = incomplete_beta(np.array([2.0, 2.0, 2.0]), np.array([3.0, 3.0, 3.0]), np.array([0.0, 1.0, np.nan]))
    assert ends[:2].tolist() == [0, 1]
    assert np.isnan(ends[2])
    assert incomplete_gamma(np.array([2.0]), np.array([0.0])).tolist() == [0]


def test_single_chances_are_those_of_scipy():
    """The powers give the chances of single counts: negative binomial and Poisson, from 0 events on."""
    counts, mean, share = np.array([0.0, 1, 9, 10, 300, 5000]), np.array([0.5, 2, 7, 30, 280, 5100]), 0.3
    sizes = mean * share / (1 - share)
    negative = beta_power(sizes, counts + 1, np.full(6, share)) / ((1 - share) * (sizes + counts))
    assert negative == pytest.approx(stats.nbinom.pmf(counts, sizes, share), rel=1e-10)
    assert gamma_power(counts, mean) == pytest.approx(stats.poisson.pmf(counts, mean), rel=1e-10)
