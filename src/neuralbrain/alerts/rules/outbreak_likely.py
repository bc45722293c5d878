"""The rule that an outbreak is more probable than a level of the settings."""

from __future__ import annotations

import math

import numpy as np

from neuralbrain.alerts.facts import EditionFacts
from neuralbrain.alerts.hysteresis import crossed
from neuralbrain.alerts.sightings import last_report, place_in_words, sightings_of
from neuralbrain.domain.alert import AlertRule, Sighting
from neuralbrain.domain.alert_limits import AlertLimits


def outbreak_likely(facts: EditionFacts, limits: AlertLimits) -> tuple[Sighting, ...]:
    """Return where the outbreak probability reaches the level, holds, or has fallen below the lower one."""
    signs = facts.signs
    values = signs.outbreak_probability[-1]
    found = crossed(
        signs.outbreak_probability,
        raise_from=limits.outbreak_from,
        clear_until=limits.outbreak_until,
        raise_editions=limits.raise_editions,
        clear_editions=limits.clear_editions,
    )

    def reason(position: int) -> str:
        bound = signs.outbreak_threshold[position]
        beyond = f" beyond {bound:,.1f}" if np.isfinite(bound) else ""
        percent = math.floor(100 * values[position])
        return (
            f"An outbreak{beyond} of {place_in_words(signs, position)} has a probability of {percent} % "
            f"{last_report(signs, position)}; alert from {limits.outbreak_from:.0%}, over at "
            f"{limits.outbreak_until:.0%}."
        )

    return sightings_of(facts, AlertRule.OUTBREAK_LIKELY, values=values, found=found, reason=reason)
