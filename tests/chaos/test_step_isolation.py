"""T15: each step of the cycle fails in every way; it is recorded, what can go on goes on, the last edition stays up."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from neuralbrain.domain.journal import CycleStart, Outcome, StepRecord
from neuralbrain.domain.step import Deadlines
from neuralbrain.errors import LockContentionError, ProviderError, SourceMissingError
from stand_ins import ScriptedSource
from story.conftest import World, world  # noqa: F401 - the fixture of the story

SHORT = Deadlines(read_seconds=0.2, ask_seconds=0.2, step_seconds=0.2, cycle_seconds=60, score_seconds=0.2)
STEPS = ["read scripted", "remember", "score", "compare", "ask", "normalise", "publish"]
NEEDS = {
    "read scripted": set(),
    "remember": {"compare", "ask", "normalise", "publish"},
    "score": set(),
    "compare": set(),
    "ask": {"normalise", "publish"},
    "normalise": {"publish"},
    "publish": set(),
}
"""What cannot be done without each step: it is skipped."""


class Faulty:
    """Something real whose one method does something else first.

    Args:
        real: The real thing.
        method: The method that is faulty.
        fault: Called instead; given the real method's outcome, it returns one or raises.
    """

    def __init__(self, real: object, method: str, fault: Callable[[Callable[[], Any]], Any]) -> None:
        self._real = real
        self._method = method
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name != self._method:
            return found
        return lambda *given, **named: self._fault(lambda: found(*given, **named))


@dataclass(frozen=True)
class Fault:
    """One way to fail, and what the record of the step says of it."""

    act: Callable[[Callable[[], Any]], Any]
    code: str


def raising(error: BaseException) -> Callable[[Callable[[], Any]], Any]:
    """Return a fault that raises."""

    def act(_real: Callable[[], Any]) -> Any:
        raise error

    return act


def hanging(_real: Callable[[], Any]) -> Any:
    """Hang, in Python, for far longer than any deadline of these tests."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        pass
    return object()


def recursing(_real: Callable[[], Any]) -> Any:
    """Call a function that calls itself without end.

    Garbage is not collected meanwhile: what others left would be finalised without stack, and warned of.
    """

    def again() -> Any:
        return again()

    gc.disable()
    try:
        return again()
    finally:
        gc.enable()


FAULTS = {
    "ours": Fault(raising(ProviderError("It is broken.", remedy="Mend it.")), "provider-failed"),
    "source": Fault(raising(SourceMissingError("It is away.", remedy="Wait.")), "source-missing"),
    "unforeseen": Fault(raising(ZeroDivisionError("a bug")), "internal"),
    "cancelled": Fault(raising(asyncio.CancelledError()), "internal"),
    "memory": Fault(raising(MemoryError()), "internal"),
    "recursion": Fault(recursing, "internal"),
    "exit": Fault(raising(SystemExit(1)), "internal"),
    "hang": Fault(hanging, "step-deadline"),
    "rubbish": Fault(lambda _real: object(), "internal"),
    "nothing": Fault(lambda _real: None, "internal"),
}


def faulty_cycle(made: World, step: str, act: Callable[[Callable[[], Any]], Any]) -> Any:
    """Return the world's cycle with one step at fault; the step's own port is the faulty one."""
    cycle = replace(made.cycle, deadlines=SHORT)
    if step == "score":
        return replace(cycle, scores=Faulty(cycle.scores, "unscored", act))
    return _faulty_else(cycle, step, act)


def _faulty_else(cycle: Any, step: str, act: Callable[[Callable[[], Any]], Any]) -> Any:
    match step:
        case "read scripted":
            return replace(cycle, observations=Faulty(cycle.observations, "take_in", act))
        case "remember":
            return replace(cycle, observations=Faulty(cycle.observations, "panels", act))
        case "compare":
            return replace(cycle, editions=Faulty(cycle.editions, "headers", act))
        case "ask":
            return replace(cycle, orchestrator=Faulty(cycle.orchestrator, "ask", act))
        case "normalise":
            return replace(cycle, orchestrator=Faulty(cycle.orchestrator, "ask", _rubbish_after(act)))
        case _:
            return replace(cycle, editions=Faulty(cycle.editions, "publish", act))


def _rubbish_after(act: Callable[[Callable[[], Any]], Any]) -> Callable[[Callable[[], Any]], Any]:
    """Return an ask that goes well and whose reply is at fault when it is read."""

    def ask(real: Callable[[], Any]) -> Any:
        asked = real()
        parts = tuple(replace(part, reply=AtFaultWhenRead(part.reply, act)) for part in asked.parts)
        return replace(asked, parts=parts)

    return ask


class AtFaultWhenRead:
    """A reply whose words cannot be read without the fault."""

    def __init__(self, real: object, act: Callable[[Callable[[], Any]], Any]) -> None:
        self._real = real
        self._act = act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @property
    def answer(self) -> Any:
        """Return what the fault gives."""
        return self._act(lambda: self._real.answer)


def run_cycle(made: World, cycle: Any) -> Any:
    """Run one cycle under the runner lease."""
    with made.lease() as lease:
        return cycle.run(CycleStart(trigger="manual", holder=lease.holder))


# A list of editions that is empty is no fault: then nothing was published yet.
QUICK = ("unforeseen", "hang", "rubbish")  # the others are slow only by their number
CASES = [
    pytest.param(step, kind, marks=() if kind in QUICK else pytest.mark.slow)
    for step in STEPS
    for kind in FAULTS
    if (step, kind) != ("compare", "nothing")
]


@pytest.mark.parametrize(("step", "kind"), CASES)
def test_each_step_stands_alone(quiet, world, step, kind):  # noqa: F811
    """A step that fails is recorded with code and remedy, what needs it skipped, the rest runs, the edition stays."""
    world.run()
    world.revise(90.0)
    world.lock.acquire_lock("gemini")  # whatever is read, there is something new to ask
    report = run_cycle(world, faulty_cycle(world, step, FAULTS[kind].act))
    records = {record.name: record for record in report.steps}
    assert list(records) == STEPS, "the cycle went through its whole story"
    assert (records[step].outcome, records[step].code) == (Outcome.FAILED, FAULTS[kind].code)
    assert records[step].remedy
    assert records[step].message
    assert {name for name, record in records.items() if record.outcome is Outcome.SKIPPED} == NEEDS[step]
    goes_on = step in ("read scripted", "score", "compare")
    assert report.outcome is (Outcome.DONE if goes_on else Outcome.FAILED)
    assert report.edition.number == world.editions.current().number == (2 if goes_on else 1)
    assert world.editions.get() is not None, "what is up can be read whole"
    assert world.cycle.journal.steps(report.number) == report.steps
    assert world.cycle.journal.find(report.number).outcome is report.outcome
    world.clock.forward(hours=1)
    assert world.run().outcome is not Outcome.FAILED, "without the fault the next cycle succeeds"
    assert world.editions.get().find("AGO").actual_cases == 90.0


@pytest.mark.parametrize("step", STEPS)
def test_a_fault_that_passes_is_tried_again(quiet, world, step):  # noqa: F811
    """A step whose fault is known to pass is tried again after a pause, succeeds, and its record says how often."""
    world.run()
    world.revise(90.0)
    faults = [LockContentionError("Too many writers.", remedy="Wait.")]

    def once(real: Callable[[], Any]) -> Any:
        if faults:
            raise faults.pop()
        return real()

    before = world.clock.now()
    report = run_cycle(world, faulty_cycle(world, step, once))
    record = next(one for one in report.steps if one.name == step)
    assert (record.outcome, record.attempts, report.outcome) == (Outcome.DONE, 2, Outcome.DONE)
    assert (world.clock.now() - before).total_seconds() == 1.0, "the pause of lock-contention"
    assert world.editions.current().number == 2


def test_one_feed_does_not_stop_the_other(quiet, world):  # noqa: F811
    """A feed that hangs is ended at its deadline, and the feed after it is read all the same."""
    other = ScriptedSource({"COD": [5.0] * 12})
    other.name = "second"
    hangs = Faulty(world.source, "fetch", hanging)
    cycle = replace(world.cycle, sources=(hangs, other), deadlines=SHORT)
    report = run_cycle(world, cycle)
    assert [(one.name, one.code) for one in report.steps[:2]] == [
        ("read scripted", "step-deadline"),
        ("read second", ""),
    ]
    assert {row.region for row in world.editions.get().rows()} == {"COD"}


def test_a_cycle_taken_up_leaves_out_what_failed(quiet, world):  # noqa: F811
    """A cycle that is taken up in another process does not try again what failed in the first."""
    tried: list[str] = []

    def count(real: Callable[[], Any]) -> Any:
        tried.append("read")
        return real()

    world.run()
    world.revise(90.0)
    with world.lease() as lease:
        number = world.cycle.journal.begin(trigger="schedule", holder=lease.holder, slot=None)
        first = run_first_step(world, number)
        cycle = replace(world.cycle, sources=(Faulty(world.source, "fetch", count),))
        report = cycle.run(CycleStart(trigger="schedule", holder=lease.holder, resumed=number))
    assert tried == []
    assert report.number == number
    assert report.steps[0] == first
    assert [one.name for one in report.steps] == ["read scripted", "remember", "score", "compare"]


def run_first_step(made: World, number: int) -> Any:
    """Record the first step of a cycle as failed, as a supervisor does, and return the record."""
    now = made.clock.now()
    record = StepRecord(
        name="read scripted",
        started_at=now,
        ended_at=now,
        outcome=Outcome.FAILED,
        message="It hung.",
        code="step-deadline",
        remedy="Wait.",
    )
    made.cycle.journal.step(number, record)
    return record
