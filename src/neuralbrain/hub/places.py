"""The places of the hubs: their codes, and ours."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from neuralbrain.domain.location import LOCATIONS

NATION, PUERTO_RICO = "USA", "PRI"  # the one territory that the hubs ask for

_RESPICAST = (
    *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT"),
    *("LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
_NATIONS = ("GB-ENG", "GB-WLS", "GB-NIR", "GB-SCT")


def _united_states() -> Mapping[str, str]:
    states = {one.fips: code for code, one in LOCATIONS.items() if one.parent == NATION and one.fips}
    own = {str(LOCATIONS[code].fips): code for code in (NATION, PUERTO_RICO)}
    return MappingProxyType({"US": own["US"], **dict(sorted(states.items())), "72": own["72"]})


def _europe() -> Mapping[str, str]:
    countries = {one.alpha2: code for code, one in LOCATIONS.items() if one.alpha2}
    return MappingProxyType({code: countries[code] for code in _RESPICAST} | {code: code for code in _NATIONS})


UNITED_STATES = _united_states()
"""The 53 places of the American hubs by their codes: ``US``, two digits of FIPS with their zero, ``72``."""

EUROPE = _europe()
"""The 35 places of the European hubs: ISO 3166-1 alpha-2, and the four nations of the United Kingdom."""


def inhabitants(code: str) -> int | None:
    """Return how many people live in a place of ours, None where that is not known."""
    found = LOCATIONS.get(code)
    return None if found is None else found.population
