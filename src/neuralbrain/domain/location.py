"""Regions, each named once: ISO 3166-1 alpha-3, ISO 3166-2 for subdivisions, ``WORLD``; everything else is an alias."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from neuralbrain.domain.countries import TABLE as COUNTRIES
from neuralbrain.domain.uk_nations import NATIONS
from neuralbrain.domain.us_states import STATES, TERRITORIES

LONGEST_NAME = 120  # characters; the longest alias has 80, and comparing takes time in the square of the length
WORLD_ALIASES = ("Global", "Worldwide", "Whole world", "All countries", "WLD")
WORDS_LEFT_OUT = frozenset({"the", "and"})
WORDS_SPELT_OUT = MappingProxyType({"st": "saint", "rep": "republic", "dem": "democratic"})
ROW_SEPARATOR = "|"
ALIAS_SEPARATOR = "; "


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """One region.

    Args:
        code: Its one name here: ISO 3166-1 alpha-3, ISO 3166-2 for a subdivision, or ``WORLD``.
        name: Short English name.
        population: Inhabitants, None where nobody lives there all year or no figure is known.
        parent: Code of the region it is part of, None for the world.
        alpha2: ISO 3166-1 alpha-2 of a country, else None.
        numeric: ISO 3166-1 numeric, which is UN M49, as three digits; None where there is none.
        fips: Two-digit FIPS code of a US state or territory; ``US`` for the nation, as the US hubs write it.
        postal: Two-letter postal code of a US state or territory.
    """

    code: str
    name: str
    population: int | None = None
    parent: str | None = None
    alpha2: str | None = None
    numeric: str | None = None
    fips: str | None = None
    postal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """What a text may mean: codes in capitals, and names as ``_key`` writes them."""

    codes: Mapping[str, Location]
    names: Mapping[str, Location]


def _countries() -> Iterator[Location]:
    for row in COUNTRIES.splitlines():
        code, alpha2, numeric, population, name, _ = row.split(ROW_SEPARATOR)
        fips, postal = ("US", None) if code == "USA" else TERRITORIES.get(code, (None, None))
        yield Location(
            code=code,
            name=name,
            population=int(population) if population else None,
            parent="WORLD",
            alpha2=alpha2,
            numeric=numeric or None,
            fips=fips,
            postal=postal,
        )


def _subdivisions() -> Iterator[Location]:
    for row in STATES.splitlines():
        fips, postal, population, name = row.split(ROW_SEPARATOR)
        yield Location(
            code=f"US-{postal}", name=name, population=int(population), parent="USA", fips=fips, postal=postal
        )
    for row in NATIONS.splitlines():
        code, population, name = row.split(ROW_SEPARATOR)
        yield Location(code=code, name=name, population=int(population), parent="GBR")


def _all_locations() -> dict[str, Location]:
    countries = tuple(_countries())
    inhabitants = sum(country.population or 0 for country in countries)
    world = Location(code="WORLD", name="World", population=inhabitants, numeric="001")
    return {one.code: one for one in (world, *countries, *_subdivisions())}


LOCATIONS: Mapping[str, Location] = MappingProxyType(_all_locations())
"""Every region by its code: the world (the sum of its countries), then countries, then subdivisions."""


def location(code: str) -> Location | None:
    """Return the region of exactly that code, or None; for anything else that people write, see ``resolve``.

    >>> location("US-CA").name
    'California'
    >>> location("us-ca") is None
    True
    """
    return LOCATIONS.get(code)


def resolve(name_or_code: str, *, within: str | None = None) -> Location | None:
    """Return the region that a name or code means, or None where it means none.

    Accents, capitals, punctuation and "the" do not matter; ``St.`` is Saint, and ``Korea, Republic of`` and
    ``Iran (Islamic Republic of)`` are turned round. Read in this order: our codes, alpha-2, three-digit M49,
    two-digit FIPS (``06``), then names: short, official, former and common ones.

    Two kinds of text have two meanings, and both mean the country here: two bare letters (``CA`` is Canada, not
    California; ``NY`` is nothing) and ``Georgia``. The states are ``US-CA``, ``06`` or ``California``, and
    ``US-GA``, ``13`` or ``Georgia, USA``. A feed that speaks of one country only says so with ``within``: then
    postal codes and home names count first, and nothing outside that country is found.

    Territories with an ISO 3166-1 code are named by it alone: ``US-PR`` and ``72`` are ``PRI``.

    Args:
        name_or_code: What a feed, a file or a person wrote.
        within: Code of the country that the text is about: itself, its subdivisions and, for ``USA``, its territories.

    Raises:
        ValueError: If ``within`` is no country's code.

    >>> [resolve(text).code for text in ("cote d'ivoire", "Burma", "276", "CA", "us-ca", "06", "US")]
    ['CIV', 'MMR', 'DEU', 'CAN', 'US-CA', 'US-CA', 'USA']
    >>> [resolve(text, within="USA").code for text in ("CA", "Georgia", "Virgin Islands")]
    ['US-CA', 'US-GA', 'VIR']
    """
    if len(name_or_code) > LONGEST_NAME:
        return None
    index = _index(within)
    found = index.codes.get(name_or_code.strip().upper().replace("_", "-"))
    keys = (_key(text) for text in (name_or_code, _turned_round(name_or_code)))
    return found or next((index.names[key] for key in keys if key in index.names), None)


def suggest(text: str, limit: int = 3) -> tuple[Location, ...]:
    """Return the regions that a misspelt text may have meant, the likeliest first; empty where none is near.

    Args:
        text: What could not be resolved.
        limit: How many at most.

    >>> [one.name for one in suggest("Gremany")]
    ['Germany']
    >>> [one.code for one in suggest("NY", limit=1)]
    ['US-NY']
    """
    names = _index(None).names
    state = _index("USA").codes.get(text.strip().upper())
    # Several names of one region may be near: ask for all, then keep the first of each.
    near = get_close_matches(_key(text[:LONGEST_NAME]), names, n=len(names), cutoff=0.65)
    ranked = [*([state] if state else []), *(names[key] for key in near)]
    return tuple(dict.fromkeys(ranked))[: max(limit, 0)]


def search(text: str) -> tuple[Location, ...]:
    """Return the regions whose code begins with a text, or a name or alias of which holds it.

    The one that exactly that text means comes first, then those that it begins, then the others; each as in
    ``LOCATIONS``. Empty where there is none.

    >>> [one.code for one in search("carolina")], [one.code for one in search("coast")]
    (['US-NC', 'US-SC'], ['CIV'])
    """
    if len(text) > LONGEST_NAME or not text.strip():
        return ()
    key, code, meant = _key(text), text.strip().upper().replace("_", "-"), resolve(text)
    ranks: dict[Location, int] = {} if meant is None else {meant: 0}
    for one in LOCATIONS.values():
        if one.code.startswith(code):
            ranks.setdefault(one, 1)
    own = ((_key(one.name), one) for one in LOCATIONS.values())  # Georgia as a name means the country alone
    for name, one in (*_index(None).names.items(), *own):
        # "states" does not mean each of the United States, which are also known with their nation's name behind.
        with_nation = one.parent == "USA" and name.removeprefix(_key(one.name)) in {"us", "usa", "unitedstates"}
        if key and key in name and not with_nation:
            ranks[one] = min(ranks.get(one, 2), 1 if name.startswith(key) else 2)
    order = {one: place for place, one in enumerate(LOCATIONS.values())}
    return tuple(sorted(ranks, key=lambda one: (ranks[one], order[one])))


def _key(text: str) -> str:
    """Return a name as it is compared: plain small letters and digits, without spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("&", " and ")
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    words = re.findall(r"[^\W_]+", letters)
    return "".join(WORDS_SPELT_OUT.get(word, word) for word in words if word not in WORDS_LEFT_OUT)


def _turned_round(text: str) -> str:
    """Return "Republic of Korea" for "Korea, Republic of" or "Korea (Republic of)"; other texts as they are."""
    head, mark, tail = text.replace("(", ",").rstrip(" )").partition(",")
    return f"{tail} {head}" if mark else text


@cache
def _index(within: str | None) -> _Index:
    if within is None:
        return _world_index()
    country = LOCATIONS.get(within)
    if country is None or country.parent != "WORLD":
        raise ValueError(f"within takes the code of a country, such as USA, not {within!r}")
    territories = {LOCATIONS[code] for code in TERRITORIES} if within == "USA" else set()
    members = {country, *territories, *(one for one in LOCATIONS.values() if one.parent == within)}
    everywhere = _index(None)
    codes = {key: one for key, one in everywhere.codes.items() if one in members}
    names = {key: one for key, one in everywhere.names.items() if one in members}
    codes |= {one.postal: one for one in members if one.postal}
    names |= {_key(one.name): one for one in members}
    if within == "USA":
        names[_key("Virgin Islands")] = LOCATIONS["VIR"]
    return _Index(codes=codes, names=names)


def _world_index() -> _Index:
    codes: dict[str, Location] = {f"US-{postal}": LOCATIONS[code] for code, (_, postal) in TERRITORIES.items()}
    names = {_key(alias): LOCATIONS["WORLD"] for alias in WORLD_ALIASES}
    # Subdivisions first: where a country has the same name, the country is written over it.
    for one in tuple(LOCATIONS.values())[::-1]:
        codes |= {text: one for text in (one.code, one.alpha2, one.numeric, one.fips) if text}
        names[_key(one.name)] = one
        if one.parent == "USA":
            names |= {_key(f"{one.name} {nation}"): one for nation in ("US", "USA", "United States")}
    for row in COUNTRIES.splitlines():
        code, *_, aliases = row.split(ROW_SEPARATOR)
        names |= {_key(alias): LOCATIONS[code] for alias in aliases.split(ALIAS_SEPARATOR) if alias}
    names[_key("Washington, D.C.")] = LOCATIONS["US-DC"]
    return _Index(codes=codes, names=names)
