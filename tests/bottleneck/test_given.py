"""Tests of what people hand in for one region."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from bottleneck_examples import NOW

from neuralbrain.bottleneck.given import given_of, name_in
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Measure

FIRST = date(2026, 1, 4)


def given(actual, rows, **dated):
    """Return what an actual and (cases, deaths) rows say, the rows dated if a step is given."""
    step = dated.get("step")
    history = [
        {"cases": cases, "deaths": deaths}
        | ({} if step is None else {"date": (FIRST + timedelta(days=step * place)).isoformat()})
        for place, (cases, deaths) in enumerate(rows)
    ]
    return given_of({"country": "Angola", "deaths": 0, **actual}, history, region="AGO", now=NOW)


ROWS = [(10, 0), (11, 0), (12, 1)]


@pytest.mark.parametrize(("step", "cadence"), [(7, Cadence.WEEKLY), (1, Cadence.DAILY), (2, Cadence.DAILY)])
def test_rows_seven_days_apart_are_weekly(step, cadence):
    """Seven days between rows make a weekly series, everything else a daily one with gaps."""
    assert given({"cases": 13}, ROWS, step=step).panel.cadence is cadence


def test_the_actual_is_appended_once():
    """Without dates the actual follows the last row, unless it is the same values: then it is that row."""
    assert given({"cases": 13, "deaths": 1}, ROWS).panel.values[0].tolist() == [10, 11, 12, 13]
    assert given({"cases": 12, "deaths": 1}, ROWS).panel.values[0].tolist() == [10, 11, 12]
    assert given({"cases": 12, "deaths": 2}, ROWS).panel.values[0].tolist() == [10, 11, 12, 12]


def test_dates_say_what_the_actual_is():
    """An actual of the last row's date replaces it, a later one leaves a gap, an earlier one hides what is newer."""
    same = given({"cases": 13, "date": "2026-01-18"}, ROWS, step=7)
    assert same.panel.values[0].tolist() == [10, 11, 13]
    later = given({"cases": 13, "date": datetime(2026, 2, 1)}, ROWS, step=7)  # noqa: DTZ001 - what a caller may give
    np.testing.assert_array_equal(later.panel.values[0], [10, 11, 12, np.nan, 13])
    earlier = given({"cases": 13, "date": date(2026, 1, 11)}, ROWS, step=7)
    assert earlier.panel.values[0].tolist() == [10, 13]
    assert earlier.panel.dates[-1] == np.datetime64("2026-01-11")


def test_an_undated_actual_follows_dated_rows():
    """Without its own date the actual is one period after the last row, or that row if the values are the same."""
    assert given({"cases": 13}, ROWS, step=7).panel.dates[-1] == np.datetime64("2026-01-25")
    assert given({"cases": 12, "deaths": 1}, ROWS, step=7).panel.dates[-1] == np.datetime64("2026-01-18")


def test_without_any_date_the_last_day_is_today():
    """Undated rows are consecutive days that end today, or on the actual's date."""
    assert given({"cases": 13}, ROWS).panel.dates[[0, -1]].tolist() == [date(2026, 3, 22), date(2026, 3, 25)]
    assert given({"cases": 13, "date": "2026-02-01"}, ROWS).panel.dates[-1] == np.datetime64("2026-02-01")
    assert given({"cases": 13}, []).panel.values.tolist() == [[13], [0]]


def test_totals_become_new_events_where_they_can():
    """Eight rising totals become steps, deaths with them; fewer are used as they are, deaths with them."""
    eight = given({"cases": 80}, [(10 * step, 0) for step in range(1, 8)])
    assert eight.totals
    np.testing.assert_array_equal(eight.incidence, [[np.nan] + [10] * 7, [np.nan] + [0] * 7])
    assert not given({"cases": 13}, ROWS).totals
    assert given({"cases": 13}, ROWS).incidence.tolist() == [[10, 11, 12, 13], [0, 0, 1, 0]]


def test_incident_values_are_incidence():
    """New events are taken as they are when the actual says so."""
    events = given({"cases": 80, "measure": "incident"}, [(10, 0)] * 9)
    assert not events.totals
    assert events.panel.series[0].signal.measure is Measure.INCIDENT


def test_missing_values_are_gaps():
    """Null is a gap, deaths may be missing altogether, and other fields are not looked at."""
    found = given_of(
        {"region": "AGO", "cases": 3, "recovered": 5, "population": 100},
        [{"cases": None, "active": "?"}],
        region="AGO",
        now=NOW,
    )
    np.testing.assert_array_equal(found.panel.values, [[np.nan, 3], [np.nan, np.nan]])
    assert found.panel.populations.tolist() == [100, 100]


@pytest.mark.parametrize(
    ("actual", "rows"),
    [
        ({"deaths": 1}, []),
        ({"cases": -1}, []),
        ({"cases": float("inf")}, []),
        ({"cases": 1e308}, []),
        ({"cases": 1, "deaths": 1.1e10}, []),
        ({"cases": 1, "population": 1e300}, []),
        ({"cases": 1}, [{"cases": 1e308}]),
        ({"cases": None}, []),
        ({"cases": 1, "measure": "monthly"}, []),
        ({"cases": 1, "date": "yesterday"}, []),
        ({"cases": 1}, [{"deaths": 1}]),
        ({"cases": 1, "date": "2026-01-01"}, [{"cases": 1, "date": "1026-01-01"}]),
    ],
)
def test_what_is_not_as_described_is_a_value_error(actual, rows):
    """Missing, negative or unreadable input is the caller's mistake, not the provider's."""
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's own subclass and ours, each with its own sentence
        given_of({"region": "AGO"} | actual, rows, region="AGO", now=NOW)


def test_the_sentence_names_row_field_and_value():
    """The message says which row and field is wrong, and what stood there."""
    with pytest.raises(ValueError, match=r"^row 2 of historical_data, field cases: input should be less than or equal"):
        given_of({"region": "AGO", "cases": 1}, [{"cases": 1}, {"cases": 1e308}], region="AGO", now=NOW)
    with pytest.raises(ValueError, match=r"^actual_data, field cases: field required$"):
        given_of({"region": "AGO"}, [], region="AGO", now=NOW)
    with pytest.raises(ValueError, match=r"^actual_data, field deaths: .*, not '-1'; 1 more are wrong$"):
        given_of({"region": "", "cases": 1, "deaths": -1}, [], region="AGO", now=NOW)


@pytest.mark.parametrize("rows", [None, 7, "rows", b"rows", {"cases": 1}, [[1]], [None], [{"cases": 1}, "x"]])
def test_rows_that_are_no_rows_are_a_value_error(rows):
    """What is no list of objects is refused with a sentence that names the history."""
    with pytest.raises(ValueError, match="historical_data"):
        given_of({"region": "AGO", "cases": 1}, rows, region="AGO", now=NOW)


@pytest.mark.parametrize("actual", [None, [1], "AGO", 7, [("cases", 1)]])
def test_an_actual_that_is_no_object_is_a_value_error(actual):
    """What has no fields names no region and holds no actual."""
    with pytest.raises(ValueError, match="actual_data"):
        name_in(actual)
    with pytest.raises(ValueError, match="actual_data"):
        given_of(actual, [], region="AGO", now=NOW)


def test_the_most_events_are_finite_in_everything():
    """Values up to the bound are taken."""
    assert given({"cases": 1e10}, [(1e10, 1e10)] * 3).panel.values.max() == 1e10


def test_undated_rows_are_weeks_where_that_is_said():
    """Without any date the caller decides whether rows are days or weeks; with dates the dates do."""
    history = [{"cases": 10}, {"cases": 11}]
    actual = {"region": "AGO", "cases": 12}
    weekly = given_of(actual, history, region="AGO", now=NOW, undated=Cadence.WEEKLY)
    assert weekly.undated
    assert weekly.panel.cadence is Cadence.WEEKLY
    assert weekly.panel.dates.tolist() == [date(2026, 3, 11), date(2026, 3, 18), date(2026, 3, 25)]
    alone = given_of(actual, [], region="AGO", now=NOW, undated=Cadence.WEEKLY)
    assert alone.panel.cadence is Cadence.WEEKLY
    dated = given_of(actual | {"date": "2026-02-01"}, history, region="AGO", now=NOW, undated=Cadence.WEEKLY)
    assert not dated.undated
    assert dated.panel.cadence is Cadence.DAILY
