"""What must hold of every forecast, and what must come out for the series that feeds really have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from local_request import CASES, DAILY_CASES, epidemics, quantiles_of, request_of

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.incidence import incidence_of
from neuralbrain.domain.observation import Floats, Measure, Signal, Unit
from neuralbrain.domain.quantiles import MEDIAN, position_of
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.providers.local.forecaster import forecast_quantiles

SHARE = Signal(name="share", unit=Unit.SHARE)
RATE = Signal(name="rate", unit=Unit.PER_100K)
UPPER = position_of(0.99)

anything = st.one_of(
    st.just(np.nan),
    st.just(0.0),
    st.floats(-10.0, 1e6),
    st.floats(0.0, 1.0),
    st.floats(1e200, 1e308),
    st.sampled_from([np.inf, -np.inf, 5e-324, 1e-30]),
)


@settings(deadline=None, max_examples=60)
@given(
    values=arrays.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 40)), elements=anything),
    unit=st.sampled_from(list(Unit)),
    cadence=st.sampled_from(list(Cadence)),
)
def test_whatever_comes_the_quantiles_are_a_distribution(values: Floats, unit: Unit, cadence: Cadence) -> None:
    """Quantiles are finite, at least 0, never cross, and a share stays a share; without a value there are none."""
    signal = Signal(name="anything", unit=unit, cadence=cadence)
    found = forecast_quantiles(request_of(values, signals=[signal] * len(values), cadence=cadence))
    known = (np.isfinite(values) & (values >= 0)).any(axis=1)
    assert np.isnan(found[~known]).all()
    assert np.isfinite(found[known]).all()
    assert (found[known] >= 0).all()
    assert (np.diff(found[known], axis=-1) >= 0).all()
    if unit is Unit.SHARE:
        assert (found[known] <= 1.0).all()


@settings(deadline=None, max_examples=20)
@given(factor=st.floats(1e-6, 1e6))
def test_a_rate_in_another_unit_gets_the_same_forecast_in_that_unit(factor: float) -> None:
    """Multiplying a rate multiplies its quantiles: what counts as one event is the series' own."""
    signals = [RATE] * 3
    values = epidemics(3, 30) + 1.0
    once = forecast_quantiles(request_of(values, signals=signals))
    scaled = forecast_quantiles(request_of(values * factor, signals=signals))
    np.testing.assert_allclose(scaled, once * factor, rtol=1e-6, atol=1e-6 * factor)


def test_one_value_is_enough() -> None:
    """A series of one value is forecast around that value, with room on both sides that grows with the horizon."""
    quantiles = quantiles_of(request_of(np.array([[100.0]])))[0]
    np.testing.assert_allclose(quantiles[:, MEDIAN], 100.0, rtol=0.01)
    width = quantiles[:, position_of(0.95)] - quantiles[:, position_of(0.05)]
    assert (np.diff(width) > 0).all()
    assert 30.0 < width[0] < 200.0


def test_three_weeks_are_enough() -> None:
    """A three-week-old epidemic of an unknown disease is forecast near its last value, and may well double."""
    quantiles = quantiles_of(request_of(np.array([[10.0, 20.0, 40.0]])))[0]
    assert 25.0 < quantiles[3, MEDIAN] < 80.0
    assert quantiles[3, UPPER] > 80.0


@pytest.mark.parametrize("periods", [1, 10, 150])
def test_zeros_stay_near_zero_but_are_not_certain(periods: int) -> None:
    """After zeros the median is 0 and a few events remain possible, the fewer the longer the zeros lasted."""
    quantiles = quantiles_of(request_of(np.zeros((3, periods))))
    assert (quantiles[:, :, MEDIAN] == 0).all()
    assert (quantiles[:, :, UPPER] > 0.05).all()
    assert (quantiles[:, :, UPPER] < 50.0).all()


def test_longer_zeros_are_surer() -> None:
    """The upper quantile after 150 zeros lies below the one after three."""
    short, long = (quantiles_of(request_of(np.zeros((1, periods))))[0, 0, UPPER] for periods in (3, 150))
    assert long < short


@pytest.mark.parametrize("signal", [CASES, RATE])
def test_a_constant_series_goes_on(signal: Signal) -> None:
    """A series that never changed is forecast to go on, within a few per cent of its value for each quantile."""
    quantiles = quantiles_of(request_of(np.full((2, 100), 400.0), signals=[signal] * 2))
    np.testing.assert_allclose(quantiles[:, :, MEDIAN], 400.0, rtol=0.01)
    np.testing.assert_allclose(quantiles[:, :, [0, UPPER]], 400.0, rtol=0.15)
    assert (quantiles[:, :, 0] < quantiles[:, :, UPPER]).all()


def test_gaps_are_no_zeros() -> None:
    """Missing weeks within a steady series do not pull the forecast down."""
    values = np.random.default_rng(2).poisson(200.0, (6, 60)).astype(np.float64)
    values[:, 10:20] = np.nan
    values[::2, -4:-1] = np.nan
    np.testing.assert_allclose(quantiles_of(request_of(values))[:, :, MEDIAN], 200.0, rtol=0.15)


def test_each_series_is_forecast_from_its_own_last_value() -> None:
    """A series that stopped reporting ten weeks ago is forecast from there, not from the end of the grid."""
    values = np.repeat(np.array([[50.0], [5_000.0]]), 60, axis=1)
    values[0, 50:] = np.nan
    medians = quantiles_of(request_of(values))[:, :, MEDIAN]
    np.testing.assert_allclose(medians[0], 50.0, rtol=0.05)
    np.testing.assert_allclose(medians[1], 5_000.0, rtol=0.05)


def test_shares_never_exceed_one() -> None:
    """A share near 1 that still grows is cut at 1."""
    values = np.linspace(0.5, 0.99, 40)[None, :]
    quantiles = quantiles_of(request_of(values, signals=[SHARE]))
    assert quantiles.max() == 1.0
    assert quantiles[0, 0, MEDIAN] > 0.9


def test_very_different_sizes_live_in_one_panel() -> None:
    """Series of a hundred thousand millions and of two a week are forecast each at its own size."""
    values = np.stack([np.full(50, 1e11), np.full(50, 2.0)]) * np.random.default_rng(1).uniform(0.9, 1.1, (2, 50))
    medians = quantiles_of(request_of(values))[:, :, MEDIAN]
    np.testing.assert_allclose(medians, np.broadcast_to([[1e11], [2.0]], medians.shape), rtol=0.2)


def test_growth_goes_on_but_does_not_run_away() -> None:
    """Where many places grew alike, the forecast grows, and hardly faster than it did."""
    values = 20.0 * 1.1 ** np.arange(40)[None, :] * np.random.default_rng(5).uniform(0.95, 1.05, (20, 40))
    medians = quantiles_of(request_of(values))[:, :, MEDIAN]
    ratio = medians[:, 3] / values[:, -1]
    assert 1.1 < np.median(ratio) < 1.1**4 * 1.1


def test_a_quiet_series_is_surer_than_a_restless_one() -> None:
    """The width of the interval follows the series' own volatility."""
    chance = np.random.default_rng(4)
    calm = 1_000.0 * np.exp(chance.normal(0.0, 0.05, (5, 80)))
    wild = 1_000.0 * np.exp(chance.normal(0.0, 0.5, (5, 80)))
    quantiles = quantiles_of(request_of(np.concatenate([calm, wild])))
    width = quantiles[:, 0, position_of(0.75)] - quantiles[:, 0, position_of(0.25)]
    assert 2.0 * width[:5].max() < width[5:].min()


def test_the_weekday_pattern_is_forecast() -> None:
    """Days on which a daily feed reports little are forecast low, and the days between high."""
    pattern = np.array([1.3, 1.2, 1.1, 1.1, 1.2, 0.7, 0.4])
    chance = np.random.default_rng(6)
    values = chance.poisson(400.0 * np.tile(pattern, 12), (4, 84)).astype(np.float64)[:, :-2]
    medians = quantiles_of(request_of(values, cadence=Cadence.DAILY))[:, :, MEDIAN]
    expected = 400.0 * np.roll(pattern, 2)  # the last value is of the fifth day, the next two are the low ones
    np.testing.assert_allclose(medians, np.broadcast_to(expected, medians.shape), rtol=0.2)


def test_a_daily_feed_that_reports_once_a_week() -> None:
    """Six silent days and one with all the events are forecast as such."""
    values = np.zeros((3, 70))
    values[:, 6::7] = 700.0
    medians = quantiles_of(request_of(values, cadence=Cadence.DAILY))[:, :, MEDIAN]
    assert (medians[:, :6] < 70.0).all()
    assert (medians[:, 6] > 500.0).all()


def test_a_falling_running_total_is_a_gap() -> None:
    """Where the last step of a running total is a correction, the forecast goes on from the incidence before."""
    totals = np.cumsum(np.full((1, 30), 100.0), axis=1)
    totals[0, -1] -= 500.0
    signal = Signal(name="total", measure=Measure.CUMULATIVE)
    asked = request_of(totals, signals=[signal])
    request = ForecastRequest(panel=asked.panel, incidence=incidence_of(totals), horizons=(1,))
    np.testing.assert_allclose(quantiles_of(request)[0, 0, MEDIAN], 100.0, rtol=0.05)


@pytest.mark.parametrize("signal", [CASES, DAILY_CASES])
def test_far_horizons_are_answered(signal: Signal) -> None:
    """Horizons longer than the history are answered too, with at least the spread of nearer ones."""
    request = request_of(epidemics(3, 10), signals=[signal] * 3, cadence=signal.cadence, horizons=(1, 7, 28))
    quantiles = quantiles_of(request)
    width = quantiles[:, :, position_of(0.95)] - quantiles[:, :, position_of(0.05)]
    assert (width[:, 2] >= width[:, 0]).all()
