"""T8: a clock that is set, forward or back, never starts a second cycle of a slot that has a state."""

from __future__ import annotations

from datetime import timedelta

import pytest

from neuralbrain.domain.slot import SlotCode
from stand_ins import START

SECONDS = [1, 59, 61, 300, 3599, 3600, 3601, 7200, 86_400]


def of_slots(installation) -> list[object]:
    """Return the slots that were run, without the extra cycles."""
    return [slot for slot in installation.runner.ran if slot is not None]


@pytest.mark.parametrize("minute", [1, pytest.param(30, marks=pytest.mark.slow), 59])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("seconds", SECONDS)
def test_no_jump_runs_a_slot_twice(installation, seconds, sign, minute):
    """Whichever way the clock is set, and set right again, no slot is run twice and none is left without a state."""
    before = [(START - timedelta(hours=hour), SlotCode.NOT_RUNNING) for hour in range(48, 0, -1)]
    installation.slots.record_missed(before, now=START)  # this is not its first day
    loop = installation.service()
    installation.settle(loop)
    for jump in (sign * seconds, -sign * seconds):
        installation.until(installation.clock.now() + timedelta(hours=1))
        installation.until(installation.clock.now().replace(minute=minute, second=2))
        installation.settle(loop)
        installation.clock.at += timedelta(seconds=jump)
        for _ in range(3):
            installation.settle(loop)
            installation.clock.forward(seconds=5)
    ran = of_slots(installation)
    assert len(ran) == len(set(ran))
    slots = [one.slot for one in reversed(installation.slots.last(1000))]
    assert slots == [slots[0] + timedelta(hours=hour) for hour in range(len(slots))], "none is missing"


@pytest.mark.parametrize("jump", [timedelta(days=365), timedelta(days=-365)], ids=["ahead", "back"])
@pytest.mark.slow
def test_a_jump_of_a_year(installation, jump):
    """A jump of a year records each hour that it passed over once, runs one cycle, and the way back none twice."""
    loop = installation.service()
    installation.settle(loop)
    for one in (jump, -jump):
        installation.clock.forward(seconds=5)
        installation.clock.at += one
        installation.settle(loop)
    installation.clock.forward(hours=1)
    installation.settle(loop)
    ran = of_slots(installation)
    assert len(ran) == len(set(ran))
    assert len(installation.slots.last(10_000)) == (365 * 24 + 1 if jump > timedelta() else 3)
    assert all(one.code in ("", "clock-jumped") for one in installation.slots.last(10_000))


def test_a_forward_jump_is_named(installation):
    """Hours over which the clock was set forward are skipped for that reason; the one it lands in is run."""
    loop = installation.service()
    installation.settle(loop)
    installation.clock.forward(seconds=5)
    installation.clock.at += timedelta(hours=3)
    installation.settle(loop)
    jumped = dict.fromkeys(["01 13:00", "01 14:00"], "skipped clock-jumped")
    assert installation.states() == {"01 12:00": "done", **jumped, "01 15:00": "done"}


def test_a_smooth_correction_is_no_jump(installation):
    """A clock that gains or loses a minute between two looks passes for one that is being set smoothly."""
    loop = installation.service()
    installation.settle(loop)
    installation.until(START + timedelta(minutes=59, seconds=50))
    installation.settle(loop)
    installation.clock.at += timedelta(seconds=60)
    installation.clock.forward(hours=1)
    installation.settle(loop)
    assert installation.states()["01 13:00"] == "skipped service-not-running"


def test_back_into_hours_that_were_given_up(installation):
    """Set back into hours that were given up, the loop runs extra cycles, one an interval, and no second state."""
    loop = installation.service()
    installation.settle(loop)
    installation.clock.forward(seconds=5)
    installation.clock.at += timedelta(hours=4)
    installation.settle(loop)
    states = installation.states()
    installation.clock.at -= timedelta(hours=4)
    installation.until(START + timedelta(hours=1, seconds=1))
    began = len(installation.runner.orders)
    while installation.clock.now() < START + timedelta(hours=4):
        installation.settle(loop)
        installation.clock.forward(seconds=300)
    extra = installation.runner.orders[began:]
    assert [(order.trigger, order.slot) for order in extra] == [("extra", None)] * 3
    assert installation.states() == states
    installation.until(START + timedelta(hours=5))
    installation.settle(loop)
    assert installation.runner.ran[-1] == START + timedelta(hours=5), "after that hours come as before"


def test_back_into_hours_that_were_done(installation):
    """Set back into hours whose cycles ran, the loop waits until they are over: they have their editions."""
    loop = installation.service()
    for hour in range(4):
        installation.until(START + timedelta(hours=hour, seconds=1))
        installation.settle(loop)
    installation.clock.at -= timedelta(hours=3)
    while installation.clock.now() < START + timedelta(hours=3, minutes=50):
        installation.settle(loop)
        installation.clock.forward(seconds=300)
    assert installation.runner.ran == [START + timedelta(hours=hour) for hour in range(4)]


def test_no_extra_cycle_right_after_a_start(installation):
    """A service that starts under a clock that was set back waits a whole interval before an extra cycle."""
    loop = installation.service()
    installation.settle(loop)
    installation.clock.forward(seconds=5)
    installation.clock.at += timedelta(hours=4)
    installation.settle(loop)
    installation.clock.at -= timedelta(hours=2)
    again = installation.service()
    began = len(installation.runner.orders)
    installation.settle(again)
    assert len(installation.runner.orders) == began
    installation.clock.forward(minutes=59)
    installation.settle(again)
    assert len(installation.runner.orders) == began
