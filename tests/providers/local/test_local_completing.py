"""Forecasts grow where the newest value is known to be incomplete, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from local_request import epidemics, request_of

from neuralbrain.domain.completeness import Completeness
from neuralbrain.domain.observation import Signal, Unit
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.providers.local.completing import completing
from neuralbrain.providers.local.forecaster import forecast_quantiles

HORIZONS = np.array([1, 2, 3])


def with_shares(request: ForecastRequest, *shares: float) -> ForecastRequest:
    """Return a request whose newest values usually show these shares of the settled ones."""
    column = np.array(shares)[:, None]
    return replace(
        request,
        completeness=Completeness(
            series=request.panel.series,
            as_of=(request.panel.dates[-1] + np.timedelta64(4, "D")).astype("datetime64[us]"),
            median=column,
            low=column,
            high=column,
            periods=np.full(column.shape, 20),
        ),
    )


def test_the_correction_halves_with_each_horizon():
    """Longhand: of a share of 0.81 the factors are 1/0.81, 1/0.9 and 1/0.9 to the half."""
    request = with_shares(request_of(epidemics(1, 40)), 0.81)
    np.testing.assert_allclose(completing(request, HORIZONS), [[1 / 0.81, 1 / 0.9, 0.9**-0.5]])


def test_only_upwards_and_at_most_twofold():
    """Shares above 1 and unknown ones correct nothing; a share below a half counts as a half."""
    request = with_shares(request_of(epidemics(3, 40)), 1.2, np.nan, 0.1)
    assert completing(request, HORIZONS)[:, 0].tolist() == [1.0, 1.0, 2.0]


def test_a_series_that_stopped_long_ago_is_settled():
    """What is as old as it takes to settle is not corrected, although the feed's newest values are."""
    values = epidemics(2, 40)
    values[1, -3:] = np.nan
    assert completing(with_shares(request_of(values), 0.8, 0.8), HORIZONS)[:, 0].tolist() == [1 / 0.8, 1.0]


def test_forecasts_grow_by_the_factor_of_their_own_series():
    """Quantiles of the series with the share are those without it times the factors; the others stay to the bit."""
    request = request_of(epidemics(4, 60), horizons=(1, 2, 3))
    plain, grown = forecast_quantiles(request), forecast_quantiles(with_shares(request, 1.0, 0.81, 1.0, 1.0))
    np.testing.assert_allclose(grown[1], plain[1] * np.array([1 / 0.81, 1 / 0.9, 0.9**-0.5])[:, None])
    assert np.array_equal(grown[[0, 2, 3]], plain[[0, 2, 3]])


def test_nothing_known_changes_nothing():
    """Without completeness all factors are 1."""
    assert completing(request_of(epidemics(2, 40)), HORIZONS).tolist() == [[1.0] * 3] * 2


def test_a_share_stays_below_one():
    """A proportion near 1 does not grow beyond it."""
    signal = Signal(name="ed_visits", unit=Unit.SHARE)
    request = with_shares(request_of(np.full((1, 40), 0.99), signals=(signal,)), 0.5)
    assert forecast_quantiles(request).max() <= 1.0
