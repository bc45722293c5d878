"""What a backtest is asked: its cutoffs, and which of them prove nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from neuralbrain.backtest.plan import Every, Plan, cutoffs_between
from neuralbrain.backtest.truth import mature_at


def plan(**changes: object) -> Plan:
    """Return a plan of two cutoffs."""
    said = {
        "provider": "local",
        "version": "local-1",
        "sources": ("a",),
        "cutoffs": cutoffs_between(date(2025, 1, 6), date(2025, 1, 15), every=Every.WEEK),
        "calibrate": False,
        "settings_digest": "",
    }
    return Plan(**{**said, **changes})


def test_weekly_cutoffs_are_ends_of_wednesdays():
    """Between a Monday and the Wednesday of the next week lie two, and both days are included."""
    found = cutoffs_between(date(2025, 1, 6), date(2025, 1, 15), every=Every.WEEK)
    assert [one.isoformat() for one in found] == [
        "2025-01-08T23:59:59.999999+00:00",
        "2025-01-15T23:59:59.999999+00:00",
    ]
    assert cutoffs_between(date(2025, 1, 9), date(2025, 1, 14), every=Every.WEEK) == ()


def test_daily_cutoffs_are_ends_of_days():
    """From a day to itself there is one cutoff, its end."""
    (only,) = cutoffs_between(date(2025, 1, 9), date(2025, 1, 9), every=Every.DAY)
    assert only == datetime(2025, 1, 9, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("over_network", "trained_until", "expected"),
    [
        (False, None, [False, False]),
        (True, None, [True, True]),
        (True, date(2025, 1, 7), [False, False]),
        (True, date(2025, 1, 8), [True, False]),
        (True, date(2026, 1, 1), [True, True]),
    ],
)
def test_what_a_model_may_have_read_is_contaminated(over_network, trained_until, expected):
    """Up to the day its training data end, and always where nobody says when; the provider here has read nothing."""
    made = plan(over_network=over_network, trained_until=trained_until)
    assert [made.is_contaminated(one) for one in made.cutoffs] == expected


def test_a_plan_says_everything_that_decides_the_result():
    """Two plans that differ in any field but who knows the network say different things."""
    changes = {
        "provider": "other",
        "version": "local-2",
        "sources": ("b",),
        "cutoffs": plan().cutoffs[:1],
        "calibrate": True,
        "settings_digest": "x",
        "trained_until": date(2025, 1, 1),
        "knowledge": ("x",),
    }
    said = [str(plan(**{name: value}).as_plain()) for name, value in changes.items()]
    assert len({*said, str(plan().as_plain())}) == len(changes) + 1


def test_a_value_is_mature_at_the_end_of_the_day_five_weeks_later():
    """A week that ends on 1 February counts as it is known at the end of 8 March."""
    assert mature_at(date(2025, 2, 1)) == datetime(2025, 3, 8, 23, 59, 59, 999999, tzinfo=UTC)
