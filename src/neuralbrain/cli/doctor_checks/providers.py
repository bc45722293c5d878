"""The providers: which can be asked, what the others lack, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator

from neuralbrain.cli.doctor_checks.facts import Facts, Provider
from neuralbrain.cli.doctor_checks.finding import Finding, State


def providers(facts: Facts) -> Iterator[Finding]:
    """Return each provider, in the order of priority, and what remains where few can be asked."""
    able = [one.name for one in facts.providers if one.enabled and not one.lacks]
    for one in facts.providers:
        yield _provider(one)
    if not facts.providers:
        return
    if not able:
        yield Finding(
            about="providers",
            state=State.PROBLEM,
            message="No provider can be asked.",
            costs="No cycle can publish; the last edition stays up and grows old.",
            remedy="Set the key of one, or take local out of the setting disabled_providers.",
        )
    elif able == ["local"]:
        yield Finding(
            about="providers",
            state=State.NOTE,
            message="Only local can be asked.",
            costs="Forecasts come from statistics alone, and nobody follows should it fail.",
            remedy="Set the key of another provider in the environment of every process that runs a cycle.",
        )


def _provider(one: Provider) -> Finding:
    about = f"provider {one.name}"
    if not one.enabled:
        return Finding(
            about=about,
            state=State.NOTE,
            message="The settings leave it out.",
            costs="It never gets the lock from a cycle.",
            remedy="The settings disabled_providers and provider_priority say who is left out.",
        )
    if one.lacks:
        return Finding(
            about=about,
            state=State.NOTE,
            message=f"It cannot be asked: {one.lacks}.",
            costs="It is passed over in the order, and the next one is asked.",
            remedy="Set it in the environment of every process that runs a cycle, or name a file with it there."
            if one.lacks.endswith("not set")
            else "Mend it in the environment of every process that runs a cycle.",
        )
    return Finding(about=about, state=State.OK, message="Nothing is missing; it can be asked.")
