"""The yardstick itself: a baseline that were too bad would prove nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hub_baseline import baseline_quantiles, weighted_interval_score

from neuralbrain.domain.quantiles import LEVELS, MEDIAN


def test_the_median_is_the_last_value_and_the_spread_grows() -> None:
    """The baseline is centred on the last value and its spread grows with the horizon, about with its root."""
    walk = 1_000.0 + np.cumsum(np.random.default_rng(1).normal(0.0, 10.0, 400))
    quantiles = baseline_quantiles(walk, horizons=(1, 4))
    np.testing.assert_allclose(quantiles[:, MEDIAN], walk[-1], atol=1e-9)
    near, far = quantiles[:, -3] - quantiles[:, 2]
    assert near == pytest.approx(2 * 1.645 * 10.0, rel=0.15)
    assert far / near == pytest.approx(2.0, rel=0.1)


def test_the_score_by_hand() -> None:
    """A forecast that is certain of 3 when 5 happens scores twice the mean of 2 times each level: 2."""
    assert LEVELS.mean() == pytest.approx(0.5)
    assert weighted_interval_score(np.full(23, 3.0), np.array(5.0)) == pytest.approx(2.0)
