"""The rule that a trend turns upwards: what did not rise before does now."""

from __future__ import annotations

import math

import numpy as np

from neuralbrain.alerts.facts import EditionFacts
from neuralbrain.alerts.hysteresis import Crossed, crossed, turned
from neuralbrain.alerts.sightings import last_report, place_in_words, sightings_of
from neuralbrain.domain.alert import AlertRule, Sighting
from neuralbrain.domain.alert_limits import AlertLimits


def trend_turns(facts: EditionFacts, limits: AlertLimits) -> tuple[Sighting, ...]:
    """Return where the trend turned upwards, holds, or points elsewhere again.

    What rose when it was first seen has not turned, and one rise is one turn: after an alert has ended, the next needs
    an edition in between in which the thing did not rise.
    """
    signs = facts.signs
    values = signs.rising_probability[-1]
    found = crossed(
        signs.rising_probability,
        raise_from=limits.rising_from,
        clear_until=limits.rising_until,
        raise_editions=limits.raise_editions,
        clear_editions=limits.clear_editions,
    )
    before = turned(
        signs.rising_probability,
        rising_from=limits.rising_from,
        rising_until=limits.rising_until,
        editions=signs.editions,
    )
    news = found.raises & (before > _last_raised(facts))

    def reason(position: int) -> str:
        percent = math.floor(100 * values[position])
        rose = f"; it was at most {limits.rising_until:.0%} in edition {before[position]}" if before[position] else ""
        return (
            f"That {place_in_words(signs, position)} rises has a probability of {percent} % "
            f"{last_report(signs, position)}{rose}."
        )

    return sightings_of(
        facts,
        AlertRule.TREND_TURNS,
        values=values,
        found=Crossed(raises=news, clears=found.clears),
        reason=reason,
        confirms=False,
    )


def _last_raised(facts: EditionFacts) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return shape (N,): the edition at which such an alert was last raised, 0 where none ever was."""
    known = {key[1:3]: edition for key, edition in facts.raised_before.items() if key.rule is AlertRule.TREND_TURNS}
    if not known:
        return np.zeros(len(facts.signs), dtype=np.int64)
    names = zip(facts.signs.regions, facts.signs.signals, strict=True)
    return np.fromiter((known.get(one, 0) for one in names), dtype=np.int64, count=len(facts.signs))
