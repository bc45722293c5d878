"""What a cycle came to, in the words of the schedule: one outcome, one code, one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from neuralbrain.domain.journal import CycleReport, Outcome
from neuralbrain.domain.slot import SlotOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleEnd:
    """What a cycle came to.

    Args:
        outcome: done or failed.
        code: Why it failed, else empty.
        reason: What came of it, in one sentence.
        cycle: Its number, None where it did not even begin.
        edition: Number of the edition it published, None where it published none.
    """

    outcome: SlotOutcome
    code: str
    reason: str
    cycle: int | None
    edition: int | None


def end_of(report: CycleReport) -> CycleEnd:
    """Return what a cycle came to.

    A feed that failed does not make a failure of a cycle that published all the same; where nothing was published
    because nothing could be read, it does.
    """
    failed = [one for one in report.steps if one.outcome is Outcome.FAILED]
    said = "; ".join(f"{one.name}: {one.message}" for one in failed)
    edition = None if report.edition is None else report.edition.number
    if report.outcome is Outcome.DONE:
        reason = f"Edition {edition} was published." + (f" This failed: {said}" if failed else "")
        return CycleEnd(outcome=SlotOutcome.DONE, code="", reason=reason, cycle=report.number, edition=edition)
    if report.outcome is Outcome.UNCHANGED and not failed:
        up = "every edition is withdrawn" if edition is None else f"edition {edition} stays up"
        reason = f"Nothing has changed; {up}."
        return CycleEnd(outcome=SlotOutcome.DONE, code="", reason=reason, cycle=report.number, edition=None)
    return CycleEnd(
        outcome=SlotOutcome.FAILED,
        code=failed[0].code if failed else "internal",
        reason=said or "The cycle was broken off.",
        cycle=report.number,
        edition=None,
    )
