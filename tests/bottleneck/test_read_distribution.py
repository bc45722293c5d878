"""Tests of one horizon in all shapes."""

from __future__ import annotations

import math

import pytest

from neuralbrain.bottleneck.read_distribution import distribution_of
from neuralbrain.bottleneck.read_numbers import UnreadableError

NAMES = ("cases", "median", "value", "forecast")


@pytest.mark.parametrize(
    ("row", "levels"),
    [
        (7, {0.5: 7.0}),
        ({"day": 1, "value": 7}, {0.5: 7.0}),
        ({"cases": 7, "value": 9}, {0.5: 7.0}),
        ({"lower": 5, "upper": 9, "median": 7, "level": 0.8}, {0.1: 5.0, 0.5: 7.0, 0.9: 9.0}),
        ({"lower": 5, "upper": 9, "value": 7, "level": 80}, {0.1: 5.0, 0.5: 7.0, 0.9: 9.0}),
        ({"lower_80": 5, "upper_80": 9}, {0.1: 5.0, 0.9: 9.0}),
        ({"interval_80": [5, 9], "value": 7}, {0.1: 5.0, 0.5: 7.0, 0.9: 9.0}),
        ({"interval_80": {"lower": 5, "upper": 9}}, {0.1: 5.0, 0.9: 9.0}),
        ({"interval": [5, 9], "level": 0.8}, {0.1: 5.0, 0.9: 9.0}),
        ({"intervals": {"80": [5, 9], "50%": [6, 8]}}, {0.1: 5.0, 0.25: 6.0, 0.75: 8.0, 0.9: 9.0}),
        ({"intervals": [{"level": 0.8, "lower": 5, "upper": 9}]}, {0.1: 5.0, 0.9: 9.0}),
        ({"0.1": 5, "0.5": 7, "q0.9": 9}, {0.1: 5.0, 0.5: 7.0, 0.9: 9.0}),
        ({"quantiles": {"0.1": 5, "0.9": 9}}, {0.1: 5.0, 0.9: 9.0}),
        ({"quantiles": [[0.1, 5], [0.9, 9]]}, {0.1: 5.0, 0.9: 9.0}),
        ({"quantiles": [{"level": 0.1, "value": 5}, {"quantile": 0.9, "value": 9}]}, {0.1: 5.0, 0.9: 9.0}),
        ({"quantiles": {"10": 5, "50": 7, "90": 9}}, {0.1: 5.0, 0.5: 7.0, 0.9: 9.0}),
        ({"quantiles": {"0.5": 4, "50": 7, "99.5": 9}}, {0.005: 4.0, 0.5: 7.0, 0.995: 9.0}),
        (
            {"quantiles": {"2.5": 4, "25": 5, "50": 7, "75": 8, "97.5": 9}},
            {0.025: 4.0, 0.25: 5.0, 0.5: 7.0, 0.75: 8.0, 0.975: 9.0},
        ),
        ({"0.5%": 4, "50%": 7, "99.5%": 9}, {0.005: 4.0, 0.5: 7.0, 0.995: 9.0}),
        ([[0.1, 5], [0.9, 9]], {0.1: 5.0, 0.9: 9.0}),
        ({"forecast": {"median": 7, "lower_80": 5, "upper_80": 9}}, {0.1: 5.0, 0.5: 7.0, 0.9: 9.0}),
        ({"horizon": 1, "output_type_id": 0.25, "value": 6}, {0.25: 6.0}),
        ({"value": 7, "q0.5": 8}, {0.5: 8.0}),
        ({"lower": 5, "upper": 9, "value": 7}, {0.5: 7.0}),
    ],
)
def test_every_shape_is_read(row, levels):
    """A point, an interval or quantiles become levels and values in each shape that is in use."""
    assert distribution_of(row, names=NAMES, where="") == levels


def test_null_is_a_value_that_is_missing():
    """Null is kept as NaN at the median, for a check to refuse."""
    assert math.isnan(distribution_of(None, names=NAMES, where="")[0.5])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"value": "7"}, "not-a-number"),
        ({"value": True}, "not-a-number"),
        ({"note": "none"}, "no-value"),
        ([], "no-value"),
        ({"lower": 5, "upper": 9}, "no-value"),
        ([1, 2, 3], "level-unreadable"),
        ({"0.1": 5, "q0.1": 6}, "level-twice"),
        ({"quantiles": {"low": 5}}, "level-unreadable"),
        ({"quantiles": {"1": 5, "2": 6}}, "level-unreadable"),
        ({"quantiles": {"7": 5, "14": 6, "21": 7}}, "level-unreadable"),
        ({"quantiles": {"10": 5, "0.5x": 6}}, "level-unreadable"),
        ({"quantiles": {"10": 5, "50": 6, "900": 7}}, "level-unreadable"),
        ({"quantiles": {"0": 5, "50": 6, "100": 7}}, "level-out-of-range"),
        ({"intervals": {"wide": [5, 9]}}, "level-unreadable"),
        ({"interval_80": 5}, "interval-unreadable"),
        ({"interval_80": [5, 6, 7]}, "interval-unreadable"),
        ({"quantiles": [{"quantiles": [[0.1, 5]]}]}, "level-unreadable"),
        ({"quantiles": [[1.5e9, 5]]}, "level-out-of-range"),
    ],
)
def test_what_cannot_be_read_says_why(row, code):
    """A row that cannot be read is refused under its own code, naming the place."""
    with pytest.raises(UnreadableError, match="cases of AGO") as caught:
        distribution_of(row, names=NAMES, where="cases of AGO")
    assert caught.value.code == code
