"""The rule that a provider which could be asked cannot be used."""

from __future__ import annotations

from neuralbrain.alerts.facts import ServiceFacts
from neuralbrain.domain.alert import AlertKey, AlertRule, Says, Sighting
from neuralbrain.domain.alert_limits import AlertLimits

# The verdict has levels of its own below these: several checks in a row, each way (health/verdict.py).
WORDS = {"unavailable": (Says.RAISE, 0.0), "degraded": (Says.HOLD, 0.5), "healthy": (Says.CLEAR, 1.0)}
UNSEEN = (Says.HOLD, 0.5)


def provider_down(facts: ServiceFacts, _limits: AlertLimits) -> tuple[Sighting, ...]:
    """Return which providers are unavailable, doubtful, or well again; of one that nobody looked at nothing follows."""
    return tuple(
        Sighting(
            key=AlertKey(AlertRule.PROVIDER_DOWN, subject=one.name),
            says=said,
            value=value,
            reason=f"The provider {one.name} is {one.status or 'unseen'}: {one.why}",
            confirms=one.status is not None,
        )
        for one in facts.providers
        for said, value in (UNSEEN if one.status is None else WORDS[one.status],)
    )
