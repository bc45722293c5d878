"""Cycles that somebody asks for: one at a time, with their number, and never beside another one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from neuralbrain.domain.cycle_end import CycleEnd
from neuralbrain.domain.slot import SlotOutcome
from neuralbrain.errors import RunnerBusyError, ServiceBusyError, StoreUnavailableError
from neuralbrain.schedule.asked import AskedCycles
from neuralbrain.schedule.order import WorkOrder
from schedule.virtual_time import at_once
from stand_ins import StillClock

ENDED = CycleEnd(outcome=SlotOutcome.DONE, code="", reason="", cycle=7, edition=3)
FAILED = CycleEnd(outcome=SlotOutcome.FAILED, code="store-full", reason="Full.", cycle=None, edition=None)


@dataclass
class Asked:
    """Asked cycles over a runner that begins number 7, waits to be let go, and ends as told."""

    ended: CycleEnd | Exception | None = ENDED
    begins: bool = True
    busy: bool | Exception = False
    orders: list[WorkOrder] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def make(self) -> AskedCycles:
        """Return what is asked; to be called inside the loop."""
        self.let_go = asyncio.Event()
        return AskedCycles(
            self._runner,
            is_busy=self._is_busy,
            in_thread=at_once,
            clock=StillClock(),
            on_cycle=lambda outcome, _seconds: self.told.append(outcome),
        )

    def _is_busy(self) -> bool:
        if isinstance(self.busy, Exception):
            raise self.busy
        return self.busy

    def _runner(self, on_begin: Callable[[int], None]) -> object:
        made = self

        class Runner:
            async def run(self, order: WorkOrder) -> CycleEnd | None:
                made.orders.append(order)
                if made.begins:
                    on_begin(7)
                    await made.let_go.wait()
                if isinstance(made.ended, Exception):
                    raise made.ended
                return made.ended

        return Runner()


def test_the_number_comes_back_while_the_cycle_runs() -> None:
    """Who asks gets the number at once; a second one is refused until the first has ended, and then is run."""
    script = Asked()

    async def story() -> None:
        asked = script.make()
        running = asyncio.create_task(asked.run())
        assert await asked.begin(again=True) == 7
        assert asked.is_running
        with pytest.raises(RunnerBusyError):
            await asked.begin(again=False)
        script.let_go.set()
        while asked.is_running:
            await asyncio.sleep(0)
        assert script.told == ["done"]
        assert await asked.begin(again=False) == 7
        running.cancel()

    asyncio.run(story())
    assert [(one.trigger, one.again, one.slot) for one in script.orders] == [
        ("manual", True, None),
        ("manual", False, None),
    ]


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (Asked(busy=True), RunnerBusyError),
        (Asked(begins=False, ended=None), RunnerBusyError),
        (Asked(begins=False, ended=FAILED), ServiceBusyError),
        (Asked(begins=False, ended=ValueError("broken")), ServiceBusyError),
        (Asked(busy=StoreUnavailableError("Away.", remedy="Wait.")), StoreUnavailableError),
        (Asked(busy=TimeoutError()), ServiceBusyError),
    ],
)
def test_a_cycle_that_does_not_begin_is_said(script: Asked, error: type[Exception]) -> None:
    """Where another runs, or it could not begin, who asks is told so, and the next one may try again."""

    async def story() -> None:
        asked = script.make()
        running = asyncio.create_task(asked.run())
        with pytest.raises(error):
            await asked.begin(again=False)
        while asked.is_running:
            await asyncio.sleep(0)
        script.busy, script.begins, script.ended = False, True, ENDED
        assert await asked.begin(again=False) == 7
        running.cancel()

    asyncio.run(story())


def test_of_two_who_ask_at_once_one_is_refused() -> None:
    """The look at the database lets others in between, and still only one cycle is begun."""
    script = Asked()

    async def story() -> list[object]:
        asked = script.make()
        running = asyncio.create_task(asked.run())
        came_to = await asyncio.gather(*(asked.begin(again=False) for _ in range(5)), return_exceptions=True)
        running.cancel()
        return came_to

    came_to = asyncio.run(story())
    assert came_to.count(7) == 1
    assert sum(isinstance(one, RunnerBusyError) for one in came_to) == 4
    assert len(script.orders) == 1


def test_a_service_that_ends_leaves_none_running() -> None:
    """Told to stop while a cycle runs, what runs cycles is told so too, and another service may ask anew."""
    script = Asked()

    async def story() -> None:
        asked = script.make()
        running = asyncio.create_task(asked.run())
        assert await asked.begin(again=False) == 7
        running.cancel()
        await asyncio.wait({running})
        assert running.cancelled()
        assert not asked.is_running

    asyncio.run(story())
