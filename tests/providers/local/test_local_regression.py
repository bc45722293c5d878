"""Regressions: they find what is there, and say what was expected where nothing is."""

from __future__ import annotations

import numpy as np

from neuralbrain.providers.local.regression import nonnegative_ridge, ridge

CHANCE = np.random.default_rng(8)
DESIGN = CHANCE.normal(size=(400, 3))
TRUTH = np.array([0.5, 0.0, 2.0])
TARGET = DESIGN @ TRUTH + CHANCE.normal(scale=0.01, size=400)
WEIGHT = np.ones(400)
WEAK = np.full(3, 1e-6)


def test_both_find_coefficients_that_are_there() -> None:
    """With many rows and a weak prior the true coefficients come out."""
    for fit in (ridge, nonnegative_ridge):
        found = fit(DESIGN, TARGET, weight=WEIGHT, expected=np.ones(3), strength=WEAK)
        np.testing.assert_allclose(found, TRUTH, atol=0.01)


def test_without_rows_the_expected_comes_back() -> None:
    """Nothing seen, nothing changed."""
    expected = np.array([0.3, 0.2, 0.1])
    for fit in (ridge, nonnegative_ridge):
        found = fit(DESIGN[:0], TARGET[:0], weight=WEIGHT[:0], expected=expected, strength=np.ones(3))
        np.testing.assert_allclose(found, expected)


def test_a_stronger_prior_pulls_further() -> None:
    """The stronger the prior, the nearer to what is expected."""
    distance = [
        np.abs(ridge(DESIGN, TARGET, weight=WEIGHT, expected=np.zeros(3), strength=np.full(3, strength))).sum()
        for strength in (1.0, 100.0, 10_000.0)
    ]
    assert distance[0] > distance[1] > distance[2]


def test_nothing_falls_below_zero() -> None:
    """A negative effect becomes 0, and the others are fitted as if it were not there."""
    found = nonnegative_ridge(DESIGN, -TARGET, weight=WEIGHT, expected=np.ones(3), strength=WEAK)
    assert (found >= 0).all()


def test_rows_of_no_weight_do_not_count() -> None:
    """A weight of 0 leaves a row out."""
    wild = TARGET.copy()
    wild[:100] = 1e6
    weight = WEIGHT.copy()
    weight[:100] = 0.0
    np.testing.assert_allclose(
        ridge(DESIGN, wild, weight=weight, expected=np.zeros(3), strength=WEAK), TRUTH, atol=0.01
    )
