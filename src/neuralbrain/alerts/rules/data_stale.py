"""The rule that a feed's newest value is older than it should be."""

from __future__ import annotations

from neuralbrain.alerts.facts import FeedAge, ServiceFacts
from neuralbrain.domain.alert import AlertKey, AlertRule, Says, Sighting
from neuralbrain.domain.alert_limits import AlertLimits


def data_stale(facts: ServiceFacts, limits: AlertLimits) -> tuple[Sighting, ...]:
    """Return which feeds are stale, nearly so, or fresh again; an archive never is.

    Of a feed without values nothing follows, and an alert about it stays until it expires.
    """
    return tuple(
        Sighting(
            key=AlertKey(AlertRule.DATA_STALE, subject=feed.name),
            says=_says(feed, slack=limits.stale_slack_days),
            value=float(feed.age_days or 0),
            reason=_reason(feed),
            confirms=feed.age_days is not None,
        )
        for feed in facts.feeds
        if feed.stale_after_days is not None
    )


def _says(feed: FeedAge, *, slack: int) -> Says:
    age_days, stale_after_days = feed.age_days, feed.stale_after_days
    if age_days is None or stale_after_days is None:
        return Says.HOLD
    if age_days > stale_after_days:
        return Says.RAISE
    return Says.CLEAR if age_days <= max(stale_after_days - slack, 0) else Says.HOLD


def _reason(feed: FeedAge) -> str:
    days = "day" if feed.age_days == 1 else "days"
    return (
        f"The newest value of {feed.name} ({feed.title}) is {feed.age_days} {days} old; it counts as stale after "
        f"{feed.stale_after_days}."
    )
