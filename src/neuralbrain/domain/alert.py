"""Alerts: what each is about, what became of it, and what the rules say that make and end them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class AlertRule(StrEnum):
    """What an alert says."""

    RISK_RED = "risk-red"
    OUTBREAK_LIKELY = "outbreak-likely"
    TREND_TURNS = "trend-turns"
    DATA_STALE = "data-stale"
    PROVIDER_DOWN = "provider-down"
    EDITION_OLD = "edition-old"


OF_REGIONS = (AlertRule.RISK_RED, AlertRule.OUTBREAK_LIKELY, AlertRule.TREND_TURNS)
"""Rules about what is forecast of a region: looked at with each edition, and judged once the truth is known."""

TITLES: Mapping[AlertRule, str] = {
    AlertRule.RISK_RED: "Risk is RED",
    AlertRule.OUTBREAK_LIKELY: "Outbreak is likely",
    AlertRule.TREND_TURNS: "Trend turns upwards",
    AlertRule.DATA_STALE: "Data are stale",
    AlertRule.PROVIDER_DOWN: "Provider is down",
    AlertRule.EDITION_OLD: "Edition is old",
}


class AlertKey(NamedTuple):
    """What an alert is about; at most one with the same key is open at a time.

    Args:
        rule: What it says.
        region: Code of the region it is about; empty where it is about none.
        signal: Name of the signal it is about; empty where it is about none.
        subject: The feed or the provider it is about; empty where it is about a region or the service.
    """

    rule: AlertRule
    region: str = ""
    signal: str = ""
    subject: str = ""


class Claim(NamedTuple):
    """The published forecast that an alert rests on: the one it is judged by."""

    edition: int
    table: int
    row: int


class Says(StrEnum):
    """What a rule says of one thing at one look."""

    RAISE = "raise"
    HOLD = "hold"  # between the two levels, or not for long enough: whatever is, stays
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a rule saw of one thing.

    Args:
        key: What it is about.
        says: What follows from it.
        value: The number that decided.
        reason: One sentence with the numbers.
        claim: The forecast it rests on, None where it rests on none.
        confirms: Whether it keeps an open alert from expiring; a turn is news for a while, and no state.
    """

    key: AlertKey
    says: Says
    value: float
    reason: str
    claim: Claim | None = None
    confirms: bool = True


class AlertChange(StrEnum):
    """What happened to an alert."""

    RAISED = "raised"
    UPDATED = "updated"  # another edition gives it another reason
    CLEARED = "cleared"
    EXPIRED = "expired"
    ACKNOWLEDGED = "acknowledged"


ENDS = (AlertChange.CLEARED, AlertChange.EXPIRED)
TOLD = (AlertChange.RAISED, *ENDS)
"""What is sent to people; an update is to be seen, and wakes nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """An alert that was raised and has not ended.

    Args:
        number: Its number.
        key: What it is about.
        edition: The newest edition that it was seen in, None where it is about none.
        seen_at: When it was last seen to hold.
        reason: As it was last given.
    """

    number: int
    key: AlertKey
    edition: int | None
    seen_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be written of one alert.

    Args:
        key: What it is about.
        number: The open alert, None for one that is to be raised.
        change: What happens, None where it was only seen again.
        value: The number that decided, None where none did.
        reason: One sentence.
        claim: The forecast it rests on, None where it rests on none.
        seen: Whether it was seen to hold.
    """

    key: AlertKey
    number: int | None
    change: AlertChange | None
    value: float | None
    reason: str
    claim: Claim | None
    seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """One thing that happened to an alert; never changed.

    Args:
        number: Grows with each event of any alert.
        alert: The alert's number.
        change: What happened.
        at: When, wall time.
        edition: The edition that was up or looked at, None where there was none.
        value: The number that decided, None where none did.
        reason: Why, in one sentence; empty for an acknowledgement.
        actor: Who, empty where it was a rule.
        note: What they said; empty for nothing.
    """

    number: int
    alert: int
    change: AlertChange
    at: datetime
    edition: int | None
    value: float | None
    reason: str
    actor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """One alert as it is kept.

    Args:
        number: Grows with each alert.
        uid: Its name for the world outside: a UUID.
        key: What it is about.
        raised_at: When, wall time.
        edition: The edition that was up or looked at then, None where there was none.
        claim: The forecast it rests on, None where it rests on none.
        is_open: Whether it has not ended.
        latest: The newest event that is no acknowledgement.
        events: All of them, oldest first; empty where only the list was asked for.
        acknowledged: The newest acknowledgement, None where nobody did.
        came_true: Whether it was a hit, None where that is not known, or not said of such.
    """

    number: int
    uid: str
    key: AlertKey
    raised_at: datetime
    edition: int | None
    claim: Claim | None
    is_open: bool
    latest: AlertEvent
    events: tuple[AlertEvent, ...] = ()
    acknowledged: AlertEvent | None = None
    came_true: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """An event with the alert it is of, to be told to people."""

    alert: AlertRecord
    event: AlertEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChoice:
    """Which alerts are meant; None means all.

    Args:
        is_open: Only those that are open, or only those that have ended.
        rule: Only of this rule.
        region: Only about this region, by code.
        acknowledged: Only those that somebody acknowledged, or nobody.
        before: Only those with a lower number.
    """

    is_open: bool | None = None
    rule: AlertRule | None = None
    region: str | None = None
    acknowledged: bool | None = None
    before: int | None = None


class RuleRecord(NamedTuple):
    """What became of the alerts of one rule about regions.

    Args:
        rule: Which.
        raised: How many were ever raised.
        hits: How many came true.
        false_alarms: How many did not.
        waiting: How many have no truth yet.
        unknown: Of how many it can not be said although the truth is there.
        withdrawn: How many rest on an edition that was withdrawn: they do not count.
        hindsight: How many were raised when what they spoke of was settled: they do not count either.
    """

    rule: AlertRule
    raised: int
    hits: int
    false_alarms: int
    waiting: int
    unknown: int
    withdrawn: int
    hindsight: int

    @property
    def precision(self) -> float | None:
        """Return the share of judged alerts that came true, None where none was judged.

        >>> RuleRecord(AlertRule.RISK_RED, 9, 3, 1, 5, 0, 0, 0).precision
        0.75
        """
        judged = self.hits + self.false_alarms
        return self.hits / judged if judged else None
