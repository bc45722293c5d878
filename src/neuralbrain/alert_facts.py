"""Gathers what the rules of alerts about the service go by: how old feeds and the edition are, how providers do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from neuralbrain.alerts.facts import FeedAge, ProviderWord, ServiceFacts
from neuralbrain.domain.edition import EditionHeader
from neuralbrain.domain.feed import FeedFacts
from neuralbrain.errors import SettingsError
from neuralbrain.health.verdict import KNOWN_FOR, ON_THIS_MACHINE, ProviderHealth
from neuralbrain.ports import Clock
from neuralbrain.publish.feed_state import state_of
from neuralbrain.source_ports import Feeds

log = structlog.get_logger()
DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FactGathering:
    """Where the facts come from.

    Args:
        sources: The names of the feeds that are read.
        facts_of: Gives what is known of one beforehand.
        feeds: What is remembered of reading them.
        enabled: The providers that may be asked.
        lacking: What one lacks to be asked, empty where nothing.
        providers: Gives how each provider is doing.
        newest: Gives the header of the newest edition, None where there is none.
        good_at: Gives when a cycle last published or found nothing new, None where none did.
        clock: Tells when.
    """

    sources: Sequence[str]
    facts_of: Callable[[str], FeedFacts]
    feeds: Feeds
    enabled: Sequence[str]
    lacking: Callable[[str], str]
    providers: Callable[[], Mapping[str, ProviderHealth]]
    newest: Callable[[], EditionHeader | None]
    good_at: Callable[[], datetime | None]
    clock: Clock

    def gather(self) -> ServiceFacts:
        """Return the facts as they are now; may wait for a disk.

        Raises:
            StoreError: If what is kept cannot be read.
        """
        now = self.clock.now()
        return ServiceFacts(
            feeds=tuple(self._feed(name, now) for name in self.sources),
            providers=self._providers(now),
            edition_age_days=self._edition_age(now),
        )

    def _feed(self, name: str, now: datetime) -> FeedAge:
        try:
            facts = self.facts_of(name)
        except SettingsError as error:  # the cycle says so; other feeds are looked at all the same
            log.info("alerts-without-feed", feed=name, code=error.error_code)
            return FeedAge(name=name, title=name, age_days=None, stale_after_days=0)
        state = state_of(facts, self.feeds, is_read=True, now=now)
        limit = None if facts.archive else facts.stale_after_days
        return FeedAge(name=name, title=facts.title, age_days=state.age_days, stale_after_days=limit)

    def _providers(self, now: datetime) -> tuple[ProviderWord, ...]:
        health = self.providers()
        asked = [one for one in self.enabled if one != ON_THIS_MACHINE and one in health]
        return tuple(self._provider(health[name], now) for name in asked)

    def _provider(self, health: ProviderHealth, now: datetime) -> ProviderWord:
        lacks = self.lacking(health.provider)  # here, that is: whoever has the key may know better
        return ProviderWord(name=health.provider, status=None, why=lacks) if lacks else _word(health, now)

    def _edition_age(self, now: datetime) -> float | None:
        header = self.newest()
        if header is None:
            return None
        good_at = self.good_at()
        last = header.timestamp if good_at is None else max(header.timestamp, good_at)
        return max((now - last).total_seconds(), 0.0) / DAY_SECONDS


def _word(health: ProviderHealth, now: datetime) -> ProviderWord:
    """Return how a provider is doing; of one that nobody checked or asked within a day, nothing."""
    check = health.last_check
    seen = health.calls > 0 or (check is not None and now - check.at <= KNOWN_FOR)
    known = seen or health.parked_until is not None
    return ProviderWord(name=health.provider, status=health.status.value if known else None, why=health.why)
