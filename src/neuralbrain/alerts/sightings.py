"""Makes sightings of arrays: only of what raises an alert or has one open, so that there is no loop over regions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from neuralbrain.alerts.facts import EditionFacts
from neuralbrain.alerts.hysteresis import Crossed, Flags
from neuralbrain.domain.alert import AlertKey, AlertRule, Claim, Says, Sighting
from neuralbrain.domain.edition import A_YEAR
from neuralbrain.domain.location import location
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.region_signs import RegionSigns


def sightings_of(
    facts: EditionFacts,
    rule: AlertRule,
    *,
    values: Floats,
    found: Crossed,
    reason: Callable[[int], str],
    confirms: bool = True,
) -> tuple[Sighting, ...]:
    """Return what a rule about regions saw.

    A region whose last report is more than a year older than the newest one raises nothing, as it is left out of the
    summary; and nothing is said of a forecast that is not there.

    Args:
        facts: What was looked at.
        rule: Which rule.
        values: Shape (N,): the number that decides, in the newest edition; NaN where nothing can be said.
        found: What the last editions come to.
        reason: Gives the sentence of a position.
        confirms: As in ``Sighting``.
    """
    signs = facts.signs
    raises = found.raises & is_recent(signs)
    keys = _open_positions(facts, rule)
    wanted = raises.copy()
    wanted[list(keys)] = True
    wanted &= signs.here() & np.isfinite(values)
    return tuple(
        Sighting(
            key=keys.get(position) or _key(signs, rule, position),
            says=Says.RAISE if raises[position] else Says.CLEAR if found.clears[position] else Says.HOLD,
            value=float(values[position]),
            reason=reason(position),
            claim=Claim(signs.editions[-1], *map(int, signs.places[position])),
            confirms=confirms,
        )
        for position in np.flatnonzero(wanted).tolist()
    )


def is_recent(signs: RegionSigns) -> Flags:
    """Return shape (N,): whether the last report is at most a year older than the newest of the edition."""
    known = signs.last_dates[~np.isnat(signs.last_dates)]
    if not len(known):
        return np.zeros(len(signs), dtype=np.bool_)
    return np.asarray(known.max() - signs.last_dates <= A_YEAR)


def place_in_words(signs: RegionSigns, position: int) -> str:
    """Return what a position is about: ``cholera_cases in Angola``."""
    code = signs.regions[position]
    found = location(code)
    return f"{signs.signals[position]} in {code if found is None else found.name}"


def last_report(signs: RegionSigns, position: int) -> str:
    """Return when a position was last reported, as words that end a sentence."""
    return f"after the report of {signs.last_dates[position]}"


def _open_positions(facts: EditionFacts, rule: AlertRule) -> dict[int, AlertKey]:
    mine = [key for key in facts.open_keys if key.rule is rule]
    if not mine:
        return {}
    names = zip(facts.signs.regions, facts.signs.signals, strict=True)
    places = dict(zip(names, range(len(facts.signs)), strict=True))
    found = ((places.get((key.region, key.signal)), key) for key in mine)
    return {position: key for position, key in found if position is not None}


def _key(signs: RegionSigns, rule: AlertRule, position: int) -> AlertKey:
    return AlertKey(rule, region=signs.regions[position], signal=signs.signals[position])
