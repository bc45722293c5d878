"""Tests of all horizons of one signal in all shapes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from neuralbrain.bottleneck.read_horizon import Calendar
from neuralbrain.bottleneck.read_numbers import UnreadableError
from neuralbrain.bottleneck.read_path import path_of

DAILY = Calendar(period_days=1, last=date(2026, 3, 22))
NAMES = ("cases", "median", "value")


def path(answer):
    """Return an answer's path as a daily series."""
    return path_of(answer, names=NAMES, where="cases of AGO", calendar=DAILY)


@pytest.mark.parametrize(
    "answer",
    [
        [5, 6],
        (5, 6),
        np.array([5.0, 6.0]),
        [{"day": 2, "value": 6}, {"day": 1, "value": 5}],
        [{"cases": 5}, {"cases": 6}],
        [{"date": "2026-03-23", "value": 5}, {"date": "2026-03-24", "value": 6}],
        {"1": 5, "2": 6},
        {"day_1": {"value": 5}, "day_2": {"value": 6}},
        {"2026-03-23": 5, "2026-03-24": 6},
        {"values": [5, 6]},
        {"values": [{"day": 1, "value": 5}, {"day": 2, "value": 6}]},
        {"days": [1, 2], "values": [5, 6]},
        {"dates": ["2026-03-24", "2026-03-23"], "values": [6, 5]},
        {"median": [5, 6]},
        [[1, 5], [2, 6]],
        [[2, 6], [1, 5]],
        ((1.0, 5), (2.0, 6)),
        np.array([[1.0, 5.0], [2.0, 6.0]]),
        {"values": [[1, 5], [2, 6]]},
    ],
)
def test_every_shape_of_points_is_read(answer):
    """Two days of points are the same path in each shape that is in use."""
    assert path(answer).horizons == (1, 2)
    assert path(answer).levels == (0.5,)
    assert path(answer).values == ((5.0,), (6.0,))


@pytest.mark.parametrize(
    "answer",
    [
        [{"lower": 3, "upper": 9, "value": 5, "level": 0.8}, {"lower": 4, "upper": 9, "value": 6, "level": 0.8}],
        {"lower": [3, 4], "upper": [9, 9], "median": [5, 6], "level": 0.8},
        {"lower_80": [3, 4], "upper_80": [9, 9], "value": [5, 6]},
        {"value": [5, 6], "interval_80": [[3, 9], [4, 9]]},
        {"0.1": [3, 4], "0.5": [5, 6], "0.9": [9, 9]},
        {"quantiles": {"0.1": [3, 4], "0.5": [5, 6], "0.9": [9, 9]}},
        {"quantiles": {"10": [3, 4], "50": [5, 6], "90": [9, 9]}},
        [{"quantiles": {"10": 3, "50": 5, "90": 9}}, {"quantiles": {"10": 4, "50": 6, "90": 9}}],
        {"levels": [0.1, 0.5, 0.9], "quantiles": [[3, 5, 9], [4, 6, 9]]},
        {"levels": [0.9, 0.5, 0.1], "horizons": [2, 1], "values": [[9, 6, 4], [9, 5, 3]]},
        [[[0.1, 3], [0.5, 5], [0.9, 9]], [[0.1, 4], [0.5, 6], [0.9, 9]]],
        {
            "horizons": [
                {"horizon": 1, "quantiles": {"0.1": 3, "0.5": 5, "0.9": 9}},
                {"horizon": 2, "quantiles": {"0.1": 4, "0.5": 6, "0.9": 9}},
            ]
        },
        [
            {"horizon": day, "output_type_id": level, "value": value}
            for day, values in ((1, (3, 5, 9)), (2, (4, 6, 9)))
            for level, value in zip((0.1, 0.5, 0.9), values, strict=True)
        ],
    ],
)
def test_every_shape_of_intervals_and_quantiles_is_read(answer):
    """Two days of an 80 % interval with its median are the same path in each shape that is in use."""
    assert path(answer).horizons == (1, 2)
    assert path(answer).levels == (0.1, 0.5, 0.9)
    assert path(answer).values == ((3.0, 5.0, 9.0), (4.0, 6.0, 9.0))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (7, "horizons-unreadable"),
        ("7", "horizons-unreadable"),
        ([], "horizons-unreadable"),
        ([{"day": 1, "value": 5}, {"value": 6}], "horizons-unreadable"),
        ([{"day": 1, "value": 5}, {"day": 1, "value": 6}], "horizon-twice"),
        ([{"day": 1, "value": 5}, {"day": 2, "value": 6, "0.9": 8}], "levels-differ"),
        ({"days": [1, 2], "values": [5]}, "horizons-unreadable"),
        ({"levels": [0.1, 0.9], "quantiles": [[1, 2, 3]]}, "levels-unreadable"),
        ({"levels": [0.1, 0.1], "quantiles": [[1, 2]]}, "levels-unreadable"),
        ({"levels": [0.1, 0.9]}, "levels-unreadable"),
        ({"values": {"values": {"values": {"values": {"values": [5, 6]}}}}}, "unreadable"),
        ([[1, 80]], "level-unreadable"),
        ([[3, 80], [4, 90]], "level-unreadable"),
        ([[10, 60], [50, 80], [90, 100]], "level-unreadable"),
        ([[1, 80], [2, 81], [4, 82]], "level-unreadable"),
        ([[True, 80], [2, 81]], "level-unreadable"),
        ([[1, 80], [1, 81]], "level-unreadable"),
        ([[1, 80], [2, "81"]], "not-a-number"),
        ({"quantiles": {"1": [5, 6], "2": [7, 8]}}, "level-unreadable"),
        ([True, False], "not-a-number"),
        (["5", "6"], "not-a-number"),
    ],
)
def test_what_cannot_be_read_says_why(answer, code):
    """A path that cannot be read is refused under its own code, naming field and region."""
    with pytest.raises(UnreadableError, match="cases of AGO") as caught:
        path(answer)
    assert caught.value.code == code


@pytest.mark.parametrize("rows", [[[1, 80], [2, 81]], [[7, 80], [14, 81]]])
def test_pairs_of_a_weekly_series_may_count_weeks_or_days(rows):
    """Pairs that count 1, 2 are weeks and pairs that count 7, 14 are days, in a series of weeks."""
    weekly = Calendar(period_days=7, last=date(2026, 3, 22))
    found = path_of(rows, names=NAMES, where="cases of AGO", calendar=weekly)
    assert (found.horizons, found.values) == ((1, 2), ((80.0,), (81.0,)))


def test_pairs_of_a_daily_series_that_count_weeks_are_days():
    """Days 7 and 14 of a daily series are horizons 7 and 14, which a check then misses the others of."""
    assert path([[7, 80], [14, 81]]).horizons == (7, 14)
