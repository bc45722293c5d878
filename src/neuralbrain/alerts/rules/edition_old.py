"""The rule that no cycle has published, or found nothing new, for too long."""

from __future__ import annotations

from neuralbrain.alerts.facts import ServiceFacts
from neuralbrain.domain.alert import AlertKey, AlertRule, Says, Sighting
from neuralbrain.domain.alert_limits import AlertLimits


def edition_old(facts: ServiceFacts, limits: AlertLimits) -> tuple[Sighting, ...]:
    """Return whether the edition is old, nearly so, or was found up to date again; nothing before the first."""
    age = facts.edition_age_days
    if age is None:
        return ()
    says = Says.RAISE if age > limits.old_days else Says.CLEAR if age <= limits.old_until_days else Says.HOLD
    return (
        Sighting(
            key=AlertKey(AlertRule.EDITION_OLD),
            says=says,
            value=age,
            reason=(
                f"The edition was last found up to date {age:.1f} days ago; alert after {limits.old_days:g} days, over "
                f"at {limits.old_until_days:g}."
            ),
        ),
    )
