"""The local provider's words: their shape, and that the same question always gets the same ones."""

from __future__ import annotations

import json

import numpy as np
from local_request import CASES, epidemics, quantiles_of, request_of, spoken

from neuralbrain.domain.observation import Panel, Signal
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.ports import Provider
from neuralbrain.providers.local.provider import LocalProvider

DEATHS = Signal(name="deaths", primary=False)


def _reordered(request: ForecastRequest, order: np.ndarray) -> ForecastRequest:
    panel = request.panel
    changed = Panel(
        series=tuple(panel.series[place] for place in order),
        dates=panel.dates,
        values=panel.values[order],
        cadence=panel.cadence,
        cutoff=panel.cutoff,
        populations=panel.populations[order],
    )
    return ForecastRequest(panel=changed, incidence=request.incidence[order], horizons=request.horizons)


def test_it_is_a_provider_with_a_name_and_a_version() -> None:
    """The provider is called local and names its version in each answer."""
    provider: Provider = LocalProvider()
    answer = provider.forecast(request_of(epidemics(2, 20)))
    assert (provider.name, answer.model, answer.media_type) == ("local", provider.version, "application/json")


def test_the_answer_is_columnar_json() -> None:
    """Series stand in the order of the request, with horizons, the 23 levels and a block of quantiles each."""
    answer = spoken(request_of(epidemics(2, 30), signals=(DEATHS, CASES), horizons=(4, 1)))
    assert answer["series"] == [["L00000", "deaths"], ["L00001", "cases"]]
    assert answer["horizons"] == [4, 1]
    assert answer["levels"] == LEVELS.tolist()
    assert np.array(answer["quantiles"]).shape == (2, 2, 23)


def test_a_series_without_a_value_is_null() -> None:
    """Nothing is said about a series of which nothing is known, and the others are still forecast."""
    values = epidemics(3, 20)
    values[1] = np.nan
    blocks = spoken(request_of(values))["quantiles"]
    assert blocks[1] is None
    assert np.isfinite(np.array([blocks[0], blocks[2]])).all()


def test_no_series_no_forecast() -> None:
    """A request without series or without dates is answered with nothing rather than with an error."""
    assert spoken(request_of(np.empty((0, 10))))["quantiles"] == []
    assert spoken(request_of(np.full((2, 5), np.nan)))["quantiles"] == [None, None]


def test_the_same_question_gets_the_same_bytes() -> None:
    """Two askings give the same bytes, also from another instance."""
    bodies = {LocalProvider().forecast(request_of(epidemics(40, 80))).body for _ in range(2)}
    assert len(bodies) == 1


def test_the_order_of_the_series_does_not_matter() -> None:
    """A series is forecast to the last digit alike wherever it stands in the request."""
    values = epidemics(30, 120)
    values[:, 100:][::3] = np.nan
    request = request_of(values, signals=[CASES, DEATHS] * 15)
    order = np.random.default_rng(3).permutation(30)
    np.testing.assert_array_equal(quantiles_of(_reordered(request, order)), quantiles_of(request)[order])


def test_empty_periods_around_the_values_do_not_matter() -> None:
    """Periods in which nothing is known, before the first value or after the last, change not one byte."""
    values = epidemics(5, 60)
    padded = np.concatenate([np.full((5, 9), np.nan), values, np.full((5, 3), np.nan)], axis=1)
    first = np.datetime64("2023-01-08") - 9 * 7
    assert (
        LocalProvider().forecast(request_of(padded, first=str(first))).body
        == LocalProvider().forecast(request_of(values)).body
    )


def test_the_cutoff_and_the_population_are_not_looked_at() -> None:
    """What is said depends on what was known, not on when it was asked."""
    request = request_of(epidemics(4, 30))
    panel = request.panel
    later = Panel(
        series=panel.series,
        dates=panel.dates,
        values=panel.values,
        cadence=panel.cadence,
        cutoff=panel.cutoff.replace(year=2030),
        populations=np.ones(4),
    )
    again = ForecastRequest(panel=later, incidence=request.incidence, horizons=request.horizons)
    assert LocalProvider().forecast(again).body == LocalProvider().forecast(request).body


def test_ten_thousand_series_are_answered_at_once() -> None:
    """A request of 10,000 series is answered whole, one block each, and small enough to keep."""
    body = LocalProvider().forecast(request_of(epidemics(10_000, 60))).body
    assert len(json.loads(body)["quantiles"]) == 10_000
    assert len(body) < 10_000_000
