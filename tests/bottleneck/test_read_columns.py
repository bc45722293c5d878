"""Tests of the columnar shape."""

from __future__ import annotations

import numpy as np
import pytest
from bottleneck_examples import request_for

from neuralbrain.bottleneck.read_columns import is_columnar, read_columns
from neuralbrain.errors import AnswerError


def columns(**changed):
    """Return a columnar answer about AGO and BEN for two horizons and three levels."""
    return {
        "series": [["AGO", "cases"], ["BEN", "cases"]],
        "horizons": [1, 2],
        "levels": [0.1, 0.5, 0.9],
        "quantiles": [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12.5]]],
    } | changed


REQUEST = request_for("AGO", "BEN")


def test_the_columns_become_one_array():
    """Values, levels and horizons stand where they were said."""
    reading = read_columns(REQUEST, columns())
    np.testing.assert_array_equal(reading.levels, [0.1, 0.5, 0.9])
    np.testing.assert_array_equal(reading.values, [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12.5]]])
    assert reading.given.all()
    assert reading.present.all()
    assert reading.findings == reading.unknown == reading.missing == reading.repeated == reading.surplus == ()


def test_order_does_not_matter():
    """Series, horizons and levels in another order, and codes in lower case, are put where they belong."""
    turned = columns(
        series=[["ben", "cases"], ["ago", "cases"]],
        horizons=[2, 1],
        levels=[0.9, 0.5, 0.1],
        quantiles=[[[12.5, 11, 10], [9, 8, 7]], [[6, 5, 4], [3, 2, 1]]],
    )
    np.testing.assert_array_equal(read_columns(REQUEST, turned).values, read_columns(REQUEST, columns()).values)


def test_null_is_a_series_without_an_answer():
    """A null instead of a series' quantiles is an explicit silence, not a missing region."""
    reading = read_columns(REQUEST, columns(quantiles=[None, [[7, 8, 9], [10, 11, 12]]]))
    assert reading.silent.tolist() == [True, False]
    assert reading.given.any(axis=1).tolist() == [False, True]
    assert reading.missing == ()


@pytest.mark.parametrize("bad", [True, "7", [1], {}])
def test_what_is_no_number_refuses_its_series_only(bad):
    """A boolean or a text among the numbers becomes a finding about that series; the others are read."""
    reading = read_columns(REQUEST, columns(quantiles=[[[1, 2, 3], [4, bad, 6]], [[7, 8, 9], [10, 11, 12]]]))
    (finding,) = reading.findings
    assert (finding.code, finding.region, finding.severity) == ("not-a-number", "AGO", "refuse")
    assert "forecasted_cases of AGO at horizon 2" in finding.message
    np.testing.assert_array_equal(reading.values[1], [[7, 8, 9], [10, 11, 12]])


def test_null_and_too_large_numbers_are_left_to_the_checks():
    """Null inside a series and an integer beyond floats are kept as NaN and infinity."""
    reading = read_columns(REQUEST, columns(quantiles=[[[1, 2, None], [4, 5, 10**400]], [[7, 8, 9], [10, 11, 12]]]))
    assert np.isnan(reading.values[0, 0, 2])
    assert np.isinf(reading.values[0, 1, 2])
    assert reading.findings == ()


@pytest.mark.parametrize("row", [[[1, 2, 3]], [[1, 2], [3, 4]], 7, "x", [7, 8]])
def test_another_shape_refuses_its_series_only(row):
    """A series that is not one row a horizon and one number a level is refused, the others are read."""
    reading = read_columns(REQUEST, columns(quantiles=[row, [[7, 8, 9], [10, 11, 12]]]))
    assert [one.code for one in reading.findings] == ["shape-differs"]
    assert reading.values[1, 1, 2] == 12


def test_unknown_repeated_and_missing_series_are_named():
    """What was not asked for, what comes twice and what is left out is named."""
    reading = read_columns(REQUEST, columns(series=[["AGO", "cases"], ["XXX", "cases"]]))
    assert (reading.unknown, reading.missing) == (("XXX cases",), ("BEN",))
    assert read_columns(REQUEST, columns(series=[["AGO", "cases"], ["AGO", "cases"]])).repeated == ("AGO",)


def test_other_horizons_are_told_apart():
    """A horizon asked for and not answered is absent; one answered and not asked for is surplus."""
    reading = read_columns(REQUEST, columns(horizons=[1, 3]))
    assert reading.present.tolist() == [[True, False], [True, False]]
    assert reading.surplus == ((0, 3), (1, 3))


@pytest.mark.parametrize(
    "changed",
    [
        {"quantiles": []},
        {"levels": [0.1, 0.5, True]},
        {"levels": [0.1, 0.5, 1.5]},
        {"levels": [0.1, 0.5, 0.5]},
        {"levels": []},
        {"horizons": [1, "2"]},
        {"horizons": [0, 1]},
        {"horizons": [1, 367]},
        {"horizons": [1, 1.5]},
        {"horizons": [1, float("nan")]},
        {"horizons": []},
        {"series": ["AGO", "BEN"]},
    ],
)
def test_columns_that_do_not_fit_are_an_answer_error(changed):
    """Heads that are no heads, or columns of other lengths, make the answer unreadable."""
    with pytest.raises(AnswerError):
        read_columns(REQUEST, columns(**changed))


def test_the_shape_is_known_by_its_columns():
    """Only an object with all four columns is columnar."""
    assert is_columnar(columns())
    assert not is_columnar({"levels": [0.5], "quantiles": [[1]]})
    assert not is_columnar([columns()])
