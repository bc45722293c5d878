"""How things stand, for people: one screen of short facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from neuralbrain.cli.cycle_view import STYLE_OF
from neuralbrain.cli.due import every_text, pausing
from neuralbrain.cli.edition_view import DAYS_UNTIL_OLD, RISK_STYLE
from neuralbrain.cli.facts import Fact, print_facts
from neuralbrain.cli.lock import runner_text
from neuralbrain.cli.moments import age_text, moment_text
from neuralbrain.cli.picture import Picture, counts_by_risk, newest_report
from neuralbrain.cli.screen import line
from neuralbrain.domain.claims import RiskLevel
from neuralbrain.domain.health import HealthCheck, Verdict

STYLE_OF_VERDICT = {Verdict.HEALTHY: "green", Verdict.DEGRADED: "yellow", Verdict.FAILING: "bold red"}


def print_picture(picture: Picture) -> None:
    """Print how things stand."""
    print_facts(
        [
            *_edition(picture),
            *_lock(picture),
            *_schedule(picture),
            *_service(picture),
            *_health(picture.health, picture),
        ]
    )


def _edition(picture: Picture) -> Sequence[Fact]:
    edition = picture.edition
    if edition is None and picture.all_withdrawn:
        return [("Edition", Text("none is up: every edition is withdrawn (neuralbrain run --again)", style="bold red"))]
    if edition is None:
        return [("Edition", Text("none yet (neuralbrain run makes the first)", style="yellow"))]
    header = edition.header
    counts = counts_by_risk(edition)
    levels = [(f" {counts[one.value]} {one.value} ", RISK_STYLE[one]) for one in reversed(RiskLevel)]
    without = f" {counts['none']} without a risk" if counts["none"] else ""
    refused = f", {header.refused} series refused" if header.refused else ""
    facts: list[Fact] = [
        (
            "Edition",
            f"{header.number} by {header.provider} under lock number {header.lock_number}, published "
            f"{moment_text(header.timestamp)}, {age_text(header.timestamp, picture.now)}",
        ),
        ("", line(f"{header.forecasts} forecasts{refused}: ", levels[0], " ", levels[1], " ", levels[2], without)),
    ]
    newest = newest_report(edition)
    if newest is not None:
        days = (picture.now.date() - newest).days
        old = "; old data: forecasts start there, not today" if days > DAYS_UNTIL_OLD else ""
        said = f"newest report {newest}, {days} days ago{old}"
        facts.append(("Data", Text(said, style="yellow" if old else "")))
    return facts


def _lock(picture: Picture) -> Sequence[Fact]:
    lock = picture.lock
    holder = lock["locked_provider"] or "nobody"
    since = (
        ""
        if lock["lock_acquired_at"] is None
        else f" since {moment_text(datetime.fromisoformat(lock['lock_acquired_at']))}"
    )
    facts: list[Fact] = [("Lock", f"{holder}, lock number {lock['number']}{since}: {lock['reason']}")]
    if lock["consecutive_failures"]:
        said = f"{lock['consecutive_failures']} failures in a row, {lock['total_failures']} in all"
        facts.append(("", Text(said, style="yellow")))
    else:
        facts.append(("", f"no failures in a row, {lock['total_failures']} in all"))
    return [*facts, ("Cycle", runner_text(lock["runner"]))]


def _schedule(picture: Picture) -> Sequence[Fact]:
    paused, due = pausing(picture.schedules), picture.next_slot
    often = every_text(picture.schedule.interval_seconds)
    facts: list[Fact] = []
    if paused is not None:
        said = f"PAUSED since {moment_text(paused.since)} by {paused.actor}: {paused.reason}"
        facts += [("Schedule", line((said, "yellow"))), ("", f"{often} otherwise (neuralbrain schedule resume)")]
    elif due is not None:
        when = f"due now, since {moment_text(due)}" if picture.slot_is_due else f"next slot {moment_text(due)}"
        facts.append(("Schedule", f"{often}; {when}"))
    for one in picture.slots:
        outcome = (f"{one.outcome.value:<7}", STYLE_OF[one.outcome.value])
        facts.append(("", line(f"{one.slot:%m-%d %H:%M} ", outcome, f" {one.reason}")))
    return facts


def _service(picture: Picture) -> Sequence[Fact]:
    if not picture.services:
        return [("Service", Text("not running: start it with `neuralbrain serve`", style="yellow"))]
    return [
        ("Service", f"process {one.pid} at {one.address} since {moment_text(one.started_at)}")
        for one in picture.services
    ]


def _health(check: HealthCheck | None, picture: Picture) -> Sequence[Fact]:
    if check is None:
        return [("Health", "never checked: the service does that")]
    verdict = (check.verdict.value, STYLE_OF_VERDICT[check.verdict])
    facts: list[Fact] = [("Health", line(verdict, f", checked {age_text(check.at, picture.now)}"))]
    return [*facts, *(("", f"{one.message} {one.remedy} ({one.code})") for one in check.findings)]
