"""The loop that looks at the service: on its beat, whatever happens, and never ended by what it sees."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from health.test_assess import WELL
from neuralbrain.domain.health import HealthCheck, Verdict
from neuralbrain.errors import StoreFullError
from neuralbrain.health.monitor import INTERVAL_SECONDS, LOOK_SECONDS, HealthMonitor
from neuralbrain.threads import OneAtATime
from schedule.virtual_time import LoopClock, VirtualLoop, at_once, in_virtual_time
from stand_ins import StillClock

FULL = StoreFullError("The disk is full.", remedy="Free space there.")


class Remembered:
    """A log of checks that can be made to fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.checks: list[HealthCheck] = []

    def note_health(self, check: HealthCheck) -> None:
        """Remember a check, or fail."""
        if self.error is not None:
            raise self.error
        self.checks.append(check)


def watch(
    seconds: float, *, gather: Callable[[], object] = lambda: WELL, log: Remembered | None = None, in_thread=at_once
) -> tuple[HealthMonitor, list[float]]:
    """Run a monitor for so long, and return it with the times of its looks."""
    loop = VirtualLoop()
    looked: list[float] = []

    def seen() -> object:
        looked.append(loop.time())
        return gather()

    monitor = HealthMonitor(seen, health_log=log or Remembered(), clock=LoopClock(loop), in_thread=in_thread)

    async def main() -> None:
        running = asyncio.create_task(monitor.run())
        await asyncio.sleep(seconds)
        assert not running.done(), "the monitor has ended"
        running.cancel()

    in_virtual_time(loop, main())
    return monitor, looked


def raising(error: Exception) -> Callable[[], object]:
    """Return what raises."""

    def act() -> object:
        raise error

    return act


def test_it_looks_at_once_and_every_five_minutes():
    """It looks at its start and then every five minutes, and remembers each look."""
    log = Remembered()
    monitor, looked = watch(3600, log=log)
    assert looked == [INTERVAL_SECONDS * beat for beat in range(12)]
    assert [check.verdict for check in log.checks] == [Verdict.HEALTHY] * 12
    assert (monitor.checks, monitor.latest) == (12, log.checks[-1])


@pytest.mark.parametrize(
    ("error", "code"), [(FULL, "store-full"), (ValueError("a secret"), "internal"), (MemoryError(), "internal")]
)
def test_what_cannot_be_seen(error, code):
    """Where the facts cannot be had, that is what is seen and remembered, and the next look comes."""
    log = Remembered()
    _, looked = watch(1000, gather=raising(error), log=log)
    assert len(looked) == 4
    assert {(check.verdict, check.findings[0].code) for check in log.checks} == {(Verdict.FAILING, code)}
    assert "secret" not in log.checks[0].findings[0].message


@pytest.mark.parametrize("error", [FULL, ValueError("x"), MemoryError(), RecursionError()])
def test_what_cannot_be_written(error):
    """A check that cannot be written is known all the same, says so, and the next look comes."""
    monitor, looked = watch(1000, log=Remembered(error))
    assert len(looked) == 4
    assert monitor.checks == 4
    assert monitor.latest.verdict is Verdict.FAILING


def test_the_same_finding_is_not_told_twice():
    """Where the same trouble hinders looking and writing, it is one finding."""
    monitor, _ = watch(10, gather=raising(FULL), log=Remembered(FULL))
    assert [one.code for one in monitor.latest.findings] == ["store-full"]


def test_a_disk_that_hangs():
    """A look that never comes back is given up after a minute, is failing, and the beat stays."""

    async def never(_call):
        await asyncio.get_running_loop().create_future()

    monitor, _ = watch(INTERVAL_SECONDS * 3 + 2 * LOOK_SECONDS + 1, in_thread=never)
    assert monitor.checks == 4
    assert monitor.latest.verdict is Verdict.FAILING


def test_a_slow_look_does_not_move_the_beat():
    """Looks that take long are made on the beat all the same, and beats that were slept over are left out."""
    slow = [30.0, 30.0, 30.0]

    async def slowly(call):
        await asyncio.sleep(slow.pop() if slow else 0)
        return call()

    _, looked = watch(1000, in_thread=slowly)
    assert [time - time % INTERVAL_SECONDS for time in looked] == [0, 300, 600, 900]


def test_two_looks_at_a_time_do_not_disturb_each_other():
    """A look after a publication that meets the one of the beat waits its turn, and neither calls that a trouble."""
    log = Remembered()
    monitor = HealthMonitor(lambda: WELL, health_log=log, clock=StillClock(), in_thread=OneAtATime())

    async def main() -> list[HealthCheck]:
        return await asyncio.gather(*(monitor.look() for _ in range(5)))

    assert [check.verdict for check in asyncio.run(main())] == [Verdict.HEALTHY] * 5
    assert len(log.checks) == 5
