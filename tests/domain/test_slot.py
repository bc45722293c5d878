"""Slots: where an hour begins, whatever the zone, and which intervals there can be."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.domain.slot import DAY_SECONDS, REASONS, UNCHANGED_SCHEDULE, SlotCode, require_interval, slot_at

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INTERVALS = [seconds for seconds in range(60, DAY_SECONDS + 1, 60) if DAY_SECONDS % seconds == 0]
FIRST, HOURS = datetime(2027, 1, 1, tzinfo=UTC), 2 * 366 * 24  # 2028 has a leap day


@pytest.fixture
def in_zone() -> Iterator[object]:
    """Yield a function that puts this process into a time zone; afterwards it is back in its own."""
    before = os.environ.get("TZ")

    def put(zone: str) -> None:
        os.environ["TZ"] = zone
        time.tzset()

    yield put
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize(
    ("moment", "interval", "slot"),
    [
        ("2026-04-01T12:00:00+00:00", 3600, "2026-04-01T12:00:00+00:00"),
        ("2026-04-01T12:59:59.999999+00:00", 3600, "2026-04-01T12:00:00+00:00"),
        ("2026-04-01T00:14:59+00:00", 900, "2026-04-01T00:00:00+00:00"),
        ("2026-04-01T23:59:59+00:00", 86_400, "2026-04-01T00:00:00+00:00"),
        ("2026-04-01T05:59:59+00:00", 21_600, "2026-04-01T00:00:00+00:00"),
        ("2026-04-01T12:10:00+05:45", 3600, "2026-04-01T06:00:00+00:00"),  # 06:25 UTC
        ("1969-12-31T23:30:00+00:00", 3600, "1969-12-31T23:00:00+00:00"),  # before the first second that is counted
        ("2016-12-31T23:59:59.5+00:00", 3600, "2016-12-31T23:00:00+00:00"),  # a leap second followed
    ],
)
def test_the_slot_of_a_moment(moment, interval, slot):
    """A slot is the last whole multiple of the interval since midnight, UTC."""
    assert slot_at(datetime.fromisoformat(moment), interval) == datetime.fromisoformat(slot)


MOMENTS = st.integers(-(10**12), 10**13).map(lambda milliseconds: EPOCH + timedelta(milliseconds=milliseconds))


@given(
    moment=MOMENTS,
    interval=st.sampled_from(INTERVALS),
    east=st.integers(-14 * 60, 14 * 60),
)
def test_a_moment_lies_in_its_slot(moment, interval, east):
    """A moment lies in its slot, slots fall on the same times each day, and the zone it is told in does not matter."""
    slot = slot_at(moment, interval)
    assert timedelta(0) <= moment - slot < timedelta(seconds=interval)
    assert (slot - slot.replace(hour=0, minute=0, second=0, microsecond=0)).seconds % interval == 0
    elsewhere = moment.astimezone(timezone(timedelta(minutes=east)))
    assert slot_at(elsewhere, interval) == slot
    assert slot_at(slot, interval) == slot


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "Asia/Kathmandu"])
def test_two_years_have_the_same_slots_in_every_zone(in_zone, zone):
    """T8: all 17,568 hours of two years are slots, once each, wherever the machine stands."""
    in_zone(zone)
    began = FIRST.timestamp()
    slots = [slot_at(datetime.fromtimestamp(began + 3600 * hour, tz=UTC), 3600) for hour in range(HOURS)]
    assert slots == [FIRST + timedelta(hours=hour) for hour in range(HOURS)]
    local = {slot_at(datetime.fromtimestamp(began + 3600 * hour + 1800).astimezone(), 3600) for hour in range(HOURS)}
    assert local == set(slots), "a moment told in local time, its fold kept, lies in the same slot"


@pytest.mark.parametrize("seconds", [60, 300, 900, 3600, 21_600, 43_200, 86_400])
def test_intervals_that_divide_a_day(seconds):
    """A whole number of minutes that divides a day is an interval."""
    assert require_interval(seconds) == seconds


@pytest.mark.parametrize("seconds", [-3600, -1, 0, 1, 59, 61, 90, 7 * 60, 3599, 7 * 3600, 86_401, 2 * 86_400])
def test_other_intervals_are_refused(seconds):
    """What is no whole number of minutes, or does not divide a day, is refused in words."""
    with pytest.raises(ValueError, match="divides a day"):
        require_interval(seconds)


def test_every_code_says_its_reason():
    """Each code of a slot has its sentence, and no two say the same."""
    assert set(REASONS) == set(SlotCode)
    assert len(set(REASONS.values())) == len(REASONS)
    assert all(reason.endswith(".") for reason in REASONS.values())


def test_the_unchanged_schedule_is_hourly():
    """Unless somebody changes it, every hour since the beginning of time is a slot, and it is not paused."""
    assert (UNCHANGED_SCHEDULE.interval_seconds, UNCHANGED_SCHEDULE.paused) == (3600, False)
    assert UNCHANGED_SCHEDULE.since == datetime.min.replace(tzinfo=UTC)
