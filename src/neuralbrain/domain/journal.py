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
    """

    name: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    message: str
    code: str = ""
    remedy: str = ""


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
