"""The record of cycles: begun, each step, ended; and those that were broken off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from neuralbrain.domain.journal import CycleReport, Outcome, StepRecord
from neuralbrain.errors import StoreError
from neuralbrain.store.journal import StoredJournal
from stand_ins import START

pytestmark = pytest.mark.both_databases(slow=True)


@pytest.fixture
def journal(database, clock) -> StoredJournal:
    """Return the journal of a fresh database."""
    return StoredJournal(database, clock=clock)


def step(name: str, outcome: Outcome = Outcome.DONE, *, attempts: int = 1) -> StepRecord:
    """Return the record of a step."""
    return StepRecord(
        name=name, started_at=START, ended_at=START + timedelta(microseconds=7), outcome=outcome, message="Said.",
        code="x" if outcome is Outcome.FAILED else "", remedy="Do." if outcome is Outcome.FAILED else "",
        attempts=attempts,
    )  # fmt: skip


def end(journal: StoredJournal, number: int, outcome: Outcome) -> None:
    """End a cycle."""
    journal.end(CycleReport(number=number, outcome=outcome, edition=None, steps=()))


def test_a_cycle_comes_back(journal, clock):
    """A cycle comes back with its slot, its steps in the order they ended, their attempts, and its end."""
    number = journal.begin(trigger="schedule", holder="me", slot=START)
    steps = (step("read a", Outcome.FAILED), step("remember", attempts=3), step("ask", Outcome.SKIPPED))
    for one in steps:
        journal.step(number, one)
    running = journal.find(number)
    assert (running.outcome, running.ended_at, running.steps) == (None, None, steps)
    clock.forward(minutes=3)
    end(journal, number, Outcome.FAILED)
    found = journal.find(number)
    assert (found.trigger, found.holder, found.slot, found.started_at) == ("schedule", "me", START, START)
    assert (found.outcome, found.ended_at, found.steps) == (Outcome.FAILED, START + timedelta(minutes=3), steps)
    assert journal.steps(number) == steps


def test_a_cycle_without_a_slot(journal):
    """A cycle that no slot asked for has none, and a number of its own."""
    first, second = (journal.begin(trigger="manual", holder="me", slot=None) for _ in range(2))
    assert (second, journal.find(first).slot) == (first + 1, None)


def test_what_there_is_none_of(journal):
    """A number that no cycle has finds none, and no steps."""
    assert journal.find(99) is None
    assert journal.steps(99) == ()


def test_the_last_cycles(journal):
    """The last cycles are told newest first, as many as wanted, and before a number where wanted."""
    numbers = [journal.begin(trigger="manual", holder="me", slot=None) for _ in range(5)]
    assert [one.number for one in journal.last(3)] == numbers[:1:-1]
    assert [one.number for one in journal.last(2, before=numbers[2])] == [numbers[1], numbers[0]]


def test_broken_cycles_are_closed(journal, clock):
    """Cycles that were broken off are ended as failed, once, but for the one that is taken up."""
    numbers = [journal.begin(trigger="schedule", holder="dead", slot=START) for _ in range(4)]
    end(journal, numbers[0], Outcome.DONE)
    clock.forward(minutes=1)
    assert journal.close_abandoned(but=numbers[2]) == (numbers[1], numbers[3])
    assert journal.close_abandoned(but=numbers[2]) == ()
    assert [journal.find(one).outcome for one in numbers] == [Outcome.DONE, Outcome.FAILED, None, Outcome.FAILED]
    assert journal.close_abandoned() == (numbers[2],)
    assert journal.counts() == {"done": 1, "failed": 3}


def test_a_cycle_ends_once(journal):
    """The database itself refuses a second end of a cycle."""
    number = journal.begin(trigger="manual", holder="me", slot=None)
    end(journal, number, Outcome.DONE)
    with pytest.raises(StoreError, match="break its rules"):
        end(journal, number, Outcome.FAILED)
    assert journal.find(number).outcome is Outcome.DONE


def test_steps_of_a_cycle_that_is_not_there(journal):
    """The database itself refuses steps and ends of a cycle that never began."""
    with pytest.raises(StoreError):
        journal.step(99, step("ask"))
    with pytest.raises(StoreError):
        end(journal, 99, Outcome.DONE)
