"""Every hour ends in exactly one state: what the loop does about outages, overruns, pauses and crashes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from neuralbrain.domain.slot import SlotCode, SlotOutcome
from schedule.scripted import done, failed, publish_for
from stand_ins import START


def test_the_first_slot_is_due_at_once(installation):
    """A service that starts for the first time runs the current slot at once, and no hour before it was missed."""
    installation.clock.forward(minutes=40)
    loop = installation.service()
    assert installation.tick(loop) == 0.0
    assert installation.runner.ran == [START]
    assert installation.states() == {"01 12:00": "done"}
    assert loop.next_slot == START + timedelta(hours=1)
    assert installation.ended == [("done", 60.0)]


def test_nothing_runs_twice(installation):
    """However often the loop looks, and however often the service starts again, a slot is run once."""
    for _ in range(3):
        loop = installation.service()
        for _ in range(5):
            installation.tick(loop)
            installation.clock.forward(seconds=5)
    assert installation.runner.ran == [START]


def test_a_day_of_hours(installation):
    """Looking every few minutes for a day, each hour is run once, and none is left out."""
    loop = installation.service()
    while installation.clock.now() < START + timedelta(days=1):
        installation.settle(loop)
        installation.clock.forward(minutes=7)
    assert installation.runner.ran == [START + timedelta(hours=hour) for hour in range(24)]
    assert set(installation.states().values()) == {"done"}


def test_the_wait_ends_where_the_next_slot_begins(installation):
    """The loop looks every five seconds, and at the moment when the next slot begins."""
    loop = installation.service()
    installation.settle(loop)
    assert installation.tick(loop) == 5.0
    installation.until(START + timedelta(minutes=59, seconds=58))
    assert installation.tick(loop) == 2.0


def test_an_outage_is_caught_up_by_one_cycle(installation):
    """After an outage the missed hours are skipped with their reason, and only the newest slot is run."""
    installation.settle(installation.service())
    installation.clock.forward(hours=4)
    installation.settle(installation.service())
    missed = dict.fromkeys(["01 13:00", "01 14:00", "01 15:00"], "skipped service-not-running")
    assert installation.states() == {"01 12:00": "done", **missed, "01 16:00": "done"}
    assert installation.runner.ran == [START, START + timedelta(hours=4)]


def test_a_machine_that_slept(installation):
    """A machine that slept over some hours, its uptime counting on, records them and catches up."""
    loop = installation.service()
    installation.settle(loop)
    installation.clock.forward(hours=2)
    installation.settle(loop)
    assert installation.states()["01 13:00"] == "skipped service-not-running"
    assert installation.runner.ran == [START, START + timedelta(hours=2)]


def test_an_outage_of_two_months(installation):
    """Each hour of two months in which nobody ran has its one state, and one cycle catches up."""
    installation.settle(installation.service())
    installation.clock.forward(days=60)
    installation.settle(installation.service())
    assert installation.slots.counts() == {"done": 2, "skipped": 60 * 24 - 1}


def test_an_overrun_never_overlaps(installation):
    """Hours that begin while a cycle still runs are skipped for that reason, and the newest one is run after it."""
    loop = installation.service()
    installation.runner.seconds = 3.5 * 3600
    installation.tick(loop)
    installation.runner.seconds = 60
    installation.settle(loop)
    assert installation.states() == {
        "01 12:00": "done", "01 13:00": "skipped cycle-overran", "01 14:00": "skipped cycle-overran", "01 15:00": "done"
    }  # fmt: skip


def test_a_busy_runner_is_tried_until_the_next_slot(installation):
    """While another process runs a cycle the slot stays due; where it never got its turn, it is skipped as busy."""
    loop = installation.service()
    installation.settle(loop)
    installation.until(START + timedelta(hours=1, seconds=1))
    installation.runner.script = [None, None]
    assert installation.tick(loop) == 5.0
    installation.clock.forward(seconds=5)
    assert installation.tick(loop) == 5.0
    assert installation.states() == {"01 12:00": "done"}
    installation.until(START + timedelta(hours=2))
    installation.settle(loop)
    assert installation.states() == {"01 12:00": "done", "01 13:00": "skipped runner-busy", "01 14:00": "done"}
    assert installation.ended == [("done", 60.0)] * 2, "where none began, none ended"


def test_busy_at_the_very_beginning(installation):
    """A slot that was found busy at the very moment when it began is skipped as busy, not as overrun."""
    loop = installation.service()
    installation.settle(loop)
    installation.until(START + timedelta(hours=1))
    installation.runner.script = [None]
    installation.tick(loop)
    installation.until(START + timedelta(hours=2))
    installation.settle(loop)
    assert installation.states()["01 13:00"] == "skipped runner-busy"


def test_a_busy_runner_that_becomes_free(installation):
    """A slot that was busy at first is run as soon as the other process has ended."""
    loop = installation.service()
    installation.runner.script = [None]
    installation.tick(loop)
    installation.clock.forward(seconds=5)
    installation.settle(loop)
    assert installation.states() == {"01 12:00": "done"}


def test_pause_and_resume(installation):
    """Hours that pass while the schedule is paused are skipped for that reason; the current one runs on resuming."""
    loop = installation.service()
    installation.settle(loop)
    installation.until(START + timedelta(minutes=30))
    installation.pause()
    for _ in range(3):
        installation.clock.forward(hours=1)
        assert installation.tick(loop) > 0
    assert installation.runner.ran == [START]
    installation.resume()
    installation.settle(loop)
    assert installation.states() == {
        "01 12:00": "done", "01 13:00": "skipped schedule-paused", "01 14:00": "skipped schedule-paused",
        "01 15:00": "done",
    }  # fmt: skip


def test_a_pause_over_an_outage_is_a_pause(installation):
    """Hours of a pause are skipped as paused even where no service ran to see them."""
    installation.settle(installation.service())
    installation.clock.forward(minutes=10)
    installation.pause()
    installation.clock.forward(hours=2)
    installation.resume()
    installation.clock.forward(hours=2)
    installation.settle(installation.service())
    assert installation.states() == {
        "01 12:00": "done", "01 13:00": "skipped schedule-paused", "01 14:00": "skipped schedule-paused",
        "01 15:00": "skipped service-not-running", "01 16:00": "done",
    }  # fmt: skip


def test_a_changed_interval_is_noticed(installation):
    """A change of the interval holds from the next look on, without a restart, in both directions."""
    loop = installation.service()
    installation.settle(loop)
    installation.until(START + timedelta(minutes=20))
    installation.every(900)
    installation.settle(loop)
    assert loop.next_slot == START + timedelta(minutes=30)
    installation.until(START + timedelta(minutes=50))
    installation.settle(loop)
    installation.every(7200)
    installation.until(START + timedelta(hours=2))
    installation.settle(loop)
    assert installation.states() == {
        "01 12:00": "done", "01 12:30": "skipped service-not-running", "01 12:45": "done", "01 14:00": "done"
    }  # fmt: skip


def test_a_slot_whose_process_died_is_run_again(installation):
    """A slot that was begun by a service that died is run again by the next one."""
    installation.journal.begin(trigger="schedule", holder="dead", slot=START)
    installation.clock.forward(minutes=10)
    installation.settle(installation.service())
    assert installation.runner.ran == [START]
    assert installation.states() == {"01 12:00": "done"}


def test_what_kills_its_process_is_not_tried_for_ever(installation):
    """After three cycles that were broken off the slot has failed, with how often in its reason."""
    for _ in range(3):
        installation.journal.begin(trigger="schedule", holder="dead", slot=START)
    installation.settle(installation.service())
    assert installation.runner.ran == []
    assert installation.states() == {"01 12:00": "failed cycle-interrupted"}
    assert "3 times" in installation.slots.find(START).reason


def test_two_broken_cycles_leave_one_attempt(installation):
    """After two cycles that were broken off there is a third."""
    for _ in range(2):
        installation.journal.begin(trigger="schedule", holder="dead", slot=START)
    installation.settle(installation.service())
    assert installation.runner.ran == [START]


def test_an_interrupted_slot_that_nobody_took_up(installation):
    """A slot whose process died, and whose hour passed before a service ran again, has failed as interrupted."""
    number = installation.journal.begin(trigger="schedule", holder="dead", slot=START)
    installation.slots.record_missed([(START - timedelta(hours=1), SlotCode.NOT_RUNNING)], now=START)
    installation.clock.forward(hours=2)
    installation.settle(installation.service())
    assert installation.states() == {
        "01 11:00": "skipped service-not-running", "01 12:00": "failed cycle-interrupted",
        "01 13:00": "skipped service-not-running", "01 14:00": "done",
    }  # fmt: skip
    assert installation.slots.find(START).cycle == number


def test_published_before_the_crash(installation):
    """A slot whose edition was published before its process died is done, and is not run again."""
    installation.journal.begin(trigger="schedule", holder="dead", slot=START)
    number = publish_for(installation.database, slot=START, at=START)
    installation.clock.forward(minutes=10)
    installation.settle(installation.service())
    assert installation.runner.ran == []
    assert installation.states() == {"01 12:00": "done"}
    assert installation.slots.find(START).edition == number


def test_published_before_the_crash_and_found_late(installation):
    """The same holds where its hour has passed by the time the next service looks."""
    installation.settle(installation.service())
    installation.clock.forward(hours=1)
    installation.journal.begin(trigger="schedule", holder="dead", slot=START + timedelta(hours=1))
    number = publish_for(installation.database, slot=START + timedelta(hours=1), at=START)
    installation.clock.forward(hours=1)
    installation.settle(installation.service())
    assert list(installation.states().values()) == ["done"] * 3
    assert installation.slots.find(START + timedelta(hours=1)).edition == number


def test_published_although_its_end_says_failed(installation):
    """A cycle that published and then failed, or died, is done, and the reason says what came after."""

    async def publish_and_die(order):
        publish_for(installation.database, slot=order.slot, at=START)
        return failed("step-process-died")

    installation.runner.script = [publish_and_die]
    installation.settle(installation.service())
    state = installation.slots.find(START)
    assert (state.outcome, state.code, state.edition) == (SlotOutcome.DONE, "", 1)
    assert state.reason == "Edition 1 was published. After that: It failed."


def test_a_failed_cycle_is_a_failed_slot(installation):
    """A cycle that failed leaves its code and reason in its slot's state, and the next slot is run."""
    installation.runner.script = [failed("provider-none-left")]
    loop = installation.service()
    installation.settle(loop)
    installation.until(START + timedelta(hours=1))
    installation.settle(loop)
    assert installation.states() == {"01 12:00": "failed provider-none-left", "01 13:00": "done"}


@pytest.mark.parametrize("first", ["one", "other"])
def test_two_workers_one_cycle(installation, first):
    """Of two services over one store, whoever comes first runs a slot, and the other never does."""
    one, other = installation.service(), installation.service()
    turns = [one, other] if first == "one" else [other, one]
    while installation.clock.now() < START + timedelta(hours=6):
        for loop in turns:
            installation.settle(loop)
        installation.clock.forward(seconds=600)
    assert installation.runner.ran == [START + timedelta(hours=hour) for hour in range(6)]


def test_two_workers_at_the_same_moment(installation):
    """While one service's cycle runs, the other is told busy; it leaves the slot alone once that has a state."""
    one, other = installation.service(), installation.service()

    async def meanwhile(order):
        installation.runner.script = [None]
        await other.tick()
        return await installation.runner.in_order(order)

    installation.runner.script = [meanwhile]
    installation.tick(one)
    installation.settle(other)
    assert installation.runner.ran == [START, START], "asked twice, and the second was told busy"
    assert installation.journal.counts() == {"unchanged": 1}
    assert installation.states() == {"01 12:00": "done"}


def test_one_state_whoever_writes_it(installation):
    """Two services that both ran a slot leave the state of the first, and neither of them stumbles."""
    one, other = installation.service(), installation.service()

    async def overtaken(order):
        await other.tick()
        return failed("internal")

    installation.runner.script = [overtaken, done()]
    installation.settle(one)
    assert installation.states() == {"01 12:00": "done"}


def test_a_state_stays(installation):
    """A slot that has a state keeps it, whatever is to be written later."""
    installation.settle(installation.service())
    state = installation.slots.find(START)
    assert installation.slots.record(replace(state, outcome=SlotOutcome.FAILED, code="internal")) is False
    assert installation.slots.record_missed([(START, SlotCode.NOT_RUNNING)], now=START) == 0
    assert installation.slots.find(START) == state
