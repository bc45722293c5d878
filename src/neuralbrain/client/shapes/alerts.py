"""What the addresses of alerts answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict

AlertRule = Literal["risk-red", "outbreak-likely", "trend-turns", "data-stale", "provider-down", "edition-old"]


class AcknowledgedShape(TypedDict):
    """Who has seen an alert, and what they said."""

    at: str
    actor: str
    note: str


class AlertShape(TypedDict):
    """One alert in short.

    Attributes:
        id: Its name for the world outside, a URN of a UUID; the same in webhooks and in Atom.
        region: Null where it is about no region.
        subject: The feed or the provider that it is about; null where it is about none.
        edition: The edition at which it was raised; null where there was none.
        value: The number that decided last.
        reason: Why it is as it is, with the numbers.
        came_true: Whether it was a hit, once the truth is known; null before, and where it is about no region.
    """

    number: int
    id: str
    rule: AlertRule
    title: str
    region: str | None
    region_name: str | None
    signal: str | None
    subject: str | None
    state: Literal["open", "cleared", "expired"]
    raised_at: str
    changed_at: str
    edition: int | None
    value: float | None
    reason: str
    acknowledged: AcknowledgedShape | None
    came_true: bool | None


class AlertsShape(TypedDict):
    """Alerts, newest first.

    Attributes:
        next_cursor: Where the list goes on; null at its end.
    """

    alerts: list[AlertShape]
    next_cursor: str | None


class RuleRecordShape(TypedDict):
    """What became of the alerts of one rule about regions.

    Attributes:
        precision: Hits over hits and false alarms; null where none was judged.
        waiting: Alerts whose truth is not known yet.
        unknown: Alerts of which it cannot be said although the truth is known.
        withdrawn: Alerts that rest on an edition that was withdrawn: they do not count.
        hindsight: Alerts about what was settled when they were raised: they do not count.
    """

    rule: AlertRule
    raised: int
    hits: int
    false_alarms: int
    precision: float | None
    waiting: int
    unknown: int
    withdrawn: int
    hindsight: int


class AlertRecordShape(TypedDict):
    """How often alerts about regions came true."""

    rules: list[RuleRecordShape]


class AlertEventShape(TypedDict):
    """One thing that happened to an alert.

    Attributes:
        actor: Who; null where it was a rule.
    """

    change: Literal["raised", "updated", "cleared", "expired", "acknowledged"]
    at: str
    edition: int | None
    value: float | None
    reason: str
    actor: str | None
    note: str | None


class WholeAlertShape(TypedDict):
    """One alert with everything that happened to it, oldest first.

    Attributes:
        id: Its name for the world outside, a URN of a UUID; the same in webhooks and in Atom.
        region: Null where it is about no region.
        subject: The feed or the provider that it is about; null where it is about none.
        edition: The edition at which it was raised; null where there was none.
        value: The number that decided last.
        reason: Why it is as it is, with the numbers.
        came_true: Whether it was a hit, once the truth is known; null before, and where it is about no region.
    """

    number: int
    id: str
    rule: AlertRule
    title: str
    region: str | None
    region_name: str | None
    signal: str | None
    subject: str | None
    state: Literal["open", "cleared", "expired"]
    raised_at: str
    changed_at: str
    edition: int | None
    value: float | None
    reason: str
    acknowledged: AcknowledgedShape | None
    came_true: bool | None
    events: list[AlertEventShape]
