"""Runs the steps of a cycle so that each stands alone: timed, recorded, and never the end of the others."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

import structlog

from neuralbrain.domain.edition import Draft, EditionHeader
from neuralbrain.domain.journal import CycleReport, Outcome, StepRecord
from neuralbrain.domain.request import Asked
from neuralbrain.errors import NeuralBrainError
from neuralbrain.ports import Clock, Journal

log = structlog.get_logger()
Value = TypeVar("Value")
OnStep = Callable[[str, StepRecord | None], None]
"""Told a step's name and nothing when it starts, and its record when it has ended."""


class Steps:
    """The steps of one cycle.

    Args:
        journal: Where they are recorded.
        clock: Tells when.
        on_step: Told of each start and end.
        number: The cycle's number.
    """

    def __init__(self, journal: Journal, *, clock: Clock, on_step: OnStep, number: int) -> None:
        self._journal = journal
        self._clock = clock
        self._on_step = on_step
        self._number = number
        self._records: list[StepRecord] = []
        self._ended = False

    @classmethod
    def begin(cls, journal: Journal, clock: Clock, on_step: OnStep, *, trigger: str, holder: str) -> Self:
        """Record that a cycle began, and return its steps."""
        return cls(journal, clock=clock, on_step=on_step, number=journal.begin(trigger=trigger, holder=holder))

    def run(self, name: str, action: Callable[..., Value], *given: object) -> Value | None:
        """Run one step and return what came of it, None where it failed or something it needs is missing.

        Args:
            name: The step's name.
            action: What it does.
            given: What it needs from earlier steps; where one is None the step is skipped.
        """
        started = self._clock.now()
        self._tell(name, None)
        value: Value | None = None
        outcome, message, code, remedy = Outcome.SKIPPED, "A step that it needs did not succeed.", "", ""
        if all(one is not None for one in given):
            try:
                value = action(*given)
                outcome, message = Outcome.DONE, sentence_of(value)
            except NeuralBrainError as error:
                outcome, message, code, remedy = Outcome.FAILED, error.happened, error.error_code, error.remedy
            except Exception as error:  # the edge of a step: recorded, and the cycle lives on
                log.exception("step-broke", step=name)
                outcome, code = Outcome.FAILED, NeuralBrainError.code
                message = f"An unexpected {type(error).__name__} ended the step."
                remedy = "This is a fault of NeuralBrain: please report it, with the log of this moment."
        self._record(
            StepRecord(
                name=name,
                started_at=started,
                ended_at=self._clock.now(),
                outcome=outcome,
                message=message,
                code=code,
                remedy=remedy,
            )
        )
        return value

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Record a cycle that was broken off as failed: none vanishes."""
        if not self._ended:
            self.end(Outcome.FAILED, lambda: None)

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


def sentence_of(value: object) -> str:
    """Return what came of a step, in one sentence."""
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
        case EditionHeader():
            return f"Edition {value.number} is up."
        case _:
            raise TypeError(f"no sentence for a {type(value).__name__}")
