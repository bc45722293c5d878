"""Columns are guessed by their usual names, and only where there is one way to read them."""

from __future__ import annotations

import polars as pl
import pytest

from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.own_file_guess import guess
from neuralbrain.sources.own_file_mapping import FileMapping


def guessed(*columns: str, feed: str = "mine", second: tuple[str, ...] | None = None) -> FileMapping:
    """Return the mapping of a file of these columns, of two rows."""
    rows = [columns, second or columns]
    return guess(pl.DataFrame(rows, schema=list(columns), orient="row"), feed=feed, origin="mine.csv")


def test_usual_names_are_known_however_they_are_written() -> None:
    """Capitals, spaces and hyphens do not matter."""
    found = guessed("Country Code", "Week-Ending", "New Cases", "New Deaths", "Population", "As of")
    assert (found.location, found.date, found.date_means, found.as_of) == (
        "Country Code",
        "Week-Ending",
        "week-end",
        "As of",
    )
    assert {name: one.column for name, one in found.signals.items()} == {"cases": "New Cases", "deaths": "New Deaths"}
    assert found.signals["cases"].deaths == "deaths"


def test_a_value_is_what_the_feed_is_called() -> None:
    """A column called value has no name of its own; the feed's has the form of a signal's."""
    assert list(guessed("fips", "date", "value", feed="flu-admissions").signals) == ["flu_admissions"]
    assert list(guessed("fips", "date", "value", feed="2026-flu").signals) == ["feed_2026_flu"]


@pytest.mark.parametrize(
    ("columns", "means"),
    [
        (("year", "iso_week"), "iso-week"),
        (("year", "epiweek"), "mmwr-week"),
        (("year", "mmwr_week"), "mmwr-week"),
    ],
)
def test_a_year_and_a_week_stand_together(columns: tuple[str, str], means: str) -> None:
    """Their names say whose weeks they are."""
    found = guessed("state", *columns, "cases")
    assert (found.year, found.week, found.date, found.date_means) == (*columns, "", means)


def test_a_date_beside_year_and_week_is_enough() -> None:
    """Year and week only repeat what the date says."""
    assert guessed("state", "year", "week_number", "date", "cases").date == "date"


@pytest.mark.parametrize(
    ("columns", "said", "write"),
    [
        (("who", "date", "cases"), "no column with a usual name of a place", 'location = "the column of the places"'),
        (("state", "when", "cases"), "no column with a usual name of a date", 'date = "the column of the dates"'),
        (("state", "date", "n"), "no column with a usual name of values", "[signals]"),
        (("state", "region", "date", "cases"), "several columns that may be the place: 'state', 'region'", "location"),
        (("state", "date", "day", "cases"), "several columns that may be the date", 'date = "date"'),
        (("state", "date", "cases", "new_cases"), "may mean the same: 'cases', 'new_cases'", "[signals]"),
        (("state", "date", "cases", "as_of", "issue_date"), "may mean the same: 'as_of', 'issue_date'", "as_of"),
        (("state", "year", "week", "cases"), "does not say whose weeks", 'date_means = "iso-week"'),
    ],
)
def test_what_is_not_sure_is_asked(columns: tuple[str, ...], said: str, write: str) -> None:
    """The file, its columns and what to write in a mapping file are named."""
    with pytest.raises(SourceSchemaError) as caught:
        guessed(*columns)
    assert caught.value.happened.startswith("mine.csv ")
    assert said in caught.value.happened
    assert write in caught.value.remedy
    assert "mapping file" in caught.value.remedy


def test_several_kinds_of_a_value_are_asked_about() -> None:
    """Age groups make several values of one place and date; a column that always says the same does not."""
    assert guessed("state", "date", "age_group", "cases").location == "state"
    with pytest.raises(SourceSchemaError, match="'age_group'") as caught:
        guessed("state", "date", "age_group", "cases", second=("state", "date", "0-4", "cases"))
    assert "[only]" in caught.value.remedy
