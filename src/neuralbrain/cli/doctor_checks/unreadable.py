"""What could not be looked at: each error once, with its own remedy."""

from __future__ import annotations

from collections.abc import Iterator

from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State
from neuralbrain.errors import SettingsError


def unreadable(facts: Facts) -> Iterator[Finding]:
    """Return a problem for each error, with everything that could not be looked at because of it."""
    by_words: dict[str, list[str]] = {}
    errors = {}
    for what, error in facts.errors:
        by_words.setdefault(error.happened, []).append(what)
        errors[error.happened] = error
    for happened, whats in by_words.items():
        error = errors[happened]
        if "settings" in whats:
            costs = "No other command works until it is mended; the rest was looked at with the defaults."
        elif "feeds" in whats:
            costs = "No feed can be read, so no cycle can be run."
        else:
            costs = f"Not looked at: {', '.join(whats)}."
        yield Finding(
            about="settings" if isinstance(error, SettingsError) else "database",
            state=State.PROBLEM,
            message=happened,
            costs=costs,
            remedy=error.remedy,
            code=error.error_code,
        )
