"""Tests of which part of an answer is about which region."""

from __future__ import annotations

import pytest

from neuralbrain.bottleneck.read_numbers import UnreadableError
from neuralbrain.bottleneck.read_regions import entries_of
from neuralbrain.errors import AnswerError

match = {"AGO": "AGO", "BEN": "BEN", "ago": "AGO"}.get


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"region": "AGO", "cases": [1]}, ["AGO"]),
        ({"forecasts": [{"region": "AGO"}, {"country": "BEN"}]}, ["AGO", "BEN"]),
        ({"data": {"forecasts": [{"region": "AGO"}]}}, ["AGO"]),
        ([{"iso3": "AGO"}, {"iso3": "BEN"}], ["AGO", "BEN"]),
        ({"AGO": {"cases": [1]}, "BEN": None}, ["AGO", "BEN"]),
        ({"ago": [1], "rationale": "rain", "metadata": {}}, ["ago"]),
        ({"forecasts": {"AGO": [1]}, "model": "x"}, ["AGO"]),
        ({"XXX": [1]}, ["XXX"]),
        ({"content": '{"AGO": [1]}'}, ["AGO"]),
        ({"cases": [1]}, [None]),
        ([1, 2], [None]),
        (7, [None]),
    ],
)
def test_regions_are_found_in_every_shape(document, names):
    """The regions of an answer are found whether they are keys, fields of rows, or not named at all."""
    assert [name for name, _ in entries_of(document, match)] == names


def test_rows_of_region_and_horizon_are_gathered():
    """One row a region and horizon becomes one list a region."""
    rows = [{"region": region, "day": day, "value": day} for region in ("AGO", "BEN") for day in (1, 2)]
    assert entries_of(rows, match) == [("AGO", rows[:2]), ("BEN", rows[2:])]


def test_a_region_named_by_some_rows_only_is_refused():
    """Rows of which some name no region cannot be told apart."""
    with pytest.raises(UnreadableError, match="some rows only"):
        entries_of([{"region": "AGO"}, {"cases": [1]}], match)


def test_wrapped_text_without_json_is_an_answer_error():
    """A refusal in words inside a wrapper holds no forecast."""
    with pytest.raises(AnswerError, match="no JSON"):
        entries_of({"content": "I cannot do that."}, match)
