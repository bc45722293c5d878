"""Tests of reading whole answers, whatever their shape."""

from __future__ import annotations

import json

import numpy as np
import pytest
from bottleneck_examples import request_for

from neuralbrain.bottleneck.read import read_answer, read_as_answered
from neuralbrain.errors import AnswerError

BOTH = request_for("AGO", "BEN", deaths=(1,) * 10)


@pytest.mark.parametrize(
    "answer",
    [
        {"forecasts": [{"region": "AGO", "cases": [5, 6], "deaths": [1, 2]}, {"region": "BEN", "cases": [7, 8]}]},
        {"AGO": {"forecasted_cases": [5, 6], "forecasted_deaths": [1, 2]}, "BEN": {"cases": [7, 8]}},
        [{"region": "ago", "cases": [5, 6], "deaths": [1, 2]}, {"region": "ben", "forecast": [7, 8]}],
        [
            {"region": "AGO", "week": 1, "cases": 5, "deaths": 1},
            {"region": "AGO", "week": 2, "cases": 6, "deaths": 2},
            {"region": "BEN", "day": 7, "cases": 7},
            {"region": "BEN", "date": "2026-04-05", "cases": 8},
        ],
    ],
)
def test_many_regions_are_placed(answer):
    """Cases and deaths of each region stand in the rows of their series, and what was not said is not given."""
    reading = read_answer(BOTH, json.dumps(answer).encode())
    np.testing.assert_array_equal(reading.values[:, :, 0], [[5, 6], [1, 2], [7, 8], [np.nan, np.nan]])
    assert reading.given[:, 0].tolist() == [True, True, True, False]


def test_one_region_needs_no_name():
    """An answer to a question about one region need not say its name."""
    np.testing.assert_array_equal(read_answer(request_for("AGO"), "[5, 6]").values[0, :, 0], [5, 6])


def test_many_regions_need_names():
    """An answer to a question about many regions that names none is unreadable."""
    with pytest.raises(AnswerError, match="which region"):
        read_answer(BOTH, "[5, 6]")


def test_names_are_resolved_where_codes_are_not_used():
    """A region may be named otherwise if its name is known to mean a code that was asked for."""
    reading = read_answer(request_for("AGO"), {"region": "Angola", "cases": [5, 6]}, resolve={"Angola": "AGO"}.get)
    assert reading.unknown == ()
    assert read_answer(request_for("AGO"), {"region": "Angola", "cases": [5, 6]}).unknown == ("'Angola'",)


def test_unknown_repeated_and_missing_regions_are_named():
    """What was not asked for, what comes twice and what is left out is named."""
    answer = [{"region": "AGO", "cases": [5, 6]}, {"region": "AGO", "cases": [5, 6]}, {"region": "XXX", "cases": [1]}]
    reading = read_answer(BOTH, answer)
    assert (reading.unknown, reading.repeated, reading.missing) == (("'XXX'",), ("AGO",), ("BEN",))


def test_an_explicit_null_is_silence():
    """A region whose part is null has no answer, but is not missing."""
    reading = read_answer(BOTH, {"AGO": {"cases": [5, 6]}, "BEN": None})
    assert reading.silent.tolist() == [False, False, True, True]
    assert reading.missing == ()


def test_a_region_that_cannot_be_read_is_a_finding():
    """A region with a text for a number is refused under its own name; the others are read."""
    reading = read_answer(BOTH, {"AGO": {"cases": ["5", 6]}, "BEN": {"cases": [7, 8]}})
    assert [(one.code, one.region) for one in reading.findings] == [("not-a-number", "AGO")]
    assert reading.given[:, 0].tolist() == [False, False, True, False]


def test_the_horizons_may_be_those_of_the_answer():
    """Where the question leaves it open, consecutive horizons of the answer are taken, others are not."""
    for answer in ({"cases": [1, 2, 3]}, {"series": [["AGO", "cases"]], "horizons": [1, 2, 3], "levels": [0.5],
                                          "quantiles": [[[1], [2], [3]]]}):  # fmt: skip
        request, reading = read_as_answered(request_for("AGO"), answer)
        assert request.horizons == (1, 2, 3)
        assert reading.values.shape == (1, 3, 1)
    request, reading = read_as_answered(request_for("AGO"), [{"week": 1, "value": 1}, {"week": 3, "value": 1}])
    assert request.horizons == (1, 2)
    assert reading.surplus == ((0, 3),)
