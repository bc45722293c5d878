"""Tests of what must come out, whatever the implementation: the three cases of the methods page."""

from __future__ import annotations

import numpy as np
import pytest
from bottleneck_examples import NOW

from neuralbrain.bottleneck.engine import BottleneckForecastingEngine

ENGINE = BottleneckForecastingEngine(current=lambda: None, now=lambda: NOW, code_of=lambda name: name)
DERIVED = ("risk_score", "risk_level", "trend", "confidence_score", "outbreak_probability")


def forecast_of(history, future, *, cumulative):
    """Return the forecast of new events, handed in as they are or as totals on top of 500."""
    if cumulative:
        totals = np.cumsum([500.0, *history, *future])
        history, future = totals[: len(history) + 1], totals[len(history) + 1 :]
    return given_as(history, future, measure="cumulative" if cumulative else "incident")


def given_as(history, future, *, measure):
    """Return the forecast of a history and its answer as they stand."""
    rows = [{"cases": float(value), "deaths": 0} for value in history]
    actual = {"region": "AGO", **rows[-1], "measure": measure}
    return ENGINE.normalize_forecast({"forecasted_cases": list(map(float, future))}, "openai", actual, rows[:-1])


@pytest.mark.parametrize("days", [8, 30, 90])
@pytest.mark.parametrize("cumulative", [False, True])
def test_steady_fast_growth_above_all_history_is_100_and_red(cumulative, days):
    """15 % a day above everything seen is 100 and RED, as new events and as totals."""
    path = 100 * 1.15 ** np.arange(days + 7)
    forecast = forecast_of(path[:days], path[days:], cumulative=cumulative)
    assert (forecast.risk_score, forecast.risk_level, forecast.trend) == (100, "RED", "increasing")
    assert forecast.context.growth_probability == pytest.approx(1)


def test_slow_growth_on_a_flat_history_is_about_28_and_green():
    """0.5 % a day on 100,000: 50·(0.5 + 0.286/5) = 27.86, as new events, as their totals, and as a flat total."""
    future = 100_000 * 1.005 ** np.arange(1, 8)
    flat = [100_000.0] * 60
    growth = (np.mean(future) + 5) / 100_005
    expected = 50 * (0.5 + (growth ** (1 / 7) - 1) / 0.05)
    assert expected == pytest.approx(27.86, abs=0.005)
    for forecast in (
        forecast_of(flat, future, cumulative=False),
        forecast_of(flat, future, cumulative=True),
        given_as(flat, future, measure="cumulative"),
    ):
        assert forecast.risk_score == pytest.approx(expected)
        assert (forecast.risk_level, forecast.trend) == ("GREEN", "stable")


@pytest.mark.parametrize("cumulative", [False, True])
def test_twice_as_many_days_give_about_the_same_risk(cumulative):
    """0.5 % a day on a flat history is about 28 and GREEN, whether 7 or 14 days are asked for."""
    # Days 8 to 14 are 1.005^11 in the mean, days 1 to 7 are 1.005^4: 0.39 % and 0.29 % a day, 28.9 and 27.9. The flat
    # days before count too, so both are below 0.5 %, and the shorter span the more.
    week, fortnight = (
        forecast_of([100_000.0] * 60, 100_000 * 1.005 ** np.arange(1, days + 1), cumulative=cumulative)
        for days in (7, 14)
    )
    assert week.risk_score == pytest.approx(27.86, abs=0.01)
    assert fortnight.risk_score == pytest.approx(28.93, abs=0.01)
    assert (week.risk_level, fortnight.risk_level) == ("GREEN", "GREEN")
    assert (week.trend, fortnight.trend) == ("stable", "stable")


@pytest.mark.parametrize("cumulative", [False, True])
def test_a_weekday_pattern_changes_nothing(cumulative):
    """A flat epidemic with quiet weekends gives the same result on each day of the week."""
    pattern = np.array([1.3, 1.2, 1.1, 1.0, 1.0, 0.7, 0.7]) * 1000
    rows = []
    for day in range(7):
        series = np.tile(pattern, 14)[: 70 + day + 7]
        forecast = forecast_of(series[:-7], series[-7:], cumulative=cumulative)
        rows.append([getattr(forecast, name) for name in DERIVED])
    assert rows[0][:3] == [pytest.approx(25), "GREEN", "stable"]
    for row in rows[1:]:
        assert row[1:3] == rows[0][1:3]
        assert [row[0], *row[3:]] == pytest.approx([rows[0][0], *rows[0][3:]])


def test_a_noisy_weekday_pattern_changes_little():
    """With ten percent of noise on the pattern, level and trend are the same on each day of the week."""
    rng = np.random.default_rng(11)
    pattern = np.tile([1300.0, 1200, 1100, 1000, 1000, 700, 700], 20)
    noisy = rng.poisson(pattern * rng.uniform(0.95, 1.05, len(pattern)))
    found = {
        (one.risk_level, one.trend)
        for day in range(7)
        for one in [forecast_of(noisy[: 112 + day], pattern[112 + day : 119 + day], cumulative=False)]
    }
    assert found == {("GREEN", "stable")}


def test_totals_and_new_events_agree_in_everything():
    """The same history and answer, noisy and with quantiles aside, give the same numbers in both measures."""
    rng = np.random.default_rng(4)
    history, future = rng.poisson(50, 80), rng.poisson(60, 7)
    one, other = (forecast_of(history, future, cumulative=cumulative) for cumulative in (False, True))
    np.testing.assert_allclose(one.context.quantiles, other.context.quantiles)
    for name in ("risk_score", "confidence_score", "outbreak_probability"):
        assert getattr(one, name) == pytest.approx(getattr(other, name))
    assert one.context.trend_probabilities == pytest.approx(other.context.trend_probabilities)
    assert one.context.risk_level_probabilities == pytest.approx(other.context.risk_level_probabilities)
    assert one.context.volatility == pytest.approx(other.context.volatility)
