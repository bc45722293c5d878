"""Tests of quantiles of counts, against another implementation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from neuralbrain.bottleneck import count_quantile as module
from neuralbrain.bottleneck.count_quantile import count_quantile


@pytest.mark.parametrize("level", [0.005, 0.5, 0.95, 0.975, 0.995])
def test_quantiles_are_those_of_scipy(level):
    """To the count, for means from a thousandth to 100,000 and dispersions from hardly any to 10,000."""
    generator = np.random.default_rng(3)
    means = 10 ** generator.uniform(-3, 5, 500)
    dispersions = 1 + 10 ** generator.uniform(-4, 4, 500)
    theirs = stats.nbinom.ppf(level, means / (dispersions - 1), 1 / dispersions)
    assert np.array_equal(count_quantile(level, means=means, dispersions=dispersions), theirs)


@pytest.mark.parametrize("level", [0.005, 0.5, 0.975])
def test_without_excess_counts_are_poisson(level):
    """A dispersion of 1 gives the Poisson quantile, to the count."""
    means = 10 ** np.linspace(-3, 5, 300)
    theirs = stats.poisson.ppf(level, means)
    assert np.array_equal(count_quantile(level, means=means, dispersions=np.ones(300)), theirs)


def test_one_and_many_give_the_same():
    """How many are searched at once does not matter."""
    means, dispersions = np.linspace(0.1, 3000, 5000), np.full(5000, 7.0)
    some = [0, 1, 2500, 4999]
    together = count_quantile(0.975, means=means, dispersions=dispersions)[some]
    alone = [count_quantile(0.975, means=means[[one]], dispersions=dispersions[[one]])[0] for one in some]
    assert together.tolist() == alone


def test_nothing_expected_and_nothing_known():
    """A mean of 0 has the quantile 0; what is not finite has none."""
    found = count_quantile(
        0.975, means=np.array([0.0, 0, np.nan, np.inf, 3]), dispersions=np.array([1, 3, 2, 2, np.nan])
    )
    assert found[:2].tolist() == [0, 0]
    assert np.isnan(found[2:]).all()


@pytest.mark.parametrize("level", [0.005, 0.5, 0.975, 0.995])
def test_large_quantiles_are_those_of_scipy(level):
    """Within a millionth for means from 100,000 to 1e10, Poisson and of dispersions up to millions."""
    generator = np.random.default_rng(4)
    means = 10 ** generator.uniform(5, 10, 100)
    dispersions = 1 + 10 ** generator.uniform(-4, 6.5, 100)
    theirs = stats.nbinom.ppf(level, means / (dispersions - 1), 1 / dispersions)
    assert count_quantile(level, means=means, dispersions=dispersions) == pytest.approx(theirs, rel=1e-6, abs=0)
    poisson = count_quantile(level, means=means, dispersions=np.ones(100))
    assert poisson == pytest.approx(stats.poisson.ppf(level, means), rel=1e-6, abs=0)


@pytest.mark.parametrize(("mean", "dispersion", "most"), [(100, 3, 1), (1e4, 10, 1), (1e10, 1.5, 0), (1e9, 1e8, 12)])
def test_the_chance_is_computed_a_few_times_at_most(monkeypatch, mean, dispersion, most):
    """Of usual counts once, of large ones that are hardly skewed never, of any a few times."""
    calls = []

    def counted(*given):
        calls.append(given)
        return real(*given)

    real = module.incomplete_beta
    monkeypatch.setattr(module, "incomplete_beta", counted)
    found = count_quantile(0.975, means=np.array([mean]), dispersions=np.array([dispersion]))
    assert found[0] == pytest.approx(stats.nbinom.ppf(0.975, mean / (dispersion - 1), 1 / dispersion), rel=1e-8)
    assert len(calls) <= most
