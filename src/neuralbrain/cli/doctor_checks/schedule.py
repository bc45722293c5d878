"""The schedule: how often a cycle is due, and whether somebody paused it."""

from __future__ import annotations

from collections.abc import Iterator

from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State
from neuralbrain.cli.due import every_text, pausing
from neuralbrain.cli.moments import moment_text


def schedule(facts: Facts) -> Iterator[Finding]:
    """Return how often a cycle is due, and who paused that."""
    if not facts.schedules:
        return
    often = every_text(facts.schedules[-1].interval_seconds)
    paused = pausing(facts.schedules)
    if paused is None:
        yield Finding(about="schedule", state=State.OK, message=f"A cycle is due {often}.")
        return
    yield Finding(
        about="schedule",
        state=State.NOTE,
        message=f"Paused since {moment_text(paused.since)} by {paused.actor}: {paused.reason}",
        costs=f"No cycle is run, and else one would be {often}; forecasts grow old.",
        remedy="`neuralbrain schedule resume --reason TEXT` when that is over.",
    )
