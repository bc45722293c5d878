"""Tests of which part of a region's answer is about which signal."""

from __future__ import annotations

import pytest

from neuralbrain.bottleneck.read_entry import cases_of, deaths_of, signal_named
from neuralbrain.bottleneck.read_horizon import Calendar

DAILY = Calendar(period_days=1, last=None)


def cases(entry):
    """Return the medians of an entry's cases."""
    path = cases_of(entry, name="Cholera_Cases", where="", calendar=DAILY)
    return [row[path.levels.index(0.5)] for row in path.values]


def deaths(entry):
    """Return the medians of an entry's deaths, None where it says nothing."""
    path = deaths_of(entry, name="cholera_deaths", where="", calendar=DAILY)
    return None if path is None else [row[path.levels.index(0.5)] for row in path.values]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"forecasted_cases": [5, 6], "forecasted_deaths": [1, 2]}, [1.0, 2.0]),
        ({"cholera_cases": [5, 6], "cholera_deaths": [1, 2]}, [1.0, 2.0]),
        ({"forecast": {"cases": [5, 6], "deaths": [1, 2]}}, [1.0, 2.0]),
        ({"forecast": [{"day": 1, "cases": 5, "deaths": 1}, {"day": 2, "cases": 6, "deaths": 2}]}, [1.0, 2.0]),
        ([{"cases": 5, "deaths": 1}, {"cases": 6, "deaths": 2}], [1.0, 2.0]),
        ({"days": [2, 1], "cases": [6, 5], "deaths": [2, 1]}, [1.0, 2.0]),
        ({"cases": [5, 6], "lower_80": [4, 5], "upper_80": [7, 8], "deaths": [1, 2]}, [1.0, 2.0]),
        ({"predictions": [5, 6], "confidence": 0.9}, None),
        ({"values": [5, 6]}, None),
        ({"median": [5, 6], "actual_cases": 4}, None),
        ([5, 6], None),
        ([{"day": 1, "value": 5}, {"day": 2, "value": 6}], None),
    ],
)
def test_cases_and_deaths_are_told_apart(entry, expected):
    """Cases and deaths are found under each name in use, and deaths are never made out of cases."""
    assert cases(entry) == [5.0, 6.0]
    assert deaths(entry) == expected


def test_bounds_beside_the_points_are_read_with_them():
    """Bounds that stand beside a list of cases belong to the cases."""
    path = cases_of({"cases": [5, 6], "lower_80": [4, 5], "upper_80": [7, 8]}, name="cases", where="", calendar=DAILY)
    assert path.levels == (0.1, 0.5, 0.9)
    assert path.values == ((4.0, 5.0, 7.0), (5.0, 6.0, 8.0))


def test_a_signal_can_be_named():
    """An entry may say which signal it is about."""
    assert signal_named({"Signal": "flu"}, where="") == "flu"
    assert signal_named({"signal": 7}, where="") is None
    assert signal_named([1], where="") is None
