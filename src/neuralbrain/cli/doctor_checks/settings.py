"""The settings that differ from their default, and what those cost that take something away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State

COSTS: Mapping[str, str] = {
    "sample_until": "The sample is read only up to that day, so newer reports of it are not used.",
    "disabled_providers": "Those never get the lock from a cycle.",
    "provider_priority": "Providers that it does not name never get the lock from a cycle.",
}
LEVELS = {
    "debug": (State.NOTE, "Much is written to standard error that only a developer reads."),
    "error": (State.NOTE, "Warnings, such as a provider that failed, are not written anywhere but the audit trail."),
}


def settings(facts: Facts) -> Iterator[Finding]:
    """Return each setting that differs from its default, and the level of the log."""
    if facts.settings is not None:
        for one in facts.settings:
            costs = COSTS.get(one.name, "")
            yield Finding(
                about="setting",
                state=State.NOTE if costs else State.OK,
                message=f"{one.name} is {one.value} (default {one.default}).",
                costs=costs,
            )
        if not facts.settings:
            yield Finding(about="settings", state=State.OK, message="Every setting is at its default.")
    if facts.log_level is not None:
        state, costs = LEVELS.get(facts.log_level, (State.OK, ""))
        yield Finding(
            about="log",
            state=state,
            message=f"Events from {facts.log_level} on are written to standard error.",
            costs=costs,
            remedy="NEURALBRAIN_LOG_LEVEL changes that." if costs else "",
        )
