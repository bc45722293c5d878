"""The rule that a region's risk reaches RED."""

from __future__ import annotations

import math

from neuralbrain.alerts.facts import EditionFacts
from neuralbrain.alerts.hysteresis import crossed
from neuralbrain.alerts.sightings import last_report, place_in_words, sightings_of
from neuralbrain.domain.alert import AlertRule, Sighting
from neuralbrain.domain.alert_limits import AlertLimits
from neuralbrain.domain.claims import RED_FROM


def risk_red(facts: EditionFacts, limits: AlertLimits) -> tuple[Sighting, ...]:
    """Return where the risk score reaches RED, holds between the two levels, or has fallen below the lower one."""
    signs = facts.signs
    values = signs.risk_score[-1]
    found = crossed(
        signs.risk_score,
        raise_from=RED_FROM,
        clear_until=limits.red_until,
        raise_editions=limits.raise_editions,
        clear_editions=limits.clear_editions,
    )

    def reason(position: int) -> str:
        # Cut, not rounded: a score just below a level must not seem to have reached it.
        score = math.floor(values[position])
        return (
            f"The risk of {place_in_words(signs, position)} is {score} of 100 {last_report(signs, position)}; RED from "
            f"{RED_FROM:g}, over at {limits.red_until:g}."
        )

    return sightings_of(facts, AlertRule.RISK_RED, values=values, found=found, reason=reason)
