"""Alerts for people: a row an alert, one with its history, and how often they came true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from neuralbrain.alerts.as_json import title_of
from neuralbrain.cli.facts import Fact, print_facts
from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.moments import moment_text
from neuralbrain.cli.plain_text import plain
from neuralbrain.cli.screen import line, screen
from neuralbrain.domain.alert import AlertEvent, AlertRecord, RuleRecord

NOTHING = "-"
CAME_TRUE = {True: "hit", False: "false alarm", None: NOTHING}


def print_alerts(alerts: Sequence[AlertRecord], *, now: datetime) -> None:
    """Print alerts, one a row.

    Args:
        alerts: Newest first.
        now: The time.
    """
    print_table(
        [
            Column(name="Alert", cells=[str(one.number) for one in alerts]),
            Column(name="State", cells=[_state(one) for one in alerts], justify="left"),
            Column(name="Days", cells=[str((now - one.raised_at).days) for one in alerts], leaves=1),
            Column(name="What", cells=[plain(title_of(one.key)) for one in alerts], justify="left", wraps=True),
            Column(name="Why", cells=[plain(one.latest.reason) for one in alerts], justify="left", wraps=True),
            Column(name="Seen by", cells=[_seen_by(one) for one in alerts], justify="left", wraps=True, leaves=0),
        ]
    )


def print_alert(alert: AlertRecord) -> None:
    """Print one alert and everything that happened to it, oldest first."""
    facts: list[Fact] = [
        ("Alert", f"{alert.number} ({_state(alert)})"),
        ("What", title_of(alert.key)),
        ("Why", alert.latest.reason),
        ("Raised", moment_text(alert.raised_at)),
        ("Edition", NOTHING if alert.edition is None else str(alert.edition)),
        ("Came true", CAME_TRUE[alert.came_true]),
    ]
    facts += [("History" if place == 0 else "", _told(event)) for place, event in enumerate(alert.events)]
    print_facts(facts)


def print_rules(rules: Sequence[RuleRecord]) -> None:
    """Print how often alerts about regions came true, a row a rule."""
    print_table(
        [
            Column(name="Rule", cells=[one.rule.value for one in rules], justify="left"),
            Column(name="Raised", cells=[f"{one.raised:,}" for one in rules]),
            Column(name="Hits", cells=[f"{one.hits:,}" for one in rules]),
            Column(name="False alarms", cells=[f"{one.false_alarms:,}" for one in rules]),
            Column(
                name="Precision", cells=[NOTHING if one.precision is None else f"{one.precision:.0%}" for one in rules]
            ),
            Column(name="Waiting", cells=[f"{one.waiting:,}" for one in rules]),
            Column(name="Apart", cells=[f"{one.unknown + one.withdrawn + one.hindsight:,}" for one in rules]),
        ]
    )
    if not any(one.hits + one.false_alarms for one in rules):
        screen().print(line(("None is judged yet: that is done five weeks after the last target date.", "dim")))


def _state(alert: AlertRecord) -> str:
    return "open" if alert.is_open else alert.latest.change.value


def _seen_by(alert: AlertRecord) -> str:
    return NOTHING if alert.acknowledged is None else plain(alert.acknowledged.actor)


def _told(event: AlertEvent) -> str:
    who = f" by {event.actor}" if event.actor else ""
    edition = "" if event.edition is None else f", edition {event.edition}"
    return f"{moment_text(event.at)}: {event.change.value}{who}{edition}. {event.reason or event.note}"
