"""Corners of the schedule in which an hour once went missing, or was given a false state."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from schedule.scripted import done, publish_for
from schedule.test_loop_faults import FailingSlots, between, run_for
from stand_ins import START

HOUR = timedelta(hours=1)


def test_the_first_hour_of_all_is_busy(installation):
    """The first hour there ever was gets its state although no hour before it has one."""
    loop = installation.service()
    installation.clock.forward(seconds=1)
    installation.runner.script = [None]
    installation.tick(loop)
    installation.until(START + HOUR)
    installation.settle(loop)
    assert installation.states() == {"01 12:00": "skipped runner-busy", "01 13:00": "done"}


def test_the_first_hour_of_all_was_broken_off(installation):
    """A process that dies in its very first cycle leaves no hole, nor do the hours until the next start."""
    installation.journal.begin(trigger="schedule", holder="dead", slot=START)
    installation.clock.forward(hours=2)
    installation.settle(installation.service())
    assert installation.states() == {
        "01 12:00": "failed cycle-interrupted",
        "01 13:00": "skipped service-not-running",
        "01 14:00": "done",
    }


def test_a_store_that_fails_before_the_hour(installation):
    """An hour that begins while the store cannot be read is skipped for that reason."""
    run_for(
        installation,
        4 * 3600,
        slots=lambda clock: FailingSlots(
            installation.slots,
            reads_fail=between(clock, timedelta(minutes=59, seconds=59), timedelta(hours=2, minutes=10)),
        ),
    )
    assert installation.states()["01 13:00"] == "skipped store-failed"


def test_busy_and_then_paused(installation):
    """What kept an hour from being run first is its reason, also where the schedule is paused before it is over."""
    loop = installation.service()
    installation.settle(loop)
    installation.until(START + HOUR + timedelta(seconds=1))
    installation.runner.script = [None] * 2
    installation.tick(loop)
    installation.clock.forward(seconds=5)
    installation.tick(loop)
    installation.pause()
    installation.clock.forward(seconds=5)
    installation.tick(loop)
    installation.until(START + 2 * HOUR)
    installation.tick(loop)
    assert installation.states()["01 13:00"] == "skipped runner-busy"


def test_paused_within_its_hour(installation):
    """An hour that was due and not begun when the schedule was paused is skipped for the pause."""
    loop = installation.service()
    installation.settle(loop)
    installation.until(START + HOUR - timedelta(seconds=1))
    installation.tick(loop)
    installation.clock.forward(seconds=2)
    installation.pause()
    installation.tick(loop)
    installation.until(START + 2 * HOUR + timedelta(seconds=1))
    installation.tick(loop)
    assert installation.states()["01 13:00"] == "skipped schedule-paused"


def test_another_service_still_runs_the_hour(installation):
    """An hour that another service is still at is left to it, however late it ends."""
    one, other = installation.service(), installation.service()
    installation.settle(one)
    installation.until(START + HOUR + timedelta(seconds=1))

    async def overrun(order):
        number = installation.journal.begin(trigger="schedule", holder="one", slot=order.slot)
        with installation.database.write() as connection:
            connection.execute(text("UPDATE lock SET runner_holder = 'one'"))
        installation.clock.forward(hours=1, minutes=10)
        installation.runner.script = [None]
        await other.tick()
        made = publish_for(installation.database, slot=order.slot, at=START)
        return done(cycle=number, edition=made)

    installation.runner.script = [overrun]
    installation.tick(one)
    assert installation.states()["01 13:00"] == "done"


def test_another_service_died_while_it_overran(installation):
    """Where it died at it, the hour failed, once another one holds the lease, and no hour after it is missing."""
    other = installation.service()
    installation.settle(other)
    installation.until(START + HOUR + timedelta(seconds=1))
    installation.journal.begin(trigger="schedule", holder="dead", slot=START + HOUR)
    with installation.database.write() as connection:
        connection.execute(text("UPDATE lock SET runner_holder = 'dead'"))
    installation.until(START + 3 * HOUR + timedelta(seconds=1))
    installation.tick(other)
    with installation.database.write() as connection:
        connection.execute(text("UPDATE lock SET runner_holder = 'other'"))
    installation.settle(other)
    assert installation.states() == {
        "01 12:00": "done",
        "01 13:00": "failed cycle-interrupted",
        "01 14:00": "skipped service-not-running",
        "01 15:00": "done",
    }


def test_published_before_the_crash_names_its_cycle(installation):
    """An hour that is done because its edition stands names the cycle that made it."""
    number = installation.journal.begin(trigger="schedule", holder="dead", slot=START)
    publish_for(installation.database, slot=START, at=START)
    installation.settle(installation.service())
    assert installation.slots.find(START).cycle == number


def test_an_interval_changed_while_the_clock_was_ahead(installation):
    """What was said last holds, also where the clock was set back over the moment it was said."""
    loop = installation.service()
    installation.settle(loop)
    installation.clock.at += timedelta(days=1)
    installation.every(900)
    installation.clock.at -= timedelta(days=1)
    installation.until(START + timedelta(minutes=31))
    installation.settle(loop)
    assert installation.states()["01 12:30"] == "done"


def test_a_cancellation_that_nobody_asked_for(installation):
    """A cancellation out of the cycle itself is its failure, and ends no loop."""

    async def spurious(order):
        raise asyncio.CancelledError

    run_for(installation, 3700, script=[spurious])
    assert installation.states() == {"01 12:00": "failed internal", "01 13:00": "done"}


@pytest.mark.parametrize("busy", [True, False])
def test_no_process_is_started_in_vain(installation, busy: bool):
    """While another process is known to run a cycle, none is started only to find that out."""
    loop = installation.service()
    loop._is_busy = lambda: busy
    installation.tick(loop)
    assert len(installation.runner.orders) == (0 if busy else 1)
