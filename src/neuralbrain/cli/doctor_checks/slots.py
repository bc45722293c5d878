"""The last hours of the schedule: how many in a row ended without a cycle that came to its end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State
from neuralbrain.cli.moments import moment_text
from neuralbrain.domain.slot import SlotCode, SlotOutcome

REMEDIES: Mapping[str, str] = {
    SlotCode.NOT_RUNNING: "Keep `neuralbrain serve` running, and the machine awake.",
    SlotCode.PAUSED: "`neuralbrain schedule resume --reason TEXT` when the pause is over.",
    SlotCode.OVERRAN: "Make cycles rarer with `neuralbrain schedule every`, or read fewer feeds.",
    SlotCode.BUSY: "See who runs the cycle with `neuralbrain lock status`, and end that process if it hangs.",
    SlotCode.CLOCK_JUMPED: "See that the machine's clock is set by a time service.",
    SlotCode.INTERRUPTED: "See why the process ended: its log, the machine's restarts, its memory.",
    SlotCode.DEADLINE: "See with `neuralbrain cycles show` which step takes long, or give it time (cycle_seconds).",
    SlotCode.PROCESS_DIED: "See the machine's log for a lack of memory, and report it if there is none.",
    SlotCode.STEP_DEADLINE: "See with `neuralbrain cycles show` which step takes long, or give it time (settings).",
    SlotCode.READING_OVER: "See with `neuralbrain sources` which feeds do not answer, and take them out of sources.",
    SlotCode.STORE_FAILED: "See above how the data folder and the database are: free space, permissions, damage.",
}
ELSE = "`neuralbrain cycles slots` and `cycles show` say more."


def slots(facts: Facts) -> Iterator[Finding]:
    """Return how the last slots ended: done, or so many failed or skipped in a row, with code and remedy."""
    if not facts.slots:
        return
    newest = facts.slots[0]
    if newest.outcome is SlotOutcome.DONE:
        said = f"The last one, {moment_text(newest.slot)}, is done: {newest.reason}"
        yield Finding(about="slots", state=State.OK, message=said)
        return
    alike = list(itertools.takewhile(lambda one: one.outcome is newest.outcome, facts.slots))
    how_many = f"{len(alike)} in a row" if len(alike) < len(facts.slots) else f"at least {len(alike)} in a row"
    failed = newest.outcome is SlotOutcome.FAILED
    verb = "failed" if failed else "was skipped"
    yield Finding(
        about="slots",
        state=State.PROBLEM if failed else State.NOTE,
        message=f"The last one, {moment_text(newest.slot)}, {verb} ({how_many}): {newest.reason}",
        costs="Nothing was published in them; the last edition stays up and grows old.",
        remedy=REMEDIES.get(newest.code) or ELSE,
        code=newest.code,
    )
