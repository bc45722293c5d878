"""The form of an answer is portable, and the bottleneck reads it as it is."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import numpy as np
import pytest
from prompt_examples import LEVELS, answer_for, request_for

from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.quantiles import MEDIAN, position_of
from neuralbrain.providers.answer_schema import ASCENDING, FIELDS, AnswerShape, example_of, schema_of
from neuralbrain.providers.prompt import prompt_of

NOW = datetime(2026, 3, 25, tzinfo=UTC)
PLAIN = AnswerShape(regions=("AGO", "BEN"), horizons=4)
ALL_DEATHS = AnswerShape(regions=("AGO", "BEN"), horizons=4, with_deaths=frozenset({"AGO", "BEN"}))
SOME_DEATHS = AnswerShape(regions=("AGO", "BEN"), horizons=4, with_deaths=frozenset({"AGO"}))
POINTS = AnswerShape(regions=("AGO",), horizons=7, points_only=True)
SHAPES = (PLAIN, ALL_DEATHS, SOME_DEATHS, POINTS)


def parts_of(schema: dict, depth: int = 0):
    """Yield each part of a schema with the number of objects around it."""
    yield schema, depth
    inner = depth + (schema.get("type") == "object")
    below = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    for part in [*below, *([schema["items"]] if "items" in schema else [])]:
        yield from parts_of(part, inner)


def normalised(request, answer):
    """Return what the bottleneck makes of an answer."""
    return normalise_reply(request, json.dumps(answer).encode(), provider="openai", lock_number=7, now=NOW)


@pytest.mark.parametrize("shape", SHAPES)
def test_schema_is_portable(shape):
    """Every object requires all its fields and no other; three objects deep at most; no bounds, no references."""
    allowed = {"type", "properties", "required", "additionalProperties", "items", "anyOf"}
    for part, depth in parts_of(schema_of(shape)):
        assert set(part) <= allowed
        assert isinstance(part.get("type", ""), str)
        if part.get("type") == "object":
            assert depth < 3
            assert part["required"] == list(part["properties"])
            assert part["additionalProperties"] is False


def test_schema_is_the_same_for_all_requests_of_a_kind():
    """Other regions give the same schema, so a provider compiles it once."""
    other = AnswerShape(regions=("USA",), horizons=4)
    assert schema_of(other) == schema_of(PLAIN)


def test_lengths_are_part_of_the_schema_where_they_may_be():
    """A bounded schema gives each list of numbers its length and is otherwise the same."""
    lists = [part for part, _ in parts_of(schema_of(PLAIN, bounded=True)) if part.get("items") == {"type": "number"}]
    assert len(lists) == len(FIELDS)
    assert all((part.pop("minItems"), part.pop("maxItems")) == (4, 4) for part in lists[:1])
    assert "minItems" not in json.dumps(schema_of(PLAIN))


def test_deaths_are_asked_as_far_as_there_are_any():
    """Deaths stand in the schema where any region has them, and may be null only where another has none."""

    def deaths(shape):
        return schema_of(shape)["properties"]["forecasts"]["items"]["properties"].get("deaths")

    assert deaths(PLAIN) is None
    assert deaths(ALL_DEATHS)["type"] == "object"
    assert deaths(SOME_DEATHS)["anyOf"][1] == {"type": "null"}


def test_the_example_has_the_form_of_the_schema():
    """The one line that a model is shown has exactly the fields of the schema, in their order."""
    for shape in SHAPES:
        shown = json.loads(re.sub(r"\bn(\d+)", r"\1", example_of(shape)))
        entry = shown["forecasts"][0]
        assert list(entry) == schema_of(shape)["properties"]["forecasts"]["items"]["required"]
        assert list(entry["cases"]) == list(shape.fields)
        assert entry["cases"]["median"] == list(range(1, shape.horizons + 1))


def test_the_two_orders_are_of_the_same_levels():
    """The ascending order holds the same fields, and their levels ascend."""
    assert sorted(ASCENDING) == sorted(FIELDS)
    assert [LEVELS[name] for name in ASCENDING] == sorted(LEVELS.values())


@pytest.mark.parametrize("horizons", [(1,), (1, 2, 3, 4)])
@pytest.mark.parametrize("regions", [("AGO",), ("AGO", "BEN", "US-CA")])
def test_the_bottleneck_accepts_every_quantile_as_it_was_said(regions, horizons):
    """Cases and deaths of every region are accepted, and each level that was said keeps its value."""
    request = request_for(*regions, deaths=(1.0,) * 9 + (4.0,), horizons=horizons)
    shape = prompt_of(request).shape
    answer = answer_for(shape)
    found = normalised(request, answer)
    assert found.refused == ()
    assert found.table.regions == regions
    for row, entry in enumerate(answer["forecasts"]):
        for name, level in LEVELS.items():
            place = position_of(level)
            np.testing.assert_array_equal(found.table.quantiles[row, :, place], entry["cases"][name])
            np.testing.assert_array_equal(found.table.deaths_quantiles[row, :, place], entry["deaths"][name])


def test_the_bottleneck_reads_daily_answers():
    """Seven days are read in their order."""
    request = request_for("AGO", cadence=Cadence.DAILY, horizons=tuple(range(1, 8)))
    found = normalised(request, answer_for(prompt_of(request).shape))
    assert found.refused == ()
    assert [one["value"] for one in found.table.row(0).forecasted_cases] == [101, 102, 103, 104, 105, 106, 107]


def test_the_bottleneck_reads_points():
    """Medians alone are accepted as medians; the spread is then the bottleneck's."""
    request = request_for("AGO", "BEN", deaths=(1.0,) * 10)
    found = normalised(request, answer_for(prompt_of(request, points_only=True).shape))
    assert found.refused == ()
    np.testing.assert_array_equal(found.table.quantiles[:, :, MEDIAN], [[101, 102], [201, 202]])
    np.testing.assert_array_equal(found.table.deaths_quantiles[:, :, MEDIAN], [[51, 52], [101, 102]])


def test_null_deaths_leave_the_cases_standing():
    """Where a region has no deaths to ask for, its answer says null and its cases are accepted."""
    request = request_for("AGO", "BEN", deaths=(1.0,) * 10)
    request.panel.values[3] = np.nan
    shape = prompt_of(request).shape
    assert shape.with_deaths == {"AGO"}
    found = normalised(request, answer_for(shape))
    assert found.refused == ()
    assert found.table.regions == ("AGO", "BEN")
