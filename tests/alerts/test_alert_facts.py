"""What the rules about the service go by: what cannot be told from here says nothing, and ends no alert."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from neuralbrain.alert_facts import FactGathering
from neuralbrain.alerts.facts import FeedAge
from neuralbrain.alerts.rules import seen_of_service
from neuralbrain.domain.alert import AlertRule, Says
from neuralbrain.domain.alert_limits import AlertLimits
from neuralbrain.domain.feed import FeedFacts
from neuralbrain.errors import SettingsError
from neuralbrain.wiring import Application


def test_what_cannot_be_told_from_here_ends_no_alert(make_application: Callable[..., Application], monkeypatch):
    """A shell without a provider's key, or with a feed that cannot be set up, holds what another process raised."""
    monkeypatch.delenv("GROQ_API_KEY", raising=False)
    here = make_application()

    def refused(name: str) -> FeedFacts:
        raise SettingsError(f"{name} lacks its address.", remedy="Set it.")

    facts = FactGathering(
        sources=("mine",),
        facts_of=refused,
        feeds=here.feeds,
        enabled=("groq", "local"),
        lacking=here.lacking,
        providers=lambda: {name: replace(one, calls=3) for name, one in here.providers_health.all().items()},
        newest=lambda: None,
        good_at=here.journal.last_good_at,
        clock=here.clock,
    ).gather()
    assert facts.feeds == (FeedAge(name="mine", title="mine", age_days=None, stale_after_days=0),)
    assert [(one.name, one.status) for one in facts.providers] == [("groq", None)]
    assert "GROQ_API_KEY" in facts.providers[0].why
    seen = seen_of_service(facts, AlertLimits(enabled=frozenset(AlertRule)))
    assert [(one.key.subject, one.says, one.confirms) for one in seen] == [
        ("mine", Says.HOLD, False),
        ("groq", Says.HOLD, False),
    ]
