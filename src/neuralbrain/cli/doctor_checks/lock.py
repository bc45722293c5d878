"""The lock: whether its holder may go on, and whether the runner lease is anybody's who lives."""

from __future__ import annotations

from collections.abc import Iterator

from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State


def lock(facts: Facts) -> Iterator[Finding]:
    """Return who holds the lock, and what the next cycle does about it."""
    if facts.lock is None:
        return
    name, number = facts.lock["locked_provider"], facts.lock["number"]
    if name is None:
        yield Finding(
            about="lock",
            state=State.NOTE,
            message=f"No provider holds it (number {number}: {facts.lock['reason']}).",
            costs="Nobody forecasts until the next cycle, which gives it to the next that can be asked.",
            remedy="`neuralbrain run` runs one now.",
        )
    else:
        yield _holder(facts, name, number)
    failures = facts.lock["consecutive_failures"]
    if failures:
        yield Finding(
            about="lock",
            state=State.NOTE,
            message=f"Its holder failed {failures} times in a row.",
            costs="After the strikes of the kind of failure the lock goes to the next provider.",
            remedy="`neuralbrain lock audit` shows each failure with its reason.",
        )
    runner = facts.lock["runner"]
    if runner is not None and not runner["alive"]:
        yield Finding(
            about="lock",
            state=State.NOTE,
            message=f"Process {runner['pid']} ended without giving the runner lease back.",
            costs="Nothing: the next cycle takes it over at once.",
        )


def _holder(facts: Facts, name: str, number: int) -> Finding:
    provider = next((one for one in facts.providers if one.name == name), None)
    if provider is None or (provider.enabled and not provider.lacks):
        return Finding(about="lock", state=State.OK, message=f"{name} holds it under number {number}.")
    why = provider.lacks if provider.enabled else "the settings leave it out"
    return Finding(
        about="lock",
        state=State.PROBLEM,
        message=f"{name} holds it under number {number} and cannot be asked: {why}.",
        costs="The next cycle hands it on at once.",
        remedy="Set what is missing, or give it to another with `neuralbrain lock switch`.",
    )
