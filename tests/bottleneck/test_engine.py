"""Tests of the engine: one region at a time, and what is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from bottleneck_examples import NOW

from neuralbrain.bottleneck.engine import BottleneckForecastingEngine
from neuralbrain.domain.quantiles import MEDIAN
from neuralbrain.errors import AnswerError

CODES = {"angola": "AGO", "ago": "AGO", "benin": "BEN", "ben": "BEN"}


@pytest.fixture
def engine():
    """Return an engine that knows two countries and has no edition."""
    return BottleneckForecastingEngine(
        current=lambda: None, now=lambda: NOW, code_of=lambda name: CODES.get(name.casefold())
    )


HISTORY = [{"cases": 100 * step, "deaths": step} for step in range(1, 30)]
ACTUAL = {"country": "Angola", "cases": 3000, "deaths": 30}
ANSWER = {"forecasted_cases": [3100, 3200, 3300], "forecasted_deaths": [31, 32, 33]}


def test_totals_come_out_as_totals(engine):
    """By default values are totals: the path is what was answered, the quantiles are of the new events."""
    forecast = engine.normalize_forecast(ANSWER, "openai", ACTUAL, HISTORY)
    assert forecast.to_dict() | {"timestamp": ""} == {
        "region": "AGO",
        "actual_cases": 3000.0,
        "actual_deaths": 30.0,
        "forecasted_cases": [{"day": 1, "value": 3100.0}, {"day": 2, "value": 3200.0}, {"day": 3, "value": 3300.0}],
        "forecasted_deaths": [{"day": 1, "value": 31.0}, {"day": 2, "value": 32.0}, {"day": 3, "value": 33.0}],
        "confidence_score": 1.0,
        "risk_level": "GREEN",
        "risk_score": 25.0,
        "outbreak_probability": 0.0,
        "trend": "stable",
        "timestamp": "",
        "provider": "openai",
    }
    assert forecast.timestamp == NOW
    assert forecast.context.quantiles[:, MEDIAN].tolist() == [100, 100, 100]
    assert forecast.context.measure == "cumulative"


def test_incident_values_come_out_as_they_are(engine):
    """New events are said to be so, and the path is what was answered."""
    history = [{"cases": 100, "deaths": 1}] * 29
    actual = {"region": "AGO", "cases": 100, "deaths": 1, "measure": "incident"}
    forecast = engine.normalize_forecast([100, 100, 110], "openai", actual, history)
    assert [step["value"] for step in forecast.forecasted_cases] == [100, 100, 110]
    assert forecast.context.measure == "incident"


def test_weekly_rows_make_a_weekly_forecast(engine):
    """Rows a week apart give days 7, 14, 21, 28."""
    days = [(date(2026, 1, 4) + timedelta(days=7 * place)).isoformat() for place in range(29)]
    history = [row | {"date": day} for row, day in zip(HISTORY, days, strict=True)]
    answer = {"forecasted_cases": [{"day": 7 * week, "value": 3000 + 100 * week} for week in range(1, 5)]}
    forecast = engine.normalize_forecast(answer, "openai", ACTUAL, history)
    assert [step["day"] for step in forecast.forecasted_cases] == [7, 14, 21, 28]
    assert forecast.context.last_date == date(2026, 7, 26)


def test_a_region_may_be_named_in_any_way(engine):
    """The answer may use the code, the name given, or another name of the region; an unknown name is kept."""
    for name in ("AGO", "angola", "Angola"):
        answer = {"forecasts": [{"country": name, **ANSWER}]}
        assert engine.normalize_forecast(answer, "openai", ACTUAL, HISTORY).region == "AGO"
    elsewhere = ACTUAL | {"country": "Atlantis"}
    assert engine.normalize_forecast({"Atlantis": ANSWER}, "openai", elsewhere, HISTORY).region == "Atlantis"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"forecasted_cases": [3100, -5]}, "horizon 2, level 0.5, is -5"),
        ({"forecasted_cases": [3100, "3200"]}, "not a number"),
        ({"forecasted_cases": [1, 2]}, "last actual total of 3000"),
        ({"region": "Benin", **ANSWER}, "not asked for"),
        ({"AGO": None}, "null in the answer"),
        ({"forecasted_cases": [{"day": 1, "value": 3100}, {"day": 3, "value": 3100}]}, "no value at horizon 2"),
        ("I cannot help with that.", "no JSON"),
    ],
)
def test_a_refused_answer_is_an_answer_error(engine, answer, says):
    """A refusal raises with what the findings say, and with what to do."""
    with pytest.raises(AnswerError, match=says) as caught:
        engine.normalize_forecast(answer, "openai", ACTUAL, HISTORY)
    assert caught.value.remedy


def test_the_same_answer_has_the_same_confidence_whoever_gave_it(engine):
    """Nothing depends on the name of the provider."""
    one, other = (engine.normalize_forecast(ANSWER, name, ACTUAL, HISTORY) for name in ("openai", "gemini"))
    assert one.to_dict() | {"provider": ""} == other.to_dict() | {"provider": ""}


def test_points_intervals_and_quantiles_agree(engine):
    """The 23 quantiles that a point is given are, when answered, read back as they are."""
    point = engine.normalize_forecast([5, 6, 7], "openai", ACTUAL | {"measure": "incident"}, HISTORY)
    answer = {"levels": list(point.context.quantile_levels), "quantiles": point.context.quantiles.tolist()}
    whole = engine.normalize_forecast(answer, "openai", ACTUAL | {"measure": "incident"}, HISTORY)
    np.testing.assert_array_equal(whole.context.quantiles, point.context.quantiles)
    assert whole.to_dict() == point.to_dict()


def test_forecasts_are_kept_by_region(engine):
    """A kept forecast is found by any name of its region, until everything is cleared."""
    forecast = engine.normalize_forecast(ANSWER, "openai", ACTUAL, HISTORY)
    engine.cache_forecast("Angola", forecast)
    assert engine.get_cached_forecast("AGO").to_dict() == forecast.to_dict()
    assert engine.get_cached_forecast("angola").to_dict() == forecast.to_dict()
    assert engine.get_cached_forecast("Benin") is None
    engine.cache_forecast("Atlantis", replace(forecast, region="Atlantis"))
    assert [one.region for one in engine.get_all_cached_forecasts()] == ["AGO", "Atlantis"]
    engine.clear_cache()
    assert engine.get_all_cached_forecasts() == []


NEARLY_ALL = 1e10  # the most events that are taken


@pytest.mark.parametrize("measure", ["cumulative", "incident"])
@pytest.mark.parametrize(
    "history",
    [[NEARLY_ALL] * 40, [0.0, NEARLY_ALL] * 20, [5e-324, NEARLY_ALL] * 20, [5e-324] * 40, np.linspace(0, 1e10, 40)],
)
def test_everything_handed_out_is_json(engine, measure, history):
    """However large or small the input that is taken, no number that comes out is infinite or none."""
    rows = [{"cases": float(value), "deaths": float(value)} for value in history]
    actual = {"country": "Angola", "cases": NEARLY_ALL, "deaths": NEARLY_ALL, "measure": measure}
    forecast = engine.normalize_forecast([NEARLY_ALL] * 7, "openai", actual, rows)
    json.dumps([forecast.to_dict(), forecast.context.to_dict()], allow_nan=False)


@pytest.mark.parametrize(
    ("actual", "history"),
    [
        (ACTUAL, [{"cases": 1e308, "deaths": 0}] * 40),
        ([1], HISTORY),
        (None, HISTORY),
        (ACTUAL, None),
        (ACTUAL, [1, 2]),
        (ACTUAL, "rows"),
    ],
)
def test_what_is_not_as_described_is_a_value_error(engine, actual, history):
    """Input of the wrong kind or beyond all people is a ValueError with a sentence, whatever is wrong with it."""
    with pytest.raises(ValueError, match=r"actual_data|historical_data"):
        engine.normalize_forecast(ANSWER, "openai", actual, history)


@pytest.mark.parametrize(
    "answer",
    [
        [{"day": 7 * week, "value": 3000 + 100 * week} for week in range(1, 5)],
        [{"week": week, "value": 3000 + 100 * week} for week in range(1, 5)],
        {f"week_{week}": 3000 + 100 * week for week in range(1, 5)},
        [[7 * week, 3000 + 100 * week] for week in range(1, 5)],
        {"days": [7, 14, 21, 28], "values": [3100, 3200, 3300, 3400]},
    ],
)
def test_an_undated_history_is_weekly_where_the_answer_is(engine, answer):
    """Without a date anywhere, an answer about whole weeks says that the rows are weeks."""
    forecast = engine.normalize_forecast({"forecasted_cases": answer}, "openai", ACTUAL, HISTORY)
    assert [(step["day"], step["value"]) for step in forecast.forecasted_cases] == [
        (7, 3100), (14, 3200), (21, 3300), (28, 3400)
    ]  # fmt: skip
    assert forecast.context.cadence == "weekly"
    assert forecast.context.last_date == NOW.date()


def test_a_weekly_answer_to_undated_rows_is_that_to_dated_ones(engine):
    """The numbers are the same as with dates a week apart."""
    days = [(NOW.date() - timedelta(days=7 * back)).isoformat() for back in range(len(HISTORY), 0, -1)]
    dated = [row | {"date": day} for row, day in zip(HISTORY, days, strict=True)]
    answer = [{"day": 7, "value": 3100}, {"day": 14, "value": 3250}]
    one = engine.normalize_forecast(answer, "openai", ACTUAL, HISTORY)
    other = engine.normalize_forecast(answer, "openai", ACTUAL | {"date": NOW.date().isoformat()}, dated)
    assert one.to_dict() == other.to_dict()
    np.testing.assert_array_equal(one.context.quantiles, other.context.quantiles)


@pytest.mark.parametrize("days", [(1, 3), (2, 4), (7, 15), (7, 21)])
def test_undated_rows_and_other_days_are_refused_with_what_to_do(engine, days):
    """Where the answer does not settle whether rows are days or weeks, the refusal says: give dates."""
    answer = [{"day": day, "value": 3100} for day in days]
    with pytest.raises(AnswerError, match="give dates"):
        engine.normalize_forecast(answer, "openai", ACTUAL, HISTORY)
    with pytest.raises(AnswerError) as caught:
        engine.normalize_forecast(answer, "openai", ACTUAL | {"date": "2026-03-24"}, HISTORY)
    assert "give dates" not in str(caught.value)


def test_the_engine_follows_the_edition_that_is_up():
    """What says which edition is up reaches the cache."""
    seconds = [0.0]
    asked = []
    engine = BottleneckForecastingEngine(
        current=lambda: None,
        now=lambda: NOW,
        code_of=lambda name: name,
        newest=lambda: asked.append(1),
        seconds=lambda: seconds[0],
    )
    assert engine.get_cached_forecast("AGO") is None
    assert asked == []
    seconds[0] = 1.0
    assert engine.get_cached_forecast("AGO") is None
    assert asked == [1]
