"""Guesses what the columns of a file mean by their usual names; what may mean two things is asked, not guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import polars as pl

from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.own_file_mapping import THERE, FileMapping, mapping_of
from neuralbrain.sources.own_file_table import ROW

_PLACES = """
location region country iso3 iso2 iso_code iso_3166 country_code country_name location_name location_code state
state_code state_name fips jurisdiction geography geo_value area place territory nation entity
"""
PLACES = frozenset(_PLACES.split())
DATES = {
    **dict.fromkeys(("date", "reference_date", "reference_time", "time_value", "week"), ""),
    "day": "day",
    **dict.fromkeys(("target_end_date", "target_date", "week_end", "week_ending", "week_end_date"), "week-end"),
    **dict.fromkeys(("week_ending_date", "weekendingdate", "weekending", "week_ends"), "week-end"),
    **dict.fromkeys(
        ("week_start", "week_starting", "week_start_date", "week_beginning", "week_commencing"), "week-start"
    ),
    **dict.fromkeys(("iso_week", "isoweek", "year_week"), "iso-week"),
    **dict.fromkeys(("mmwr_week", "epiweek", "epi_week"), "mmwr-week"),
}
"""Usual name of a column of dates to what a date in it means; empty where only the dates tell."""

WEEK_NUMBERS = {"week": "", "week_number": "", "iso_week": "iso-week", "mmwr_week": "mmwr-week", "epiweek": "mmwr-week"}
"""Usual name of a column of week numbers, beside one of years, to whose weeks they are; empty where it does not say."""

AS_OF = frozenset(("as_of", "issue_date", "report_time", "version_date"))
SIGNALS = {
    **{name: name for name in ("cases", "deaths", "admissions", "hospitalizations", "hospitalisations", "tests")},
    "new_cases": "cases",
    "new_deaths": "deaths",
    "confirmed_cases": "confirmed_cases",
    "hospital_admissions": "hospital_admissions",
    **dict.fromkeys(("value", "count", "observation"), ""),
}
"""Usual name of a column of values to the signal that it is; empty where the feed's name is."""

_KINDS = "signal indicator target variable metric measure age age_group agegroup sex gender disease"
KINDS = frozenset(_KINDS.split())
"""Usual names of columns that make several values of one place and date."""


def guess(table: pl.DataFrame, *, feed: str, origin: str) -> FileMapping:
    """Return the mapping that the names of columns suggest.

    Args:
        table: The file as text.
        feed: Name of the feed; a column that is called ``value`` is the signal of that name.
        origin: Where the file is, for messages.

    Raises:
        SourceSchemaError: If a place, date or value is not among them, or may be in several; it says what to write.
    """
    columns = [name for name in table.columns if name != ROW]
    plain = {name: re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") for name in columns}
    kinds = [name for name in columns if plain[name] in KINDS and table[name].n_unique() > 1]
    if kinds:
        raise _ask(
            f"{origin} has the column {kinds[0]!r}, which makes several values of one place and date.",
            f'Say which of them are meant, with [only] and below it "{kinds[0]}" = "{table[kinds[0]].drop_nulls()[0]}"',
        )
    given = {
        "location": _one(plain, PLACES, "place", 'location = "{}"', origin=origin),
        **_dates(plain, origin),
        "signals": _signals(plain, feed, origin),
    }
    as_of = [name for name in columns if plain[name] in AS_OF]
    if len(as_of) > 1:
        raise _ask(f"{origin} has several columns that may mean the same: {_list(as_of)}.", 'Write as_of = "…"')
    return mapping_of(given | ({"as_of": as_of[0]} if as_of else {}))


def in_words(guessed: FileMapping) -> str:
    """Return what was guessed, as it would stand in a mapping file."""
    columns = {"location": guessed.location, "date": guessed.date, "year": guessed.year, "week": guessed.week}
    named = columns | {"date_means": guessed.date_means, "as_of": guessed.as_of}
    said = [f'{key} = "{value}"' for key, value in named.items() if value]
    signals = [f'{name} = "{one.column}"' for name, one in guessed.signals.items()]
    return f"{', '.join(said)} and, below [signals], {', '.join(signals)}"


def _dates(plain: Mapping[str, str], origin: str) -> dict[str, str]:
    years = [name for name, one in plain.items() if one == "year"]
    weeks = [name for name, one in plain.items() if one in WEEK_NUMBERS]
    if not years or not weeks or "date" in plain.values():
        date = _one(plain, DATES, "date", 'date = "{}"', origin=origin)
        return {"date": date, "date_means": DATES[plain[date]]}
    means = WEEK_NUMBERS[plain[weeks[0]]]
    if not means or len(years) > 1 or len(weeks) > 1:
        raise _ask(
            f"{origin} has a year and a week, {_list([*years, *weeks])}, and does not say whose weeks they are.",
            f'Write year = "{years[0]}", week = "{weeks[0]}" and date_means = "iso-week" (ends on Sunday) or '
            '"mmwr-week" (ends on Saturday)',
        )
    return {"year": years[0], "week": weeks[0], "date_means": means}


def _signals(plain: Mapping[str, str], feed: str, origin: str) -> dict[str, dict[str, str]]:
    values = {name: SIGNALS[one] or _slug(feed) for name, one in plain.items() if one in SIGNALS}
    if not values:
        raise _ask(
            f"{origin} has no column with a usual name of values, such as cases or value; it has {_list(list(plain))}.",
            'Write [signals] and below it cases = "the column", or cases = "*" if each place has a column',
        )
    if len(set(values.values())) < len(values):
        said = f"{origin} has several columns that may mean the same: {_list(list(values))}."
        raise _ask(said, 'Write [signals] and below it cases = "the column that is meant"')
    deaths = {"deaths": "deaths"} if "deaths" in values.values() else {}
    return {signal: {"column": name} | (deaths if signal == "cases" else {}) for name, signal in values.items()}


def _one(plain: Mapping[str, str], usual: Collection[str], what: str, write: str, *, origin: str) -> str:
    found = [name for name, one in plain.items() if one in usual]
    if len(found) == 1:
        return found[0]
    if found:
        said = f"{origin} has several columns that may be the {what}: {_list(found)}."
        raise _ask(said, f"Write {write.format(found[0])} if that is the one")
    said = f"{origin} has no column with a usual name of a {what}; it has {_list(list(plain))}."
    raise _ask(said, f"Write {write.format(f'the column of the {what}s')}")


def _ask(said: str, write: str) -> SourceSchemaError:
    return SourceSchemaError(said, remedy=f"{write}, {THERE}.")


def _list(columns: Sequence[str]) -> str:
    return ", ".join(map(repr, columns))[:300]


def _slug(feed: str) -> str:
    """Return a feed's name as the name of a signal.

    >>> _slug("flu-2026"), _slug("3rd")
    ('flu_2026', 'feed_3rd')
    """
    words = re.sub(r"[^a-z0-9]+", "_", feed.lower()).strip("_") or "value"
    return words if words[0].isalpha() else f"feed_{words}"
