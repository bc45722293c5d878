"""The last cycle: which of its steps failed, and what to do about each."""

from __future__ import annotations

from collections.abc import Iterator

from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State
from neuralbrain.cli.moments import age_text
from neuralbrain.domain.journal import Outcome


def last_cycle(facts: Facts) -> Iterator[Finding]:
    """Return how the last cycle ended, and each step of it that failed."""
    record = facts.cycle
    if record is None:
        return
    about = f"cycle {record.number}"
    when = age_text(record.started_at, facts.now)
    if record.outcome is None:
        yield _without_end(facts, about, when)
        return
    failed = [one for one in record.steps if one.outcome is Outcome.FAILED]
    if not failed:
        state = State.PROBLEM if record.outcome is Outcome.FAILED else State.OK
        yield Finding(
            about=about,
            state=state,
            message=f"The last one, started {when}, ended as {record.outcome.value}.",
            costs="Its process ended in the middle; nothing of it was published." if state is State.PROBLEM else "",
            remedy="`neuralbrain run` tries again." if state is State.PROBLEM else "",
        )
    for one in failed:
        published = record.outcome is not Outcome.FAILED
        yield Finding(
            about=about,
            state=State.NOTE if published else State.PROBLEM,
            message=f"Its step {one.name} failed, {when}: {one.message}",
            costs="What that step would have brought is missing." if published else "It published nothing.",
            remedy=one.remedy,
            code=one.code,
        )


def _without_end(facts: Facts, about: str, when: str) -> Finding:
    runner = None if facts.lock is None else facts.lock["runner"]
    if runner is not None and runner["alive"]:
        said = f"It runs now, started {when} by process {runner['pid']}."
        return Finding(about=about, state=State.OK, message=said)
    return Finding(
        about=about,
        state=State.NOTE,
        message=f"It was started {when}, and its process ended in the middle.",
        costs="Nothing half-done was published.",
        remedy="`neuralbrain run` records that and tries again.",
    )
