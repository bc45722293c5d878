"""An alert as plain values, for JSON: the same on the command line, in the API and in what is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neuralbrain.domain.alert import TITLES, AlertEvent, AlertKey, AlertRecord, RuleRecord
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.location import location


def alert_as_json(alert: AlertRecord) -> dict[str, Any]:
    """Return an alert in short."""
    latest, seen = alert.latest, alert.acknowledged
    return {
        "number": alert.number,
        "id": f"urn:uuid:{alert.uid}",
        **key_as_json(alert.key),
        "state": "open" if alert.is_open else latest.change.value,
        "raised_at": utc_text(alert.raised_at),
        "changed_at": utc_text(latest.at),
        "edition": alert.edition,
        "value": latest.value,
        "reason": latest.reason,
        "acknowledged": None if seen is None else {"at": utc_text(seen.at), "actor": seen.actor, "note": seen.note},
        "came_true": alert.came_true,
    }


def whole_alert_as_json(alert: AlertRecord) -> dict[str, Any]:
    """Return an alert with everything that happened to it, oldest first."""
    return {**alert_as_json(alert), "events": [event_as_json(one) for one in alert.events]}


def event_as_json(event: AlertEvent) -> dict[str, Any]:
    """Return one thing that happened to an alert."""
    return {
        "change": event.change.value,
        "at": utc_text(event.at),
        "edition": event.edition,
        "value": event.value,
        "reason": event.reason,
        "actor": event.actor or None,
        "note": event.note or None,
    }


def key_as_json(key: AlertKey) -> dict[str, Any]:
    """Return what an alert is about."""
    place = location(key.region) if key.region else None
    return {
        "rule": key.rule.value,
        "title": title_of(key),
        "region": key.region or None,
        "region_name": None if place is None else place.name,
        "signal": key.signal or None,
        "subject": key.subject or None,
    }


def title_of(key: AlertKey) -> str:
    """Return an alert's title.

    >>> from neuralbrain.domain.alert import AlertRule
    >>> title_of(AlertKey(AlertRule.RISK_RED, region="AGO", signal="cholera_cases"))
    'Risk is RED: Angola, cholera_cases'
    """
    place = location(key.region) if key.region else None
    about = [key.region if place is None else place.name, key.signal, key.subject]
    said = ", ".join(one for one in about if one)
    return f"{TITLES[key.rule]}: {said}" if said else TITLES[key.rule]


def record_as_json(rules: Sequence[RuleRecord]) -> dict[str, Any]:
    """Return what became of alerts about regions, rule by rule: how many came true, with the counts behind it."""
    return {
        "rules": [
            {
                "rule": one.rule.value,
                "raised": one.raised,
                "hits": one.hits,
                "false_alarms": one.false_alarms,
                "precision": one.precision,
                "waiting": one.waiting,
                "unknown": one.unknown,
                "withdrawn": one.withdrawn,
                "hindsight": one.hindsight,
            }
            for one in rules
        ]
    }
