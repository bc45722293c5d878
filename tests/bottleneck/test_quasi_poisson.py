"""Tests of log-linear models of counts."""

from __future__ import annotations

import numpy as np
import pytest

from neuralbrain.bottleneck.quasi_poisson import Design, precision_of, quasi_poisson

TIMES = np.arange(12.0)
PARTS = np.repeat(np.eye(2), 6, axis=0)


def test_levels_are_means():
    """Without a trend the fitted mean of a part is the weighted mean of its counts: longhand (1·4 + 3·8)/4 = 7."""
    counts = np.array([[4.0, 8.0, 3.0, 3.0]])
    weights = np.array([[1.0, 3.0, 1.0, 1.0]])
    design = Design(parts=np.repeat(np.eye(2), 2, axis=0), times=np.arange(4.0), trend=False)
    found = quasi_poisson(counts, weights, design)
    assert np.exp(found.levels[0]) == pytest.approx([7, 3])
    assert (found.freedom[0], found.slopes[0], bool(found.converged[0])) == (2, 0, True)


def test_an_exact_line_is_found():
    """Counts that are exp(2 + 0.1·t), one level higher in the second part, are fitted to the last digits."""
    log_means = 2 + 0.1 * TIMES + PARTS[:, 1]
    found = quasi_poisson(np.exp(log_means)[None, :], np.ones((1, 12)), Design(parts=PARTS, times=TIMES, trend=True))
    assert found.levels[0] == pytest.approx([2, 3])
    assert found.slopes[0] == pytest.approx(0.1)
    assert found.means[0] == pytest.approx(np.exp(log_means))


def test_the_fit_solves_the_likelihood_equations():
    """Weighted residuals add up to nothing in each part and along time, whatever the counts."""
    generator = np.random.default_rng(4)
    counts = generator.poisson(5, (20, 12)).astype(float)
    weights = generator.uniform(0, 2, (20, 12)) * (generator.uniform(size=(20, 12)) > 0.1)
    found = quasi_poisson(counts, weights, Design(parts=PARTS, times=TIMES, trend=True))
    assert found.converged.all()
    residuals = weights * (counts - found.means)
    assert residuals @ PARTS == pytest.approx(np.zeros((20, 2)), abs=1e-5)
    assert residuals @ TIMES == pytest.approx(np.zeros(20), abs=1e-4)


def test_variances_are_those_of_the_normal_equations():
    """The arrowhead gives what inverting the whole matrix gives."""
    working = np.random.default_rng(5).uniform(0.1, 3, (1, 12))
    design = Design(parts=PARTS, times=TIMES, trend=True)
    whole = np.column_stack([PARTS, TIMES])
    inverse = np.linalg.inv(whole.T @ (working[0][:, None] * whole))
    expected = np.einsum("tp,pq,tq->t", whole, inverse, whole)
    assert precision_of(working, design).variances(PARTS, TIMES)[0] == pytest.approx(expected)


def test_what_cannot_be_fitted_does_not_converge():
    """Nothing known, or years of nothing but zeros, is no fit; the series beside them are."""
    counts = np.array([[0.0] * 240, [0.0] * 240, [5.0] * 240])
    weights = np.array([[1.0] * 240, [0.0] * 240, [1.0] * 240])
    design = Design(parts=np.tile(PARTS, (20, 1)), times=np.arange(240.0), trend=True)
    found = quasi_poisson(counts, weights, design)
    assert found.converged.tolist() == [False, False, True]
    assert np.isnan(found.levels[1]).all()


def test_very_large_counts_converge():
    """Ten billion a week, constant or nearly, is fitted: what rounding leaves of the deviance is no change."""
    counts = np.stack([np.full(12, 1e10), np.random.default_rng(6).poisson(1e10, 12)])
    found = quasi_poisson(counts, np.ones((2, 12)), Design(parts=PARTS, times=TIMES, trend=True))
    assert found.converged.all()
    assert found.means == pytest.approx(counts, rel=1e-4)


def test_many_series_are_each_on_its_own():
    """A hundred series fitted together, among them one that cannot be, are what each is alone."""
    counts = np.random.default_rng(7).poisson(5, (100, 12)).astype(float)
    counts[50] = 0
    design = Design(parts=PARTS, times=TIMES, trend=True)
    together = quasi_poisson(counts, np.ones((100, 12)), design)
    for row in (0, 15, 16, 49, 50, 96, 99):
        alone = quasi_poisson(counts[row : row + 1], np.ones((1, 12)), design)
        assert together.levels[row] == pytest.approx(alone.levels[0], rel=1e-12)
        assert together.working[row] == pytest.approx(alone.working[0], rel=1e-12)
        assert together.converged[row] == alone.converged[0]
