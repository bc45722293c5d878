"""The spread: shaped by errors that were made, never narrower than counting allows."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.quantiles import LEVELS, MEDIAN
from neuralbrain.providers.local.spread import LAPLACE, NORMAL, error_shape, spread_around


def test_expected_shapes_are_symmetric_and_of_size_one() -> None:
    """The shape that is expected has median 0 and is the same on both sides; its mean size is 1."""
    for shape in (LAPLACE, NORMAL):
        np.testing.assert_allclose(shape, -shape[::-1], atol=1e-9)
    sampled = np.interp((np.arange(100_000) + 0.5) / 100_000, LEVELS, LAPLACE)
    assert abs(np.abs(sampled).mean() - 1.0) < 0.05


def test_without_errors_the_expected_shape_holds() -> None:
    """No error seen, no shape learned."""
    np.testing.assert_array_equal(error_shape(np.empty(0), expected=LAPLACE), LAPLACE)


def test_many_errors_outweigh_what_is_expected() -> None:
    """Quantiles of very many normal errors are nearly those of the normal distribution."""
    errors = np.random.default_rng(1).normal(size=200_000)
    np.testing.assert_allclose(error_shape(errors, expected=LAPLACE), NORMAL, atol=0.03)


def test_certain_noise_is_kept_on_both_sides() -> None:
    """Where errors were always 0, the quantiles are those of the noise that is certain."""
    found = spread_around(np.array([1.0]), size=np.zeros(1), shape=np.zeros((1, 23)), least=np.array([0.1]))
    np.testing.assert_allclose(found, [1.0 + 0.1 * NORMAL])


def test_the_centre_is_the_median_of_a_symmetric_shape() -> None:
    """Quantiles ascend and lie around the centre."""
    found = spread_around(np.array([2.0]), size=np.ones(1), shape=LAPLACE[None, :], least=np.zeros(1))
    assert found[0, MEDIAN] == 2.0
    assert (np.diff(found) > 0).all()
