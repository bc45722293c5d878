"""Regions: one name each inside, every alias at the doors."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.domain.countries import COLUMNS, TABLE
from neuralbrain.domain.location import LOCATIONS, Location, location, resolve, suggest
from neuralbrain.domain.uk_nations import NATION_COLUMNS, NATIONS
from neuralbrain.domain.us_states import STATE_COLUMNS, STATES, TERRITORIES

ROWS = [row.split("|") for row in TABLE.splitlines()]
COUNTRIES = [one for one in LOCATIONS.values() if one.parent == "WORLD"]
STATES_KNOWN = [one for one in LOCATIONS.values() if one.parent == "USA"]


def code_of(text: str, within: str | None = None) -> str | None:
    """Return the code that a text resolves to."""
    found = resolve(text, within=within)
    return found.code if found else None


def test_tables_are_complete_and_regular() -> None:
    """There are 249 countries and Kosovo, 51 states and four nations, in order, each row with every column."""
    assert len(ROWS) == 250
    assert {len(row) for row in ROWS} == {len(COLUMNS)}
    assert [row[0] for row in ROWS] == sorted({row[0] for row in ROWS})
    assert all(re.fullmatch("[A-Z]{3}", row[0]) and re.fullmatch("[A-Z]{2}", row[1]) for row in ROWS)
    assert {row[0] for row in ROWS if not re.fullmatch("[0-9]{3}", row[2])} == {"XKX"}
    assert {len(row.split("|")) for row in STATES.splitlines()} == {len(STATE_COLUMNS)}
    assert {len(row.split("|")) for row in NATIONS.splitlines()} == {len(NATION_COLUMNS)}
    assert len(STATES.splitlines()) == 51
    assert len(LOCATIONS) == 1 + 250 + 51 + 4


def test_codes_are_unique_in_each_system() -> None:
    """No two regions share an alpha-2, a number, a FIPS or a postal code, and each is kept under its own code."""
    for system in ("alpha2", "numeric", "fips", "postal", "name"):
        known = [getattr(one, system) for one in LOCATIONS.values() if getattr(one, system)]
        repeated = {text for text in known if known.count(text) > 1}
        assert repeated == ({"Georgia"} if system == "name" else set())
    assert all(one.code == code for code, one in LOCATIONS.items())


def test_every_region_but_the_world_has_a_known_parent() -> None:
    """Following parents ends at the world."""
    assert [one.code for one in LOCATIONS.values() if one.parent is None] == ["WORLD"]
    assert {one.parent for one in LOCATIONS.values()} == {None, "WORLD", "USA", "GBR"}


def test_no_alias_is_claimed_twice() -> None:
    """Each name and alias of the table resolves to the row it stands in."""
    for row in ROWS:
        for text in [row[4], *filter(None, row[5].split("; "))]:
            assert code_of(text) == row[0], text


@pytest.mark.parametrize("one", LOCATIONS.values(), ids=LOCATIONS)
def test_every_code_resolves_to_its_region(one: Location) -> None:
    """Code, alpha-2, number, FIPS and name, also in small letters, lead to the one region; location knows its code."""
    assert location(one.code) is one
    for text in filter(None, (one.code, one.code.lower(), one.alpha2, one.numeric, one.fips, f" {one.code} ")):
        assert resolve(text) is one
    assert code_of(one.name) == ("GEO" if one.code == "US-GA" else one.code)


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("COD", ["DRC", "DR Congo", "Congo, Dem. Rep.", "Congo (Kinshasa)", "Congo, The Democratic Republic of the"]),
        ("COG", ["Congo", "Republic of the Congo", "Congo, Rep.", "Congo (Brazzaville)"]),
        ("CIV", ["Ivory Coast", "Cote d'Ivoire", "CÔTE D\u2019IVOIRE", "cote divoire"]),
        ("GBR", ["UK", "uk", "U.K.", "Great Britain", "United Kingdom of Great Britain and Northern Ireland"]),
        ("USA", ["US", "USA", "U.S.A.", "United States of America", "the united states"]),
        ("TUR", ["Turkey", "TÜRKİYE", "Turkiye", "TR", "792"]),
        ("MMR", ["Burma", "Myanmar"]),
        ("SWZ", ["Swaziland", "Eswatini"]),
        ("CZE", ["Czech Republic", "Czechia"]),
        ("CPV", ["Cape Verde", "Cabo Verde"]),
        ("KOR", ["South Korea", "Korea, South", "Korea, Republic of", "Republic of Korea", "Korea, Rep."]),
        ("PRK", ["North Korea", "Korea (Democratic People's Republic of)", "DPRK"]),
        ("TZA", ["Tanzania", "United Republic of Tanzania", "Tanzania, United Republic of"]),
        ("IRN", ["Iran", "Iran (Islamic Republic of)", "Iran, Islamic Rep."]),
        ("NLD", ["The Netherlands", "Netherlands (Kingdom of the)"]),
        ("GMB", ["The Gambia", "Gambia, The"]),
        ("LCA", ["St. Lucia", "St Lucia", "SAINT LUCIA"]),
        ("TTO", ["Trinidad & Tobago", "Trinidad and Tobago"]),
        ("VIR", ["U.S. Virgin Islands", "Virgin Islands, U.S.", "United States Virgin Islands", "78"]),
        ("VGB", ["Virgin Islands, British", "British Virgin Islands"]),
        ("HKG", ["Hong Kong SAR, China", "China, Hong Kong SAR"]),
        ("GRC", ["EL", "Hellenic Republic", "GR"]),
        ("XKX", ["XK", "Kosovo"]),
        ("WORLD", ["World", "Global", "global", "WORLD", "001"]),
        ("US-CA", ["California", "US-CA", "us_ca", "06", "California, USA"]),
        ("US-DC", ["District of Columbia", "Washington, D.C.", "11"]),
        ("US-WA", ["Washington", "53"]),
        ("US-GA", ["US-GA", "13", "Georgia, USA", "Georgia (US)"]),
        ("GB-ENG", ["England", "GB-ENG"]),
    ],
)
def test_common_names_resolve(code: str, texts: list[str]) -> None:
    """What feeds and people write, in any accents, capitals and punctuation, means the region they mean."""
    assert {text: code_of(text) for text in texts} == dict.fromkeys(texts, code)


def test_two_bare_letters_mean_the_country() -> None:
    """CA is Canada and GA is Gabon; a postal code that is no alpha-2 code means nothing."""
    assert [code_of(text) for text in ("CA", "GA", "DE", "CO", "NY", "TX")] == ["CAN", "GAB", "DEU", "COL", None, None]


def test_within_a_country_its_own_words_count_first() -> None:
    """Inside the United States postal codes and Georgia mean states, and nothing abroad is found."""
    texts = ("CA", "GA", "Georgia", "NY", "US", "06", "PR", "Virgin Islands", "Canada", "124", "GEO")
    assert [code_of(text, within="USA") for text in texts] == [
        *("US-CA", "US-GA", "US-GA", "US-NY", "USA", "US-CA", "PRI", "VIR"),
        *(None, None, None),
    ]
    assert code_of("England", within="GBR") == "GB-ENG"
    assert code_of("France", within="GBR") is None


@pytest.mark.parametrize("within", ["US", "US-CA", "WORLD", "nowhere"])
def test_within_takes_a_country_only(within: str) -> None:
    """A limit that is no country's code is a mistake of ours, not an empty answer."""
    with pytest.raises(ValueError, match=within):
        resolve("CA", within=within)


def test_territories_are_named_by_their_country_code() -> None:
    """FIPS, postal subdivision code and name of a territory all lead to its ISO 3166-1 code."""
    for code, (fips, postal) in TERRITORIES.items():
        assert [code_of(text) for text in (fips, f"US-{postal}", LOCATIONS[code].name)] == [code] * 3


@pytest.mark.parametrize(
    "text", ["", " ", "the", "?", "6", "99", "999", "ZZ", "Atlantis", "US-ZZ", "Korea", "x" * 10_000]
)
def test_unknown_texts_mean_nothing(text: str) -> None:
    """What is unknown or could mean two regions is None, never a guess."""
    assert resolve(text) is None


@given(text=st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    """Whatever is written, resolving and suggesting give an answer."""
    found = resolve(text)
    assert found is None or found in LOCATIONS.values()
    assert len(suggest(text)) <= 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Gremany", "DEU"),
        ("Untied States", "USA"),
        ("Phillipines", "PHL"),
        ("Califronia", "US-CA"),
        ("Brasil", "BRA"),
        ("NY", "US-NY"),
    ],
)
def test_misspelt_names_are_suggested(text: str, code: str) -> None:
    """The region that was meant comes first."""
    assert suggest(text)[0].code == code


def test_suggestions_are_few_and_different() -> None:
    """At most ``limit`` regions are suggested, none twice, and none where nothing is near."""
    korean = {one.code for one in suggest("Korea")}
    assert korean == {"KOR", "PRK"}
    assert len(suggest("Korea", limit=1)) == 1
    assert suggest("Korea", limit=0) == suggest("qqqqqqqq") == suggest("") == ()


def test_populations_are_those_of_real_places() -> None:
    """A dozen figures are of the right size, states sum to the nation, and nobody is counted as nobody."""
    millions = {
        code: round((LOCATIONS[code].population or 0) / 1e6) for code in ("CHN", "DEU", "BRA", "NGA", "JPN", "ISL")
    }
    assert millions == {"CHN": 1412, "DEU": 83, "BRA": 209, "NGA": 196, "JPN": 127, "ISL": 0}
    assert LOCATIONS["US-CA"].population == 38_965_193
    assert LOCATIONS["PRI"].population == 3_205_691
    assert sum(one.population or 0 for one in STATES_KNOWN) == LOCATIONS["USA"].population
    nations = sum(one.population or 0 for one in LOCATIONS.values() if one.parent == "GBR")
    assert nations == pytest.approx(LOCATIONS["GBR"].population, abs=200)
    assert LOCATIONS["WORLD"].population == sum(one.population or 0 for one in COUNTRIES)
    assert {one.code for one in LOCATIONS.values() if one.population is None} == {"ATA", "BVT", "HMD", "UMI"}
    assert all(one.population is None or one.population > 0 for one in LOCATIONS.values())
