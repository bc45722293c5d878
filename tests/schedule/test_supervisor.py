"""What the supervisor does about processes that hang, die, talk rubbish or never start; in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from neuralbrain.domain.cycle_end import CycleEnd
from neuralbrain.domain.journal import Outcome, StepRecord
from neuralbrain.domain.slot import SlotOutcome
from neuralbrain.domain.step import Deadlines
from neuralbrain.errors import StoreFullError
from neuralbrain.schedule.order import WorkOrder
from neuralbrain.schedule.supervisor import END_SECONDS, GRACE_SECONDS, MOST_PROCESSES, START_SECONDS, Supervisor
from schedule.virtual_time import LoopClock, VirtualLoop, at_once, in_virtual_time
from stand_ins import START

DEADLINES = Deadlines(read_seconds=30, ask_seconds=900, step_seconds=60, cycle_seconds=1800)
ORDER = WorkOrder(trigger="schedule", slot=START)
BEGAN = {"event": "began", "cycle": 7}
DONE = CycleEnd(outcome=SlotOutcome.DONE, code="", reason="Edition 3 was published.", cycle=7, edition=3)
ENDED = {"event": "ended", "end": DONE}
FOR_EVER = 1e9


def step(name: str) -> dict[str, str]:
    """Return the event of a step that begins."""
    return {"event": "step", "name": name}


def step_ended(name: str) -> dict[str, Any]:
    """Return the event of a step that ended well."""
    record = StepRecord(name=name, started_at=START, ended_at=START, outcome=Outcome.DONE, message="Well.")
    return {"event": "step-ended", "record": record}


class ScriptedProcess:
    """A process that says events and sleeps, as its script tells; numbers are seconds.

    Args:
        script: What it does; at its end it is gone.
    """

    def __init__(self, script: Sequence[Mapping[str, Any] | float]) -> None:
        self._script = list(script)
        self.fate: list[str] = []

    async def event(self) -> Mapping[str, Any] | None:
        """Return the next event of the script."""
        while self._script:
            one = self._script.pop(0)
            if isinstance(one, Mapping):
                return one
            await asyncio.sleep(one)
        return None

    async def stop(self) -> None:
        """Note that it was told to end."""
        self.fate.append("stopped")

    async def kill(self) -> None:
        """Note that it was killed, or found gone."""
        self.fate.append("killed")


class RecordingJournal:
    """A journal that remembers what it is told, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.steps_told: list[tuple[int, StepRecord]] = []
        self.ends: list[tuple[int, Outcome]] = []

    def step(self, number: int, record: StepRecord) -> None:
        """Remember a step."""
        if self.error is not None:
            raise self.error
        self.steps_told.append((number, record))

    def end(self, report) -> None:
        """Remember an end."""
        if self.error is not None:
            raise self.error
        self.ends.append((report.number, report.outcome))


@dataclass
class Watched:
    """What came of running scripts under a supervisor."""

    end: CycleEnd | None = None
    seconds: float = 0.0
    orders: list[WorkOrder] = field(default_factory=list)
    processes: list[ScriptedProcess] = field(default_factory=list)
    journal: RecordingJournal = field(default_factory=RecordingJournal)
    told: list[StepRecord] = field(default_factory=list)


def watch(*scripts: Sequence[Mapping[str, Any] | float] | OSError, journal: RecordingJournal | None = None) -> Watched:
    """Run one cycle whose processes follow the scripts, the last one for all further ones."""
    seen = Watched(journal=journal or RecordingJournal())
    left = list(scripts)
    loop = VirtualLoop()

    async def start(order: WorkOrder) -> ScriptedProcess:
        seen.orders.append(order)
        script = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(script, OSError):
            raise script
        seen.processes.append(ScriptedProcess(script))
        return seen.processes[-1]

    supervisor = Supervisor(
        start,
        journal=seen.journal,
        clock=LoopClock(loop),
        deadlines=DEADLINES,
        in_thread=at_once,
        on_step=seen.told.append,
    )

    async def main() -> None:
        seen.end = await supervisor.run(ORDER)
        seen.seconds = loop.time()

    in_virtual_time(loop, main())
    return seen


IN_ORDER = [BEGAN, step("read a"), step_ended("read a"), step("ask"), 800.0, step_ended("ask"), ENDED]


def test_a_cycle_in_order():
    """A process that says how its cycle went is believed, its steps are told on, and it is gone afterwards."""
    seen = watch(IN_ORDER)
    assert seen.end == DONE
    assert [record.name for record in seen.told] == ["read a", "ask"]
    assert seen.orders == [ORDER]
    assert [process.fate for process in seen.processes] == [["killed"]]
    assert (seen.journal.steps_told, seen.journal.ends) == ([], []), "the process itself keeps the journal"


@pytest.mark.parametrize(("name", "limit"), [("read a", 30), ("ask", 900), ("publish", 60)])
def test_a_step_that_hangs(name, limit):
    """A step that hangs is ended a little after its deadline and recorded, and the cycle is taken up without it."""
    seen = watch([BEGAN, step(name), FOR_EVER], [ENDED])
    assert seen.seconds == limit + GRACE_SECONDS
    number, record = seen.journal.steps_told[0]
    assert (number, record.name, record.outcome, record.code) == (7, name, Outcome.FAILED, "step-deadline")
    assert (record.ended_at - record.started_at).total_seconds() == limit + GRACE_SECONDS
    assert record.remedy
    assert seen.told == [record]
    assert [order.resumed for order in seen.orders] == [None, 7]
    assert seen.orders[1].slot == START
    assert seen.end == DONE
    assert seen.processes[0].fate == ["killed"]


def test_a_step_that_takes_its_process_with_it():
    """A step in which its process dies is recorded as such, and the cycle is taken up without it."""
    seen = watch([BEGAN, step("normalise"), 5.0], [ENDED])
    ((_, record),) = seen.journal.steps_told
    assert (record.name, record.code) == ("normalise", "step-process-died")
    assert [order.resumed for order in seen.orders] == [None, 7]
    assert seen.end == DONE


def test_several_steps_that_fail_so():
    """Each process that dies has one step less to try, until the cycle ends."""
    seen = watch([BEGAN, step("read a"), 1.0], [step("read b"), FOR_EVER], [step("ask"), 1.0], [ENDED])
    assert [record.code for record in seen.told] == ["step-process-died", "step-deadline", "step-process-died"]
    assert [order.resumed for order in seen.orders] == [None, 7, 7, 7]
    assert seen.end == DONE


def test_processes_that_die_for_ever():
    """Where every process dies in the middle, the cycle is given up after ten, and its end is recorded."""
    seen = watch([BEGAN, step("ask"), 1.0])
    assert len(seen.orders) == MOST_PROCESSES
    assert (seen.end.outcome, seen.end.code, seen.end.cycle) == (SlotOutcome.FAILED, "step-process-died", 7)
    assert seen.journal.ends == [(7, Outcome.FAILED)]


def test_a_process_that_dies_between_steps():
    """A process that dies between two steps is followed by another that takes the cycle up, nothing left out."""
    seen = watch([BEGAN, step("read a"), step_ended("read a")], [ENDED])
    assert seen.journal.steps_told == []
    assert [order.resumed for order in seen.orders] == [None, 7]
    assert seen.end == DONE


def test_a_process_that_hangs_between_steps():
    """A process that hangs between two steps is ended, and with it the cycle: there is nothing to leave out."""
    seen = watch([BEGAN, step("read a"), step_ended("read a"), FOR_EVER])
    assert seen.seconds == END_SECONDS
    assert (seen.end.code, len(seen.orders)) == ("cycle-deadline", 1)
    assert seen.journal.ends == [(7, Outcome.FAILED)]


def test_the_deadline_of_the_cycle():
    """A cycle whose steps each keep their deadline is ended at its own all the same."""
    slow = [event for _ in range(100) for event in (step("publish"), 59.0, step_ended("publish"))]
    seen = watch([BEGAN, *slow])
    assert seen.seconds == DEADLINES.cycle_seconds + GRACE_SECONDS
    assert (seen.end.outcome, seen.end.code) == (SlotOutcome.FAILED, "cycle-deadline")
    assert seen.processes[0].fate == ["killed"]


def test_a_deadline_for_all_processes_together():
    """The deadline of a cycle counts from its first process, however often it is taken up again."""
    seen = watch([BEGAN, step("ask"), FOR_EVER])
    assert seen.seconds == DEADLINES.cycle_seconds + GRACE_SECONDS
    assert seen.end.code == "cycle-deadline"


@pytest.mark.parametrize(("script", "seconds"), [([], 0), ([5.0], 5.0), ([FOR_EVER], START_SECONDS)])
def test_a_process_that_never_begins(script, seconds):
    """A process that ends, or is silent, before its cycle began is a failed cycle without a number."""
    seen = watch(script)
    assert seen.seconds == seconds
    assert (seen.end.outcome, seen.end.code, seen.end.cycle) == (SlotOutcome.FAILED, "step-process-died", None)
    assert len(seen.orders) == 1
    assert seen.processes[0].fate == ["killed"]


def test_a_process_that_cannot_be_started():
    """Where the machine starts no process, that is why the cycle failed, in the machine's words."""
    seen = watch(OSError(12, "Cannot allocate memory"))
    assert seen.end.code == "step-process-died"
    assert seen.end.reason == "No process could be started: Cannot allocate memory."


def test_another_process_runs_a_cycle():
    """A process that finds another one at work says so, and there was no cycle."""
    seen = watch([{"event": "busy"}])
    assert seen.end is None
    assert seen.journal.ends == []


@pytest.mark.parametrize(
    "rubbish",
    [
        {"event": "rubbish"}, {}, {"event": "began"}, {"event": "began", "cycle": "7"}, {"event": "step", "name": 7},
        {"event": "step-ended", "record": {}}, {"event": "ended", "end": None}, {"event": 7},
    ],
)  # fmt: skip
def test_rubbish_does_not_end_a_cycle(rubbish):
    """What is not understood is passed over, and what follows counts."""
    seen = watch([rubbish, BEGAN, rubbish, step("ask"), rubbish, step_ended("ask"), rubbish, ENDED, rubbish])
    assert seen.end == DONE
    assert len(seen.orders) == 1


def test_endless_rubbish_ends():
    """A process that talks rubbish for ever is ended at the deadline of the cycle."""
    seen = watch([BEGAN, *[{"event": "rubbish"}, 10.0] * 1000])
    assert seen.seconds == DEADLINES.cycle_seconds + GRACE_SECONDS
    assert seen.end.code == "cycle-deadline"


@pytest.mark.parametrize("error", [StoreFullError("Full.", remedy="Free space."), TimeoutError()])
def test_a_journal_that_cannot_be_written(error):
    """A journal that cannot be written does not keep a cycle from being taken up, nor from being given up."""
    seen = watch([BEGAN, step("read a"), 1.0], [ENDED], journal=RecordingJournal(error))
    assert seen.end == DONE
    seen = watch([BEGAN, step("read a"), 1.0], journal=RecordingJournal(error))
    assert seen.end.code == "step-process-died"


def test_stopping_the_service_ends_the_process_in_order():
    """Where the service is stopped in the middle of a cycle, its process is told to end before it is ended."""
    loop = VirtualLoop()
    process = ScriptedProcess([BEGAN, step("ask"), FOR_EVER])

    async def start(_order: WorkOrder) -> ScriptedProcess:
        return process

    supervisor = Supervisor(
        start,
        journal=RecordingJournal(),
        clock=LoopClock(loop),
        deadlines=DEADLINES,
        in_thread=at_once,
        on_step=lambda _record: None,
    )

    async def main() -> None:
        running = asyncio.create_task(supervisor.run(ORDER))
        await asyncio.sleep(10)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    in_virtual_time(loop, main())
    assert process.fate == ["stopped", "killed"]
