"""The database: which library reads it, and what this look at it leaves to `neuralbrain verify`."""

from __future__ import annotations

from collections.abc import Iterator

from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State


def database(facts: Facts) -> Iterator[Finding]:
    """Return what keeps the data; a database that cannot be opened is told as the error it is."""
    if facts.library is not None:
        yield Finding(
            about="database",
            state=State.OK,
            message=f"It can be opened, with {facts.library}.",
            remedy="`neuralbrain verify` checks every digest and the audit trail; that was not done here.",
        )
    elif not facts.elsewhere and facts.folder is not None and facts.folder.exists and not facts.folder.database_exists:
        yield Finding(
            about="database",
            state=State.NOTE,
            message="There is no database in the data folder yet.",
            costs="There is nothing to show.",
            remedy="`neuralbrain run` makes it.",
        )
