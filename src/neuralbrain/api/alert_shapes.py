"""What the answers about alerts look like, as models: for the OpenAPI document, and for the tests that hold it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from neuralbrain.api.shapes import Shape
from neuralbrain.domain.alert import AlertRule

Change = Literal["raised", "updated", "cleared", "expired", "acknowledged"]


class AcknowledgedShape(Shape):
    """Who has seen an alert, and what they said."""

    at: str
    actor: str
    note: str


class AlertShape(Shape):
    """One alert in short."""

    number: int
    id: str = Field(description="Its name for the world outside, a URN of a UUID; the same in webhooks and in Atom.")
    rule: AlertRule
    title: str
    region: str | None = Field(description="Null where it is about no region.")
    region_name: str | None
    signal: str | None
    subject: str | None = Field(description="The feed or the provider that it is about; null where it is about none.")
    state: Literal["open", "cleared", "expired"]
    raised_at: str
    changed_at: str
    edition: int | None = Field(description="The edition at which it was raised; null where there was none.")
    value: float | None = Field(description="The number that decided last.")
    reason: str = Field(description="Why it is as it is, with the numbers.")
    acknowledged: AcknowledgedShape | None
    came_true: bool | None = Field(
        description="Whether it was a hit, once the truth is known; null before, and where it is about no region."
    )


class AlertEventShape(Shape):
    """One thing that happened to an alert."""

    change: Change
    at: str
    edition: int | None
    value: float | None
    reason: str
    actor: str | None = Field(description="Who; null where it was a rule.")
    note: str | None


class WholeAlertShape(AlertShape):
    """One alert with everything that happened to it, oldest first."""

    events: list[AlertEventShape]


class AlertsShape(Shape):
    """Alerts, newest first."""

    alerts: list[AlertShape]
    next_cursor: str | None = Field(description="Where the list goes on; null at its end.")


class RuleRecordShape(Shape):
    """What became of the alerts of one rule about regions."""

    rule: AlertRule
    raised: int
    hits: int
    false_alarms: int
    precision: float | None = Field(description="Hits over hits and false alarms; null where none was judged.")
    waiting: int = Field(description="Alerts whose truth is not known yet.")
    unknown: int = Field(description="Alerts of which it cannot be said although the truth is known.")
    withdrawn: int = Field(description="Alerts that rest on an edition that was withdrawn: they do not count.")
    hindsight: int = Field(description="Alerts about what was settled when they were raised: they do not count.")


class AlertRecordShape(Shape):
    """How often alerts about regions came true."""

    rules: list[RuleRecordShape]
