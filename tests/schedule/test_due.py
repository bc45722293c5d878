"""Which slot is due and which were missed, by hand and over any history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.domain.slot import UNCHANGED_SCHEDULE, Schedule, slot_at
from neuralbrain.schedule.due import missed_slots, plan_of, schedule_at

DAY = datetime(2026, 4, 1, tzinfo=UTC)
INTERVALS = [60, 300, 900, 1800, 3600, 7200, 21_600, 86_400]


def at(text: str) -> datetime:
    """Return a time of the day, or of one some days later: ``+1 03:00``."""
    days, _, clock = text.rpartition(" ")
    hours, minutes, *seconds = clock.split(":")
    parts = {"hours": int(hours), "minutes": int(minutes), "seconds": float(seconds[0]) if seconds else 0.0}
    return DAY + timedelta(days=int(days or 0), **parts)


def changed(*changes: tuple[str, int, bool]) -> tuple[Schedule, ...]:
    """Return a history of schedules: since when, minutes between slots, whether paused."""
    return (
        UNCHANGED_SCHEDULE,
        *(
            Schedule(number=n, since=at(since), interval_seconds=60 * minutes, paused=paused, reason="test", actor="t")
            for n, (since, minutes, paused) in enumerate(changes, start=1)
        ),
    )


@pytest.mark.parametrize(
    ("changes", "newest", "now", "due", "missed"),
    [
        ((), None, "12:00", "12:00", []),  # the first start misses nothing
        ((), None, "12:59:59.9", "12:00", []),
        ((), "12:00", "12:30", None, []),
        ((), "12:00", "13:00", "13:00", []),
        ((), "12:00", "15:05", "15:00", ["13:00", "14:00"]),
        ((), "23:00", "+1 02:00", "+1 02:00", ["+1 00:00", "+1 01:00"]),
        # hourly until 12:20, then every quarter of an hour: 12:15 was none, 12:30 is the first of the new grid
        ((("12:20", 15, False),), "12:00", "12:29:59", None, []),
        ((("12:20", 15, False),), "12:00", "12:30", "12:30", []),
        ((("12:20", 15, False),), "11:00", "12:29", "12:00", []),
        ((("12:20", 15, False),), "11:00", "13:00", "13:00", ["12:00", "12:30", "12:45"]),
        # the change falls on a slot: it belongs to the new grid
        ((("13:00", 15, False),), "12:00", "13:16", "13:15", ["13:00"]),
        ((("13:00", 120, False),), "12:00", "14:00", "14:00", []),
        ((("13:00:00.000001", 120, False),), "12:00", "14:00", "14:00", ["13:00"]),
        # from hours to days: nothing more is due today
        ((("12:20", 1440, False),), "12:00", "23:59", None, []),
        ((("12:20", 1440, False),), "12:00", "+1 00:00", "+1 00:00", []),
        # paused and resumed: the current slot is due, the ones before were missed
        ((("12:20", 60, True), ("15:10", 60, False)), "12:00", "15:10", "15:00", ["13:00", "14:00"]),
        # changed twice within one interval: each grid counts while it held
        ((("12:20", 15, False), ("12:40", 60, False)), "12:00", "13:00", "13:00", ["12:30"]),
        ((("12:20", 15, False), ("12:25", 60, False)), "12:00", "13:00", "13:00", []),
        # the clock was set back before the change: what was said last holds all the same
        ((("14:20", 15, False),), "12:00", "13:31", "13:30", ["13:00"]),
        # changed, set back, changed again: the last one holds from its own moment
        ((("14:00", 15, False), ("12:10", 60, False)), "12:00", "15:00", "15:00", ["13:00", "14:00"]),
    ],
)
def test_by_hand(changes, newest, now, due, missed):
    """The slot begun last is due where it has no state, and those before it back to the newest state were missed."""
    schedules = changed(*changes)
    plan = plan_of(schedules, newest=None if newest is None else at(newest), now=at(now))
    assert plan.due == (None if due is None else at(due))
    assert list(missed_slots(schedules, plan)) == [at(one) for one in missed]


@pytest.mark.parametrize(
    ("changes", "now", "paused", "next_slot"),
    [
        ((), "12:00", False, "13:00"),
        ((), "12:59:59.999999", False, "13:00"),
        ((("12:20", 15, False),), "12:20", False, "12:30"),
        ((("12:20", 15, True),), "12:20", True, "12:30"),
        ((("12:20", 60, True), ("12:30", 60, False)), "12:40", False, "13:00"),
        ((("14:00", 60, True),), "12:40", True, "13:00"),  # the clock was set back: a pause holds all the same
    ],
)
def test_the_last_change_holds_now(changes, now, paused, next_slot):
    """Whether cycles are paused, and when the next slot begins, is what the last change says."""
    plan = plan_of(changed(*changes), newest=at("12:00"), now=at(now))
    assert (plan.paused, plan.next_slot) == (paused, at(next_slot))


def test_a_year_in_one_step():
    """An outage, or a jump of the clock, of a whole leap year misses each of its hours but the last, once."""
    plan = plan_of((UNCHANGED_SCHEDULE,), newest=DAY, now=DAY + timedelta(hours=366 * 24))
    missed = list(missed_slots((UNCHANGED_SCHEDULE,), plan))
    assert plan.due == DAY + timedelta(hours=366 * 24)
    assert missed == [DAY + timedelta(hours=hour) for hour in range(1, 366 * 24)]


@pytest.mark.parametrize(
    ("moment", "number"), [("00:00", 0), ("12:19:59.999999", 0), ("12:20", 1), ("13:00", 1), ("14:00", 2)]
)
def test_which_schedule_held(moment, number):
    """A schedule holds from its own moment, that moment included, until the next one."""
    assert schedule_at(changed(("12:20", 15, False), ("14:00", 60, True)), at(moment)).number == number


def slots_by_counting(schedules: tuple[Schedule, ...], *, begin: datetime, end: datetime) -> list[datetime]:
    """Return the slots of a history after a moment and up to another, told minute by minute, the slow way."""
    found = []
    minute = begin.replace(second=0, microsecond=0)
    while (minute := minute + timedelta(minutes=1)) <= end:
        interval = schedule_at(schedules, minute).interval_seconds
        if slot_at(minute, interval) == minute:
            found.append(minute)
    return found


@st.composite
def histories(draw):
    """Return a history of changes in the order of the clock, within two days."""
    moments = sorted(draw(st.lists(st.integers(0, 2 * 86_400_000), max_size=5, unique=True)))
    changes = [
        Schedule(
            number=number,
            since=DAY + timedelta(milliseconds=moment),
            interval_seconds=draw(st.sampled_from(INTERVALS)),
            paused=draw(st.booleans()),
            reason="test",
            actor="test",
        )
        for number, moment in enumerate(moments, start=1)
    ]
    return (UNCHANGED_SCHEDULE, *changes)


@given(schedules=histories(), looks=st.lists(st.integers(0, 3 * 86_400), min_size=2, max_size=12))
def test_each_slot_comes_exactly_once(schedules, looks):
    """Over any history of changes and any outages, each slot is due or missed once, in order, and none is left out."""
    moments = [DAY + timedelta(seconds=look) for look in sorted(looks)]
    newest: datetime | None = None
    came: list[datetime] = []
    for now in moments:
        known = tuple(one for one in schedules if one.since <= now)
        plan = plan_of(known, newest=newest, now=now)
        came.extend(missed_slots(known, plan))
        if plan.due is not None:
            came.append(plan.due)
            newest = plan.due
        assert plan.current <= now < plan.next_slot
    assert all(one < after for one, after in pairwise(came))
    known = tuple(one for one in schedules if one.since <= moments[-1])
    assert came[1:] == slots_by_counting(known, begin=came[0], end=moments[-1])


@given(
    schedules=histories(),
    order=st.randoms(use_true_random=False),
    newest=st.integers(0, 2 * 86_400),
    now=st.integers(0, 3 * 86_400),
)
def test_changes_under_a_clock_that_is_set_back(schedules, order, newest, now):
    """Changes whose times are out of order, as after a clock set back, still give slots that only go forward."""
    changes = list(schedules[1:])
    order.shuffle(changes)
    mixed = (UNCHANGED_SCHEDULE, *changes)
    has_state = slot_at(DAY + timedelta(seconds=newest), 60)
    plan = plan_of(mixed, newest=has_state, now=DAY + timedelta(seconds=now))
    missed = list(missed_slots(mixed, plan))
    assert all(one < after for one, after in pairwise([has_state, *missed]))
    assert all(slot < plan.current for slot in missed)
    assert plan.due is None or plan.due > has_state


@given(schedules=histories(), back=st.integers(1, 3 * 86_400))
def test_a_clock_set_back_makes_nothing_due(schedules, back):
    """Where the newest state is after the clock, nothing is due and nothing was missed."""
    now = DAY + timedelta(days=2)
    current = plan_of(schedules, newest=None, now=now).current
    plan = plan_of(schedules, newest=current, now=now)
    assert (plan.due, list(missed_slots(schedules, plan))) == (None, [])
    earlier = now - timedelta(seconds=back)
    again = plan_of(schedules, newest=plan_of(schedules, newest=None, now=earlier).current, now=earlier)
    assert (again.due, list(missed_slots(schedules, again))) == (None, [])
