"""The loop lives: a store that cannot be written, cycles that raise anything, ticks that fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest

from neuralbrain.domain.cycle_end import CycleEnd
from neuralbrain.domain.slot import Schedule, SlotCode, SlotOutcome, SlotRecord
from neuralbrain.errors import NoProviderError, StoreError, StoreFullError
from neuralbrain.schedule.loop import LOOK_SECONDS
from neuralbrain.store.slots import StoredSlots
from schedule.scripted import ScriptedRunner, done
from schedule.virtual_time import LoopClock, VirtualLoop, in_virtual_time
from stand_ins import START

FULL = StoreFullError("The disk is full.", remedy="Free space there.")


class FailingSlots:
    """The slots of a store that fails at times.

    Args:
        slots: The real ones.
        reads_fail: Whether it cannot be read now.
        writes_fail: Whether it cannot be written now.
    """

    def __init__(
        self,
        slots: StoredSlots,
        *,
        reads_fail: Callable[[], Exception | None] = lambda: None,
        writes_fail: Callable[[], Exception | None] = lambda: None,
    ) -> None:
        self._slots = slots
        self._reads_fail = reads_fail
        self._writes_fail = writes_fail
        self.change = slots.change
        self.find = slots.find
        self.attempts = slots.attempts
        self.last_cycle = slots.last_cycle
        self.begun_and_open = slots.begun_and_open

    def newest(self, *, at_most: datetime) -> datetime | None:
        """Return the real answer, or fail."""
        _raise(self._reads_fail())
        return self._slots.newest(at_most=at_most)

    def schedules(self) -> tuple[Schedule, ...]:
        """Return the real answer, or fail."""
        _raise(self._reads_fail())
        return self._slots.schedules()

    def record(self, record: SlotRecord) -> bool:
        """Write, or fail."""
        _raise(self._writes_fail())
        return self._slots.record(record)

    def record_missed(self, slots: Sequence[tuple[datetime, SlotCode]], *, now: datetime) -> int:
        """Write, or fail."""
        _raise(self._writes_fail())
        return self._slots.record_missed(slots, now=now)


def _raise(error: Exception | None) -> None:
    if error is not None:
        raise error


def run_for(installation, seconds: float, *, slots=None, script: Sequence[object] = ()) -> None:
    """Run the loop of a service in virtual time for so long; its cycles take a minute."""
    virtual = VirtualLoop(
        lambda wanted: 20.0 if wanted == LOOK_SECONDS else wanted
    )  # looks that come late, but quicker
    clock = LoopClock(virtual)

    async def minute(order):
        await asyncio.sleep(60)
        number = installation.journal.begin(trigger=order.trigger, holder="test", slot=order.slot)
        return done(cycle=number)

    installation.runner = ScriptedRunner(installation.journal, installation.clock)
    installation.runner.script = [*script, *[minute] * 1000]
    loop = installation.service(slots=slots(clock) if slots else None, clock=clock)

    async def main() -> None:
        running = asyncio.create_task(loop.run())
        await asyncio.sleep(seconds)
        assert not running.done(), "the loop has ended"
        running.cancel()

    in_virtual_time(virtual, main())


def between(clock: LoopClock, begin: timedelta, end: timedelta, error: Exception = FULL):
    """Return a fault that lasts from one moment to another."""
    return lambda: error if START + begin <= clock.now() < START + end else None


def test_run_waits_and_runs(installation):
    """Left alone, the loop runs each hour within seconds of its beginning."""
    run_for(installation, 3 * 3600 + 120)
    assert installation.states() == dict.fromkeys(["01 12:00", "01 13:00", "01 14:00", "01 15:00"], "done")
    assert all(one.recorded_at - one.slot < timedelta(seconds=90) for one in installation.slots.last(10))


def test_a_state_that_cannot_be_written_is_owed(installation):
    """A state that cannot be written is written later with its true reason, and what passed meanwhile says why."""
    error = NoProviderError("Nobody answered.", remedy="Wait.")
    run_for(
        installation,
        4 * 3600,
        slots=lambda clock: FailingSlots(
            installation.slots, writes_fail=between(clock, timedelta(0), timedelta(hours=2, minutes=30))
        ),
        script=[error],
    )
    assert installation.states() == {
        "01 12:00": "failed provider-none-left", "01 13:00": "skipped store-failed", "01 14:00": "done",
        "01 15:00": "done",
    }  # fmt: skip


def test_a_store_that_cannot_be_read(installation):
    """Hours over which the store could not even be read are skipped for that reason."""
    run_for(
        installation,
        4 * 3600,
        slots=lambda clock: FailingSlots(
            installation.slots, reads_fail=between(clock, timedelta(minutes=10), timedelta(hours=3, minutes=10))
        ),
    )
    assert installation.states() == {
        "01 12:00": "done", "01 13:00": "skipped store-failed", "01 14:00": "skipped store-failed", "01 15:00": "done"
    }  # fmt: skip


def test_a_store_that_fails_just_before_a_slot(installation):
    """A slot that began between the last look that went well and the first that failed is skipped for that reason."""

    async def odd(_order):
        await asyncio.sleep(63.2)  # so that no look falls on the moment itself
        return done()

    run_for(
        installation,
        4 * 3600,
        slots=lambda clock: FailingSlots(
            installation.slots,
            reads_fail=between(clock, timedelta(minutes=59, seconds=59), timedelta(hours=2, minutes=10)),
        ),
        script=[odd],
    )
    assert list(installation.states().values()) == ["done", "skipped store-failed", "done", "done"]


def test_missed_hours_that_cannot_be_written(installation):
    """Missed hours that cannot be written yet are written once they can be, and nothing is run before."""
    installation.slots.record_missed([(START - timedelta(hours=3), SlotCode.NOT_RUNNING)], now=START)
    run_for(
        installation,
        2 * 3600,
        slots=lambda clock: FailingSlots(
            installation.slots, writes_fail=between(clock, timedelta(0), timedelta(minutes=30))
        ),
    )
    missed = dict.fromkeys(["01 09:00", "01 10:00", "01 11:00"], "skipped service-not-running")
    assert installation.states() == {**missed, "01 12:00": "done", "01 13:00": "done"}
    assert installation.slots.find(START).recorded_at > START + timedelta(minutes=30)


@pytest.mark.parametrize("error", [Exception("x"), MemoryError(), RecursionError(), TimeoutError(), OSError(5, "I/O")])
def test_ticks_that_raise_do_not_end_the_loop(installation, error):
    """Whatever a look at the store raises, the loop looks again, and runs what is due once it can."""
    run_for(
        installation,
        2 * 3600,
        slots=lambda clock: FailingSlots(
            installation.slots, reads_fail=between(clock, timedelta(0), timedelta(minutes=20), error)
        ),
    )
    assert installation.states() == {"01 12:00": "done", "01 13:00": "done"}
    assert installation.slots.find(START).recorded_at - START < timedelta(minutes=23), "it looks every minute at least"


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (Exception("a secret"), "internal", "An unexpected Exception."),
        (MemoryError(), "internal", "An unexpected MemoryError."),
        (RecursionError(), "internal", "An unexpected RecursionError."),
        (OSError(12, "Cannot allocate memory"), "internal", "An unexpected OSError."),
        (StoreError("Broken.", remedy="Report it."), "store-rule-broken", "Broken."),
    ],
)
def test_a_runner_that_raises(installation, error, code, reason):
    """A cycle that ends in an exception is a failed slot with its code, and the next slot is run."""
    run_for(installation, 3700, script=[error])
    state = installation.slots.find(START)
    assert (state.outcome.value, state.code, state.reason) == ("failed", code, reason)
    assert installation.states()["01 13:00"] == "done"


def test_a_cycle_that_cannot_begin_yet_is_begun_later(installation):
    """Where the database cannot be used at the hour, its cycle begins as soon as it can, in the same hour."""
    run_for(installation, 600, script=[FULL, FULL])
    assert installation.states() == {"01 12:00": "done"}


def test_an_hour_in_which_no_cycle_can_begin(installation):
    """Where the database cannot be used all the hour, it is skipped for that reason."""
    run_for(installation, 3700, script=[FULL] * 120)
    assert installation.states() == {"01 12:00": "skipped store-failed", "01 13:00": "done"}


def test_a_state_that_refers_to_nothing(installation):
    """After a database was restored, a state that names a cycle which is no longer there is written without it."""
    lost = CycleEnd(outcome=SlotOutcome.DONE, code="", reason="Nothing has changed.", cycle=99, edition=None)
    run_for(installation, 3700, script=[lost])
    assert installation.states() == {"01 12:00": "done", "01 13:00": "done"}
    assert installation.slots.find(START).cycle is None


def test_a_store_that_hangs(installation):
    """A call that never comes back is given up after a minute, and the loop looks again."""
    virtual = VirtualLoop()
    clock = LoopClock(virtual)
    hangs = [True]

    async def in_thread(call):
        if hangs:
            hangs.pop()
            await asyncio.get_running_loop().create_future()
        return call()

    async def quick(order):
        await asyncio.sleep(1)
        return done()

    installation.runner.script = [quick]
    loop = installation.service(clock=clock)
    loop._in_thread = in_thread

    async def main() -> None:
        running = asyncio.create_task(loop.run())
        await asyncio.sleep(65)
        running.cancel()

    in_virtual_time(virtual, main())
    assert installation.states() == {"01 12:00": "done"}


def test_cancelling_ends_the_loop(installation):
    """Stopping the service in the middle of a cycle ends the loop, and leaves its slot without a state."""
    virtual = VirtualLoop()
    ended: list[str] = []

    async def long(_order):
        try:
            await asyncio.sleep(600)
        finally:
            ended.append("cycle")

    installation.runner.script = [long]
    loop = installation.service(clock=LoopClock(virtual))

    async def main() -> None:
        running = asyncio.create_task(loop.run())
        await asyncio.sleep(10)
        assert loop.running is not None
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    in_virtual_time(virtual, main())
    assert (ended, loop.running, installation.states()) == (["cycle"], None, {})
