"""The record of each place, out of scores that were added up by last actual."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import isnan

import polars as pl
import pytest

from neuralbrain.domain.record_here import NUMBERS
from neuralbrain.evaluate.record_here import record_by_place
from neuralbrain.store.score_record import SUMS

KNOWN_BY = datetime(2026, 2, 8, tzinfo=UTC)
SUNDAY = date(2025, 3, 30)


def worth(*rows: tuple[object, ...], region: str = "AGO") -> dict[str, float]:
    """Return the record of a region, by name; a row is a last actual and its sums."""
    sums = pl.DataFrame([("feed", "cases", "AGO", *row) for row in rows], schema=SUMS, orient="row")
    made = record_by_place(sums, provider="local", known_by=KNOWN_BY)
    assert (made.provider, made.known_by) == ("local", KNOWN_BY)
    return dict(zip(NUMBERS, made.about([("feed", "cases", region)])[0].tolist(), strict=True))


def test_sums_become_shares_and_a_ratio():
    """Counts are added up, shares are of all values, and the ratio is of the sums of those that have a baseline."""
    found = worth((SUNDAY, 4, 2.0, 4.0, 30.0, 40.0), (SUNDAY + timedelta(days=7), 2, 1.0, 1.0, 15.0, 10.0))
    assert found == {
        "scored": 6.0,
        "weeks": 2.0,
        "relative_wis": 0.9,
        "coverage_50": 0.5,
        "coverage_95": pytest.approx(5 / 6, abs=1e-6),
    }


def test_days_of_one_week_are_one_week():
    """A daily series has a last actual each day: seven days are one or two weeks, never seven."""
    days = [(date(2025, 3, 27) + timedelta(days=one), 1, 1.0, 1.0, 1.0, 1.0) for one in range(7)]
    assert worth(*days)["weeks"] == 1, "2025-03-27 begins a week, as calibration counts them"
    assert worth(*days, (date(2025, 4, 3), 1, 1.0, 1.0, 1.0, 1.0))["weeks"] == 2


@pytest.mark.parametrize("sums", [(None, None), (3.0, 0.0)], ids=["none", "nought"])
def test_without_a_baseline_there_is_no_ratio(sums):
    """Where no value has a baseline, or all of theirs are 0, the ratio is NaN and the rest is known."""
    found = worth((SUNDAY, 2, 1.0, 2.0, *sums))
    assert isnan(found["relative_wis"])
    assert (found["scored"], found["coverage_50"], found["coverage_95"]) == (2.0, 0.5, 1.0)


def test_places_do_not_mix():
    """Another region has no part in it, and an empty record says nothing of any."""
    assert isnan(worth((SUNDAY, 2, 1.0, 2.0, 1.0, 1.0), region="BDI")["scored"])
    assert isnan(worth()["scored"]), "nothing scored is not a count of nought"
