"""Tests of which horizon a row is about."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from neuralbrain.bottleneck.read_horizon import FURTHEST, Calendar, horizon_of, horizons_of_keys
from neuralbrain.bottleneck.read_numbers import UnreadableError

WEEKLY = Calendar(period_days=7, last=date(2026, 3, 22))
DAILY = Calendar(period_days=1, last=date(2026, 3, 22))


@pytest.mark.parametrize(
    ("fields", "calendar", "horizon"),
    [
        ({"horizon": 2}, WEEKLY, 2),
        ({"week": 2}, WEEKLY, 2),
        ({"day": 14}, WEEKLY, 2),
        ({"day": 2.0}, DAILY, 2),
        ({"week": 2}, DAILY, 14),
        ({"date": "2026-04-05"}, WEEKLY, 2),
        ({"date": "2026-03-24T00:00:00Z"}, DAILY, 2),
        ({"target_date": datetime(2026, 3, 24)}, DAILY, 2),  # noqa: DTZ001 - what a caller may hand in
        ({"day": "2026-03-24"}, DAILY, 2),
        ({"date": "2026-03-21"}, DAILY, -1),
        ({"value": 7}, DAILY, None),
        ({"day": None}, DAILY, None),
    ],
)
def test_a_horizon_is_counted_in_periods_after_the_last_actual(fields, calendar, horizon):
    """Days, weeks, periods and dates all become periods after the last actual."""
    assert horizon_of(fields, calendar, where="") == horizon


@pytest.mark.parametrize(
    "fields", [{"day": 3}, {"day": -7}, {"day": 1.5}, {"day": "7"}, {"day": True}, {"day": 1e300}, {"date": "soon"}]
)
def test_what_is_no_horizon_is_refused(fields):
    """A day that ends no week, a fraction, a text or a boolean is no horizon of a weekly series."""
    with pytest.raises(UnreadableError):
        horizon_of(fields, WEEKLY, where="")


def test_dates_need_a_last_actual():
    """Without a last actual a date says no horizon."""
    with pytest.raises(UnreadableError, match="no last actual"):
        horizon_of({"date": "2026-03-24"}, Calendar(period_days=1, last=None), where="")


def test_keys_are_horizons_only_all_together():
    """An object keyed by horizon is one only if every key is a horizon."""
    assert horizons_of_keys(["1", "2"], WEEKLY, where="") == [1, 2]
    assert horizons_of_keys(["week_1", "w2"], WEEKLY, where="") == [1, 2]
    assert horizons_of_keys(["2026-03-23"], DAILY, where="") == [1]
    assert horizons_of_keys(["day_1", "note"], DAILY, where="") is None


def test_no_horizon_is_further_than_a_year_of_days():
    """The furthest horizon is read, the next is none, however it is said."""
    assert horizon_of({"day": FURTHEST}, DAILY, where="") == FURTHEST
    assert horizons_of_keys([f"day_{FURTHEST}"], DAILY, where="") == [FURTHEST]
    for fields in ({"day": FURTHEST + 1}, {"week": 53}, {"date": "2028-01-01"}, {"day": float("inf")}):
        with pytest.raises(UnreadableError):
            horizon_of(fields, DAILY, where="")
    with pytest.raises(UnreadableError):
        horizons_of_keys([str(FURTHEST + 1)], WEEKLY, where="")
