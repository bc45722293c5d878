"""What is recorded of a cycle: its steps and its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from neuralbrain.domain.edition import EditionHeader


class Outcome(StrEnum):
    """How a step or a cycle ended."""

    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """How one step of a cycle ended.

    Args:
        name: The step, such as ``read cholera-africa``.
        started_at: Wall time.
        ended_at: Wall time.
        outcome: done, unchanged, failed or skipped.
        message: What came of it, in one sentence.
        code: The error code where it failed, else empty.
        remedy: What to do where it failed, else empty.
        attempts: How often it was tried.
    """

    name: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    message: str
    code: str = ""
    remedy: str = ""
    attempts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleStart:
    """What a cycle is begun with.

    Args:
        trigger: What started it: ``manual``, ``schedule``, or ``extra`` where its hour has a state already.
        holder: Which process runs it, as the runner lease knows it.
        slot: The slot it is for, None where it is not the schedule's.
        resumed: The number of a cycle whose process died, to be taken up again; None for a new one.
        again: Whether to ask and publish even though nothing has changed.
    """

    trigger: str
    holder: str
    slot: datetime | None = None
    resumed: int | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleReport:
    """How one cycle ended.

    Args:
        number: The cycle's number.
        outcome: done (an edition was published), unchanged (nothing to ask) or failed.
        edition: The edition published, else the last good one that stays up, None where there never was one.
        steps: In the order they ended.
    """

    number: int
    outcome: Outcome
    edition: EditionHeader | None
    steps: tuple[StepRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRecord:
    """One cycle as it is remembered, running or ended.

    Args:
        number: The cycle's number.
        trigger: What started it: ``manual``, ``schedule`` or ``extra``.
        holder: Which process ran it, as the runner lease knew it.
        slot: The slot it was run for, None where it was not the schedule's.
        started_at: Wall time.
        ended_at: Wall time, None while it runs, or where its process ended in the middle and nobody noticed yet.
        outcome: How it ended, None with ``ended_at``.
        edition: Number of the edition that was up at its end, None where there was none.
        steps: In the order they ended; empty where only the list was asked for.
    """

    number: int
    trigger: str
    holder: str
    slot: datetime | None
    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome | None
    edition: int | None
    steps: tuple[StepRecord, ...] = ()
