"""One forecast as it is handed out: twelve fields, plain JSON, and nothing that can be changed from outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import numpy as np
import pytest

from neuralbrain.domain.forecast import ForecastPath
from neuralbrain.domain.forecast_table import ForecastTable

TWELVE = [
    *("region", "actual_cases", "actual_deaths", "forecasted_cases", "forecasted_deaths", "confidence_score"),
    *("risk_level", "risk_score", "outbreak_probability", "trend", "timestamp", "provider"),
]


def test_to_dict_gives_the_twelve_fields(make_table: Callable[..., ForecastTable]) -> None:
    """A forecast is exactly the twelve fields with plain values, in their fixed order."""
    fields = make_table().row(0).to_dict()
    assert list(fields) == TWELVE
    assert fields == {
        "region": "USA",
        "actual_cases": 1000.0,
        "actual_deaths": 50.0,
        "forecasted_cases": [{"day": 7, "value": 1010.0}, {"day": 14, "value": 1030.0}],
        "forecasted_deaths": [{"day": 7, "value": 51.0}, {"day": 14, "value": 53.0}],
        "confidence_score": 0.92,
        "risk_level": "YELLOW",
        "risk_score": 65.0,
        "outbreak_probability": 0.4,
        "trend": "increasing",
        "timestamp": "2026-02-09T00:00:00Z",
        "provider": "local",
    }


@pytest.mark.parametrize("position", [0, 1])
def test_forecasts_are_strict_json(make_table: Callable[..., ForecastTable], position: int) -> None:
    """Fields and context become JSON without NaN, and come back the same."""
    row = make_table().row(position)
    for plain in (row.to_dict(), row.context.to_dict()):
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain


def test_context_is_strict_json_where_quantiles_are_missing(make_table: Callable[..., ForecastTable]) -> None:
    """A quantile that is not known is null in JSON, never NaN."""
    quantiles = make_table().quantiles.copy()
    quantiles[0, 1] = np.nan
    context = make_table(quantiles=quantiles).row(0).context.to_dict()
    json.dumps(context, allow_nan=False)
    assert context["quantiles"][1] == [None] * 23
    assert context["quantiles"][0] == quantiles[0, 0].tolist()


def test_missing_numbers_are_null(make_table: Callable[..., ForecastTable]) -> None:
    """What cannot be derived is None, never zero; the reason stands in the context."""
    row = make_table().row(1)
    fields = row.to_dict()
    assert [name for name in TWELVE if fields[name] is None] == [
        *("actual_deaths", "confidence_score", "risk_level", "risk_score", "outbreak_probability", "trend"),
    ]
    assert fields["forecasted_deaths"] == []
    assert row.context.to_dict()["reasons"] == {"confidence_score": "No record here yet."}
    assert row.context.to_dict()["deaths_quantiles"] is None


def test_context_names_its_probabilities(make_table: Callable[..., ForecastTable]) -> None:
    """Probabilities are given by name, dates as ISO text, findings with code, severity and sentence."""
    context = make_table().row(0).context.to_dict()
    assert context["trend_probabilities"] == {"decreasing": 0.1, "stable": 0.2, "increasing": 0.7}
    assert context["risk_level_probabilities"] == {"GREEN": 0.2, "YELLOW": 0.5, "RED": 0.3}
    assert context["target_dates"] == ["2026-02-14", "2026-02-21"]
    assert (context["last_date"], context["cutoff"]) == ("2026-02-07", "2026-02-08T12:00:00Z")
    assert context["findings"] == [{"code": "reply-short", "severity": "note", "message": "One week is missing."}]
    assert (context["edition"], context["lock_number"], context["population"]) == (7, 3, 334914895.0)
    assert np.shape(context["quantiles"]) == np.shape(context["deaths_quantiles"]) == (2, 23)


def test_what_is_handed_out_cannot_change_the_forecast(make_table: Callable[..., ForecastTable]) -> None:
    """Emptying and overwriting everything that was handed out leaves the forecast as it was."""
    row = make_table().row(0)
    before = json.dumps([row.to_dict(), row.context.to_dict()])
    fields, context = row.to_dict(), row.context.to_dict()
    fields["forecasted_cases"][0]["value"] = -1.0
    fields["forecasted_deaths"].clear()
    context["quantiles"][0][0] = -1.0
    context["trend_probabilities"].clear()
    context["findings"].clear()
    next(iter(row.forecasted_cases))["value"] = -1.0
    row.forecasted_cases[0]["value"] = -1.0
    assert json.dumps([row.to_dict(), row.context.to_dict()]) == before


def test_a_forecast_cannot_be_written_to(make_table: Callable[..., ForecastTable]) -> None:
    """Fields are fixed, and so are the numbers of the arrays in the context."""
    row = make_table().row(0)
    name = "risk_score"
    with pytest.raises(FrozenInstanceError):
        setattr(row, name, 0.0)
    with pytest.raises(ValueError, match="read-only"):
        row.context.quantiles[0, 0] = 0.0


def test_a_path_reads_like_a_list() -> None:
    """A path has a length, positions from both ends, and can be walked again."""
    path = ForecastPath(days=(7, 14), values=(1.5, 2.5))
    assert len(path) == 2
    assert path[-1] == {"day": 14, "value": 2.5}
    assert list(path) == list(path) == [{"day": 7, "value": 1.5}, {"day": 14, "value": 2.5}]
    with pytest.raises(IndexError):
        path[2]


def test_age_counts_from_the_last_actual(make_table: Callable[..., ForecastTable]) -> None:
    """The age is in whole days since the last actual, not since the edition."""
    assert make_table().row(0).context.age_days(datetime(2026, 2, 9, 23, tzinfo=UTC)) == 2
