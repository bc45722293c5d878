"""The machine's clock: whether it stands before what was already written down."""

from __future__ import annotations

from collections.abc import Iterator

from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State
from neuralbrain.cli.moments import moment_text


def clock(facts: Facts) -> Iterator[Finding]:
    """Return whether the clock stands after the newest edition, the newest slot and the last cycle."""
    moments = {
        "the newest edition was published": None if facts.edition is None else facts.edition.newest_at,
        "the newest slot began": facts.slots[0].slot if facts.slots else None,
        "the last cycle began": None if facts.cycle is None else facts.cycle.started_at,
    }
    later = {what: moment for what, moment in moments.items() if moment is not None and moment > facts.now}
    if not later:
        yield Finding(about="clock", state=State.OK, message=f"It says {moment_text(facts.now)}.")
        return
    what, moment = max(later.items(), key=lambda pair: pair[1])
    yield Finding(
        about="clock",
        state=State.PROBLEM,
        message=f"It says {moment_text(facts.now)}, but {what} at {moment_text(moment)}.",
        costs="No hour up to that moment is run again, and what is read meanwhile carries that moment or a later one.",
        remedy="Set the machine's clock by a time service.",
    )
