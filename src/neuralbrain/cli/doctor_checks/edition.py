"""The edition that is up: whether there is one, how old it is, and how old the data are."""

from __future__ import annotations

from collections.abc import Iterator

from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State
from neuralbrain.cli.edition_view import DAYS_UNTIL_OLD
from neuralbrain.cli.moments import age_text


def edition(facts: Facts) -> Iterator[Finding]:
    """Return which edition is up, and how old it and its data are."""
    found = facts.edition
    if found is None:
        return
    if found.header is None:
        yield Finding(
            about="edition",
            state=State.PROBLEM,
            message="Every edition is withdrawn." if found.any_at_all else "No edition was ever published.",
            costs="There is no forecast to show.",
            remedy="`neuralbrain run --again` makes a new one."
            if found.any_at_all
            else "`neuralbrain run` makes the first.",
        )
        return
    header = found.header
    yield Finding(
        about="edition",
        state=State.OK,
        message=f"Edition {header.number} by {header.provider} is up, published "
        f"{age_text(header.timestamp, facts.now)}, with {header.forecasts} forecasts.",
    )
    if header.refused:
        yield Finding(
            about="edition",
            state=State.NOTE,
            message=f"{header.refused} series of edition {header.number} were refused.",
            costs="Those have no forecast in it.",
            remedy="`neuralbrain editions show` says why for each.",
        )
    if found.newest_report is None:
        return
    days = (facts.now.date() - found.newest_report).days
    old = days > DAYS_UNTIL_OLD
    yield Finding(
        about="data",
        state=State.NOTE if old else State.OK,
        message=f"The newest report is of {found.newest_report}, {days} days ago.",
        costs="Forecasts start where the data end, not today." if old else "",
        remedy="See that a live feed is configured and read." if old else "",
    )
