"""Every rule of alerts, each in its own file: what it sees in an edition, or in the service."""

from __future__ import annotations

from collections.abc import Callable

from neuralbrain.alerts.facts import EditionFacts, ServiceFacts
from neuralbrain.alerts.rules.data_stale import data_stale
from neuralbrain.alerts.rules.edition_old import edition_old
from neuralbrain.alerts.rules.outbreak_likely import outbreak_likely
from neuralbrain.alerts.rules.provider_down import provider_down
from neuralbrain.alerts.rules.risk_red import risk_red
from neuralbrain.alerts.rules.trend_turns import trend_turns
from neuralbrain.domain.alert import AlertRule, Sighting
from neuralbrain.domain.alert_limits import AlertLimits

EDITION_RULES: tuple[tuple[AlertRule, Callable[[EditionFacts, AlertLimits], tuple[Sighting, ...]]], ...] = (
    (AlertRule.RISK_RED, risk_red),
    (AlertRule.OUTBREAK_LIKELY, outbreak_likely),
    (AlertRule.TREND_TURNS, trend_turns),
)
"""Looked at with each edition."""

SERVICE_RULES: tuple[tuple[AlertRule, Callable[[ServiceFacts, AlertLimits], tuple[Sighting, ...]]], ...] = (
    (AlertRule.DATA_STALE, data_stale),
    (AlertRule.PROVIDER_DOWN, provider_down),
    (AlertRule.EDITION_OLD, edition_old),
)
"""Looked at with each look at the service."""

TURN_EDITIONS = 12  # looked back for the edition in which a thing did not rise yet; weekly feeds: a season's rise


def seen_in_edition(facts: EditionFacts, limits: AlertLimits) -> tuple[Sighting, ...]:
    """Return what every rule that is on sees in an edition."""
    return tuple(one for rule, look in EDITION_RULES if rule in limits.enabled for one in look(facts, limits))


def seen_of_service(facts: ServiceFacts, limits: AlertLimits) -> tuple[Sighting, ...]:
    """Return what every rule that is on sees of the service."""
    return tuple(one for rule, look in SERVICE_RULES if rule in limits.enabled for one in look(facts, limits))


def editions_needed(limits: AlertLimits) -> int:
    """Return how many editions the rules that are on look at.

    >>> editions_needed(AlertLimits(enabled=frozenset({AlertRule.RISK_RED})))
    2
    """
    turns = TURN_EDITIONS if AlertRule.TREND_TURNS in limits.enabled else 1
    return max(limits.raise_editions, limits.clear_editions, turns)
