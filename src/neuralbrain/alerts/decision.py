"""From what the rules saw to what is written: which alerts are raised, updated, cleared or expired."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from neuralbrain.domain.alert import (
    OF_REGIONS,
    AlertChange,
    AlertKey,
    AlertRule,
    Decision,
    OpenAlert,
    Says,
    Sighting,
)
from neuralbrain.domain.alert_limits import AlertLimits

SWITCHED_OFF = "The rule is switched off in the settings."
NOT_THERE = "What it is about is no longer looked at."


def decide(
    sightings: Iterable[Sighting],
    open_alerts: Collection[OpenAlert],
    *,
    limits: AlertLimits,
    now: datetime,
    looked_at: Collection[AlertRule],
    withdrawn: Collection[int] = (),
) -> tuple[Decision, ...]:
    """Return what becomes of alerts after one look; an alert that nothing is said of stays until it expires.

    Args:
        sightings: What the rules saw, at most one of each key.
        open_alerts: Every alert that is open.
        limits: Which rules are on, and when alerts expire.
        now: The time.
        looked_at: The rules that were asked. Of others only what was switched off or has expired ends.
        withdrawn: Editions that were withdrawn among those that open alerts rest on.
    """
    known = {one.key: one for one in open_alerts}
    said = {one.key: one for one in sightings}
    raised = [_raised(one) for one in said.values() if one.key not in known and one.says is Says.RAISE]
    kept = [
        decision
        for one in open_alerts
        if (decision := _of_open(one, said.get(one.key), limits, now, looked_at, withdrawn)) is not None
    ]
    return (*raised, *kept)


def _raised(sighting: Sighting) -> Decision:
    return _decision(None, sighting.key, AlertChange.RAISED, sighting.reason, sighting=sighting, seen=True)


def _of_open(  # noqa: PLR0917 - private, and called once
    alert: OpenAlert,
    sighting: Sighting | None,
    limits: AlertLimits,
    now: datetime,
    looked_at: Collection[AlertRule],
    withdrawn: Collection[int],
) -> Decision | None:
    if alert.key.rule not in limits.enabled:
        return _decision(alert.number, alert.key, AlertChange.CLEARED, SWITCHED_OFF)
    holds = sighting is not None and sighting.says is Says.RAISE
    if alert.key.rule in OF_REGIONS and alert.edition in withdrawn and not holds:
        why = f"Edition {alert.edition}, which it rests on, was withdrawn."
        return _decision(alert.number, alert.key, AlertChange.CLEARED, why)
    if sighting is not None and sighting.says is Says.CLEAR:
        return _decision(alert.number, alert.key, AlertChange.CLEARED, sighting.reason, sighting=sighting)
    if sighting is None and alert.key.subject and alert.key.rule in looked_at:
        return _decision(alert.number, alert.key, AlertChange.CLEARED, NOT_THERE)
    if sighting is None or not sighting.confirms:
        return _unconfirmed(alert, limits, now)
    is_news = alert.key.rule in OF_REGIONS and sighting.reason != alert.reason
    change = AlertChange.UPDATED if is_news else None
    return _decision(alert.number, alert.key, change, sighting.reason, sighting=sighting, seen=True)


def _unconfirmed(alert: OpenAlert, limits: AlertLimits, now: datetime) -> Decision | None:
    if now - alert.seen_at < limits.expires_after:
        return None
    why = f"Nothing has confirmed it since {alert.seen_at:%Y-%m-%d}, for {limits.expires_after.days} days."
    return _decision(alert.number, alert.key, AlertChange.EXPIRED, why)


def _decision(
    number: int | None,
    key: AlertKey,
    change: AlertChange | None,
    reason: str,
    *,
    sighting: Sighting | None = None,
    seen: bool = False,
) -> Decision:
    return Decision(
        key=key,
        number=number,
        change=change,
        value=None if sighting is None else sighting.value,
        reason=reason,
        claim=None if sighting is None else sighting.claim,
        seen=seen,
    )
