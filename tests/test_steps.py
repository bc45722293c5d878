"""How a step is run so that it stands alone: timed, tried again, recorded."""

from __future__ import annotations

import threading

import pytest

from neuralbrain.domain.journal import CycleStart, Outcome, StepRecord
from neuralbrain.domain.score import Scored
from neuralbrain.domain.step import Deadlines
from neuralbrain.errors import LockContentionError, SourceMissingError, StoreFullError, StoreUnavailableError
from neuralbrain.steps import Steps, sentence_of
from stand_ins import START, StillClock

DEADLINES = Deadlines(read_seconds=60, ask_seconds=60, step_seconds=60, cycle_seconds=60)
BUSY = StoreUnavailableError("It was locked.", remedy="Wait.")


class FailingJournal:
    """A journal in memory that can be made to fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.told: list[StepRecord] = []
        self.ends: list[Outcome] = []

    def begin(self, **_start: object) -> int:
        """Return the number of a cycle."""
        return 7

    def step(self, _number: int, record: StepRecord) -> None:
        """Remember a step, or fail."""
        if self.error is not None:
            raise self.error
        self.told.append(record)

    def end(self, report) -> None:
        """Remember an end, or fail."""
        if self.error is not None:
            raise self.error
        self.ends.append(report.outcome)

    def steps(self, _number: int) -> tuple[StepRecord, ...]:
        """Return what was told."""
        return tuple(self.told)


def begun(journal, clock, *, on_step=lambda _name, _record: None, resumed: int | None = None) -> Steps:
    """Return the steps of a cycle that has just begun."""
    start = CycleStart(trigger="manual", holder="me", resumed=resumed)
    return Steps.begin(journal, clock, on_step, deadlines=DEADLINES, start=start)


def failing(*errors: Exception, value: object = 7):
    """Return an action that raises these, one a call, and then gives a value."""
    left = list(errors)

    def act() -> object:
        if left:
            raise left.pop(0)
        return value

    return act


@pytest.fixture
def journal() -> FailingJournal:
    """Return a journal that works."""
    return FailingJournal()


@pytest.mark.parametrize(
    ("errors", "attempts", "outcome", "pauses"),
    [
        ((), 1, "done", 0.0),
        ((BUSY,), 2, "done", 2.0),
        ((BUSY, BUSY), 3, "done", 12.0),
        ((BUSY, BUSY, BUSY), 3, "failed", 12.0),
        ((LockContentionError("x", remedy="y"), BUSY), 3, "done", 11.0),
        ((BUSY, ZeroDivisionError()), 2, "failed", 2.0),
        ((SourceMissingError("x", remedy="y"),), 1, "failed", 0.0),
        ((ZeroDivisionError(),), 1, "failed", 0.0),
    ],
)
def test_what_is_tried_again(journal, clock: StillClock, errors, attempts, outcome, pauses):
    """What passes by itself is tried again after growing pauses, a bounded number of times; nothing else is."""
    steps = begun(journal, clock)
    value = steps.run("read a", failing(*errors))
    (record,) = journal.told
    assert (record.attempts, record.outcome.value) == (attempts, outcome)
    assert (clock.now() - START).total_seconds() == pauses
    assert (record.started_at, record.ended_at) == (START, clock.now())
    assert value == (7 if outcome == "done" else None)


def test_what_it_needs_is_missing(journal, clock):
    """A step that needs what did not come is skipped, and its action never called."""
    steps = begun(journal, clock)
    assert steps.run("publish", lambda _draft: pytest.fail("it was called"), None) is None
    assert [(one.name, one.outcome, one.attempts) for one in journal.told] == [("publish", Outcome.SKIPPED, 1)]


@pytest.mark.parametrize(
    ("step", "value"),
    [("read a", None), ("read a", "7"), ("read a", True), ("read a", 7.0), ("remember", []), ("compare", 1),
     ("score", 1), ("compare", None), ("ask", "words"), ("normalise", ()), ("publish", 7)],
)  # fmt: skip
def test_rubbish_goes_no_further(journal, clock, step, value):
    """What is not of the kind that a step gives fails the step, and what needs it is skipped."""
    steps = begun(journal, clock)
    given = steps.run(step, lambda: value)
    assert given is None
    assert (journal.told[0].outcome, journal.told[0].code) == (Outcome.FAILED, "internal")
    with pytest.raises(TypeError):
        sentence_of(step, value)


def test_reading_all_feeds_leaves_time_to_ask(journal, clock):
    """Silent feeds take each other's time: one for which none is left fails unread, and what follows has its own."""
    deadlines = Deadlines(read_seconds=30, ask_seconds=60, step_seconds=20, cycle_seconds=160, score_seconds=10)
    start = CycleStart(trigger="manual", holder="me")
    steps = Steps.begin(journal, clock, lambda _name, _record: None, deadlines=deadlines, start=start)
    for name in ("read a", "read b"):
        steps.run(name, lambda: clock.forward(seconds=35) or 1)
    assert steps.run("read c", lambda: pytest.fail("there was no time left")) is None
    assert [(one.outcome, one.code) for one in journal.told] == [
        (Outcome.DONE, ""),
        (Outcome.DONE, ""),
        (Outcome.FAILED, "reading-over"),
    ]
    assert steps.run("remember", lambda: ()) == ()


def test_the_last_feed_has_what_is_left(journal, clock):
    """A feed is ended when the time for reading all of them is over, however much it would have alone."""
    deadlines = Deadlines(read_seconds=30, ask_seconds=60, step_seconds=20, cycle_seconds=120.2, score_seconds=10)
    start = CycleStart(trigger="manual", holder="me")
    steps = Steps.begin(journal, clock, lambda _name, _record: None, deadlines=deadlines, start=start)
    steps.run("read a", lambda: clock.forward(seconds=30) or 1)

    def hang() -> int:
        threading.Event().wait(20)
        return 1

    assert steps.run("read b", hang) is None
    assert journal.told[1].code == "step-deadline"


def test_sentences():
    """What came of a step is said in one sentence."""
    assert sentence_of("read a", 1234) == "1,234 new or revised values."
    assert sentence_of("compare", True) == "Nothing has changed."
    assert sentence_of("compare", False) == "There is something new to ask."
    assert sentence_of("remember", ()) == "0 series are known."
    nothing = Scored(values=0, revised=0, unknown=3, waiting=0, next_at=None)
    assert sentence_of("score", nothing) == "0 values scored, 0 again, 3 have no truth; none waits."


@pytest.mark.parametrize("error", [StoreFullError("Full.", remedy="Free space."), BUSY])
def test_a_journal_that_cannot_be_written(clock, error):
    """A journal that cannot be written ends neither the step nor the cycle that it describes."""
    with begun(FailingJournal(error), clock) as steps:
        assert steps.run("read a", lambda: 7) == 7
        report = steps.end(Outcome.DONE, lambda: None)
    assert [one.outcome for one in report.steps] == [Outcome.DONE]


def test_a_watcher_that_fails(journal, clock):
    """A watcher that fails is told nothing more, and what it watched goes on."""
    told = []

    def watch(name, record):
        told.append((name, record is not None))
        raise OSError(32, "Broken pipe")

    steps = begun(journal, clock, on_step=watch)
    assert [steps.run("read a", lambda: 1), steps.run("read b", lambda: 2)] == [1, 2]
    assert told == [("read a", False)]


def test_a_watcher_is_told(journal, clock):
    """A watcher is told when each step begins, and its record when it has ended."""
    told = []
    steps = begun(journal, clock, on_step=lambda name, record: told.append((name, record)))
    steps.run("read a", lambda: 1)
    assert told == [("read a", None), ("read a", journal.told[0])]


def test_a_cycle_that_is_broken_off(journal, clock):
    """A cycle that is left by an interruption is recorded as failed: none vanishes."""
    with pytest.raises(KeyboardInterrupt), begun(journal, clock) as steps:
        steps.run("read a", failing(KeyboardInterrupt()))
    assert journal.ends == [Outcome.FAILED]


def test_a_cycle_that_ended_is_ended_once(journal, clock):
    """A cycle that ended in order is not ended a second time."""
    with begun(journal, clock) as steps:
        steps.end(Outcome.UNCHANGED, lambda: None)
    assert journal.ends == [Outcome.UNCHANGED]


def test_a_resumed_cycle_leaves_out_the_failed_step(journal, clock):
    """What failed before a cycle was taken up is not tried again; what was done or skipped is."""
    first = begun(journal, clock)
    first.run("read a", failing(ZeroDivisionError()))
    first.run("read b", lambda: 1)
    again = begun(journal, clock, resumed=7)
    assert again.run("read a", lambda: pytest.fail("it was tried again")) is None
    assert again.run("read b", lambda: 2) == 2
    report = again.end(Outcome.DONE, lambda: None)
    assert [(one.name, one.outcome.value) for one in report.steps] == [("read a", "failed"), ("read b", "done")]


def test_a_current_edition_that_cannot_be_read(journal, clock):
    """Where the edition that is up cannot be read, the cycle ends all the same, without naming one."""
    report = begun(journal, clock).end(Outcome.UNCHANGED, failing(BUSY))
    assert (report.edition, journal.ends) == (None, [Outcome.UNCHANGED])
