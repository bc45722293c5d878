"""Runs the steps of a cycle so that each stands alone: timed, bounded, recorded, and never the end of the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import structlog

from neuralbrain.deadline import DeadlineReached, deadline, disarm, take_effect
from neuralbrain.domain.edition import Draft, EditionHeader
from neuralbrain.domain.journal import CycleReport, CycleStart, Outcome, StepRecord
from neuralbrain.domain.request import Asked
from neuralbrain.domain.score import Scored
from neuralbrain.domain.slot import REASONS, SlotCode
from neuralbrain.domain.step import READ, Deadlines, kind_of, pause_before
from neuralbrain.errors import NeuralBrainError
from neuralbrain.ports import Clock, Journal

log = structlog.get_logger()
Value = TypeVar("Value")
OnStep = Callable[[str, StepRecord | None], None]
"""Told a step's name and nothing when it starts, and its record when it has ended."""

WHAT_COMES_OF: Mapping[str, type] = {
    "read": int,
    "remember": tuple,
    "score": Scored,
    "compare": bool,
    "ask": Asked,
    "normalise": Draft,
    "publish": EditionHeader,
}
"""What each kind of step gives to those that need it; anything else is rubbish and goes no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """How one attempt at a step ended."""

    outcome: Outcome
    message: str
    code: str = ""
    remedy: str = ""


READING_OVER = _Ended(
    outcome=Outcome.FAILED,
    message=REASONS[SlotCode.READING_OVER],
    code=SlotCode.READING_OVER.value,
    remedy="The next cycle reads it before those that fail. Take feeds that do not answer out of sources.",
)
"""How reading a feed ended for which there was no time left."""


class Steps:
    """The steps of one cycle.

    Args:
        journal: Where they are recorded.
        clock: Tells when.
        on_step: Told of each start and end.
        deadlines: How long each may take.
        number: The cycle's number.
        failed_before: Steps that failed before this process took the cycle up again; they are not tried again.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        clock: Clock,
        on_step: OnStep,
        deadlines: Deadlines,
        number: int,
        failed_before: Collection[StepRecord] = (),
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._on_step = on_step
        self._deadlines = deadlines
        self._number = number
        self._failed_before = {one.name for one in failed_before}
        self._records: list[StepRecord] = list(failed_before)
        self._reading_left = deadlines.all_reading_seconds
        self._ended = False
        self._published: EditionHeader | None = None

    @classmethod
    def begin(cls, journal: Journal, clock: Clock, on_step: OnStep, *, deadlines: Deadlines, start: CycleStart) -> Self:
        """Record that a cycle began, or take up one whose process died, and return its steps."""
        failed: tuple[StepRecord, ...] = ()
        if start.resumed is None:
            number = journal.begin(trigger=start.trigger, holder=start.holder, slot=start.slot)
        else:
            number = start.resumed
            failed = tuple(one for one in journal.steps(number) if one.outcome is Outcome.FAILED)
        log.info("cycle-began", number=number, trigger=start.trigger)
        return cls(journal, clock=clock, on_step=on_step, deadlines=deadlines, number=number, failed_before=failed)

    @property
    def number(self) -> int:
        """Return the cycle's number."""
        return self._number

    def run(self, name: str, action: Callable[..., Value], *given: object) -> Value | None:
        """Run one step and return what came of it, None where it failed or something it needs is missing.

        Args:
            name: The step's name; its first word is its kind.
            action: What it does.
            given: What it needs from earlier steps; where one is None the step is skipped.
        """
        if name in self._failed_before:
            return None
        started, began = self._clock.now(), self._clock.uptime_seconds()
        self._tell(name, None)
        value: Value | None = None
        attempt = 1
        if any(one is None for one in given):
            ended = _Ended(outcome=Outcome.SKIPPED, message="A step that it needs did not succeed.")
        elif self._seconds_for(name) <= 0:
            ended = READING_OVER
        else:
            value, ended = self._attempt(name, action, given)
            while (pause := self._pause_before(attempt + 1, name, ended)) is not None:
                log.info("step-tried-again", step=name, code=ended.code, attempt=attempt + 1, pause_seconds=pause)
                self._clock.wait(pause)
                attempt += 1
                value, ended = self._attempt(name, action, given)
        if kind_of(name) == READ:
            self._reading_left -= self._clock.uptime_seconds() - began
        if isinstance(value, EditionHeader):
            self._published = value
        self._record(
            StepRecord(
                name=name,
                started_at=started,
                ended_at=self._clock.now(),
                outcome=ended.outcome,
                message=ended.message,
                code=ended.code,
                remedy=ended.remedy,
                attempts=attempt,
            )
        )
        return value

    def _seconds_for(self, name: str) -> float:
        """Return how long a step may take: silent feeds one after the other must not take the time of all others."""
        seconds = self._deadlines.of(name)
        return min(seconds, self._reading_left) if kind_of(name) == READ else seconds

    def _attempt(
        self, name: str, action: Callable[..., Value], given: tuple[object, ...]
    ) -> tuple[Value | None, _Ended]:
        """Try a step once, and return what came of it and how it ended."""
        seconds = self._seconds_for(name)
        try:
            with deadline(seconds):
                value = action(*given)
            return value, _Ended(outcome=Outcome.DONE, message=sentence_of(name, value))
        except NeuralBrainError as error:
            return None, _Ended(
                outcome=Outcome.FAILED, message=error.happened, code=error.error_code, remedy=error.remedy
            )
        except DeadlineReached:
            disarm()
            log.warning("step-deadline", step=name, seconds=seconds)
            return None, _Ended(
                outcome=Outcome.FAILED,
                message=REASONS[SlotCode.STEP_DEADLINE],
                code=SlotCode.STEP_DEADLINE.value,
                remedy="The next cycle tries it again; the settings say how long steps may take.",
            )
        except (KeyboardInterrupt, GeneratorExit):  # somebody wants all of it to end
            raise
        except BaseException as error:  # the edge of a step: recorded, and the cycle lives on
            log.exception("step-broke", step=name)
            return None, _Ended(
                outcome=Outcome.FAILED,
                message=f"An unexpected {type(error).__name__} ended the step.",
                code=NeuralBrainError.code,
                remedy="This is a fault of NeuralBrain: please report it, with the log of this moment.",
            )

    def _pause_before(self, attempt: int, name: str, ended: _Ended) -> float | None:
        if ended.outcome is not Outcome.FAILED:
            return None
        return pause_before(attempt, step=name, code=ended.code)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Record a cycle that was broken off: as failed, unless its edition was published before. None vanishes."""
        if not self._ended:
            outcome = Outcome.FAILED if self._published is None else Outcome.DONE
            self.end(outcome, lambda: self._published)

    def end(self, outcome: Outcome, edition: Callable[[], EditionHeader | None]) -> CycleReport:
        """Record how the cycle ended, and return its report.

        Args:
            outcome: How it ended.
            edition: Gives the header of the edition that is up now; where it cannot be read there is none.
        """
        self._ended = True
        header: EditionHeader | None = None
        try:
            header = edition()
        except NeuralBrainError as error:
            log.warning("current-edition-unread", code=error.error_code)
        report = CycleReport(number=self._number, outcome=outcome, edition=header, steps=tuple(self._records))
        self._remember(lambda: self._journal.end(report))
        log.info("cycle-ended", number=self._number, outcome=outcome.value)
        return report

    def _record(self, record: StepRecord) -> None:
        self._records.append(record)
        log.info("step-ended", step=record.name, outcome=record.outcome.value, code=record.code)
        self._remember(lambda: self._journal.step(self._number, record))
        self._tell(record.name, record)
        take_effect()

    def _tell(self, name: str, record: StepRecord | None) -> None:
        """Tell whoever watches; a watcher that fails, because its screen is gone, must not end what it watches."""
        try:
            self._on_step(name, record)
        except Exception:
            log.exception("watcher-failed", step=name)
            self._on_step = _nobody

    def _remember(self, write: Callable[[], None]) -> None:
        """Write to the journal; a journal that cannot be written must not end the cycle it describes."""
        try:
            write()
        except NeuralBrainError as error:
            log.warning("journal-unwritten", cycle=self._number, code=error.error_code)


def _nobody(name: str, record: StepRecord | None) -> None:
    del name, record


def sentence_of(step: str, value: object) -> str:
    """Return what came of a step, in one sentence.

    Raises:
        TypeError: If it is not what such a step gives.
    """
    expected = WHAT_COMES_OF[kind_of(step)]
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        raise TypeError(f"the step {step} gives a {expected.__name__}, not a {type(value).__name__}")
    return value.sentence() if isinstance(value, Scored) else _sentence_of(value)


def _sentence_of(value: object) -> str:
    match value:
        case bool():
            return "Nothing has changed." if value else "There is something new to ask."
        case int():
            return f"{value:,} new or revised values."
        case tuple():
            return f"{sum(len(request.panel.series) for request in value):,} series are known."
        case Asked():
            return f"{value.provider} answered under lock number {value.lock_number}."
        case Draft():
            refused = len({(one.region, one.signal) for one in value.refused})
            return f"{len(value):,} forecasts accepted, {refused:,} refused."
        case _:
            return f"Edition {getattr(value, 'number', '?')} is up."
