"""The service: whether it runs, and what its last look at itself said."""

from __future__ import annotations

from collections.abc import Iterator

from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.finding import Finding, State
from neuralbrain.cli.moments import age_text
from neuralbrain.domain.health import Verdict

STATE_OF = {Verdict.HEALTHY: State.OK, Verdict.DEGRADED: State.NOTE, Verdict.FAILING: State.PROBLEM}


def service(facts: Facts) -> Iterator[Finding]:
    """Return whether a service runs, and its last health check where one does."""
    if facts.services is None:
        return
    if not facts.services:
        yield Finding(
            about="service",
            state=State.NOTE,
            message="No service is running.",
            costs="No cycle is run by itself, so forecasts grow old, and nothing is served to other programs.",
            remedy="Start it with `neuralbrain serve`.",
        )
        return
    for one in facts.services:
        said = f"Process {one.pid} serves at {one.address}, started {age_text(one.started_at, facts.now)}."
        yield Finding(about="service", state=State.OK, message=said)
    if len(facts.services) > 1:
        yield Finding(
            about="service",
            state=State.NOTE,
            message=f"{len(facts.services)} services run over this data folder.",
            costs="One of them runs the cycle; the others only serve.",
            remedy="Stop all but one, unless that is meant.",
        )
    if facts.health is None:
        return
    when = age_text(facts.health.at, facts.now)
    if not facts.health.findings:
        said = f"The last check, {when}, found it {facts.health.verdict.value}."
        yield Finding(about="health", state=STATE_OF[facts.health.verdict], message=said)
    for found in facts.health.findings:
        yield Finding(
            about="health",
            state=STATE_OF[found.verdict],
            message=found.message,
            costs=f"The service is {facts.health.verdict.value}, by its check {when}.",
            remedy=found.remedy,
            code=found.code,
        )
