"""The feeds that are read, and what follows where all of them are embedded samples."""

from __future__ import annotations

from collections.abc import Iterator

from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State

EMBEDDED = frozenset({"cholera-africa"})  # part of the installation; nothing new ever comes from them


def feeds(facts: Facts) -> Iterator[Finding]:
    """Return which feeds are read."""
    if facts.feeds is None:
        return
    if not facts.feeds:
        yield Finding(
            about="feeds",
            state=State.PROBLEM,
            message="No feed is configured.",
            costs="Nothing is known of any place, so nobody can be asked and nothing is published.",
            remedy="Name one in the setting sources (NEURALBRAIN_SOURCES); docs/reference.md lists them.",
        )
        return
    named = ", ".join(facts.feeds)
    if set(facts.feeds) <= EMBEDDED:
        yield Finding(
            about="feeds",
            state=State.NOTE,
            message=f"Only embedded samples are read: {named}.",
            costs="No live feed is read; forecasts are of the past.",
            remedy="This version has no live feed yet; docs/reference.md lists the feeds of the one installed.",
        )
        return
    yield Finding(about="feeds", state=State.OK, message=f"Read are: {named}.")
