"""What a cycle came to, in the words of the schedule."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from neuralbrain.domain.cycle_end import end_of
from neuralbrain.domain.journal import CycleReport, Outcome, StepRecord

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


def step(name: str, code: str = "", message: str = "Well.") -> StepRecord:
    """Return the record of a step; with a code it failed."""
    outcome = Outcome.FAILED if code else Outcome.DONE
    return StepRecord(name=name, started_at=NOW, ended_at=NOW, outcome=outcome, message=message, code=code)


def report(outcome: Outcome, *steps: StepRecord, edition: int | None = 3) -> CycleReport:
    """Return a report; its edition is known by number only."""
    header = None if edition is None else SimpleNamespace(number=edition)
    return CycleReport(number=7, outcome=outcome, edition=header, steps=steps)


@pytest.mark.parametrize(
    ("given", "outcome", "code", "reason", "edition"),
    [
        (report(Outcome.DONE, step("ask")), "done", "", "Edition 3 was published.", 3),
        (
            report(Outcome.DONE, step("read a", "source-missing", "It is away.")),
            "done", "", "Edition 3 was published. This failed: read a: It is away.", 3,
        ),
        (report(Outcome.UNCHANGED, step("compare")), "done", "", "Nothing has changed; edition 3 stays up.", None),
        (
            report(Outcome.UNCHANGED, edition=None),
            "done", "", "Nothing has changed; every edition is withdrawn.", None,
        ),
        (
            report(Outcome.UNCHANGED, step("read a", "source-missing", "It is away.")),
            "failed", "source-missing", "read a: It is away.", None,
        ),
        (
            report(Outcome.FAILED, step("read a", "x", "One."), step("ask", "y", "Two.")),
            "failed", "x", "read a: One.; ask: Two.", None,
        ),
        (report(Outcome.FAILED), "failed", "internal", "The cycle was broken off.", None),
    ],
)  # fmt: skip
def test_what_a_cycle_came_to(given, outcome, code, reason, edition):
    """Published, nothing new, or failed with the first code: one outcome, one code, one sentence each."""
    end = end_of(given)
    assert (end.outcome.value, end.code, end.reason, end.edition, end.cycle) == (outcome, code, reason, edition, 7)
