"""Dates of a file of one's own: weeks by their last day, and never the wrong way round."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from neuralbrain.domain.calendar import Cadence
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.own_file_dates import ReadDates, read_dates
from neuralbrain.sources.own_file_mapping import mapping_of


def read(*written: str | None, **said: str) -> ReadDates:
    """Return what texts say, with settings of a mapping."""
    where = {"location": "place", "signals": {"cases": "n"}}
    column = {} if "year" in said else {"date": "when"}
    return read_dates(pl.Series(written, dtype=pl.String), mapping_of(where | column | said), origin="mine.csv")


def days(found: ReadDates) -> dict[str, str]:
    """Return text to day, both as text; without those that cannot be read."""
    known = found.days.drop_nulls()
    return dict(zip(known["day"].to_list(), map(str, known["target_date"].to_list()), strict=True))


@pytest.mark.parametrize(
    ("said", "written", "end"),
    [
        ({"date_means": "day"}, "2026-03-25", "2026-03-25"),
        ({"date_means": "week-end"}, "2026-03-28", "2026-03-28"),
        ({"date_means": "week-start"}, "2026-03-23", "2026-03-29"),
        ({"date_means": "week-start"}, "2026-03-22", "2026-03-28"),
        ({"date_means": "iso-week"}, "2026-W14", "2026-04-05"),
        ({"date_means": "iso-week"}, "2026W14", "2026-04-05"),
        ({"date_means": "iso-week"}, "202614", "2026-04-05"),
        ({"date_means": "iso-week"}, "2026-4", "2026-01-25"),
        ({"date_means": "mmwr-week"}, "2026-W14", "2026-04-11"),
        ({"date_means": "mmwr-week"}, "2025-53", "2026-01-03"),
        ({"date_means": "mmwr-week", "year": "y", "week": "w"}, "2026.0-14.0", "2026-04-11"),
        ({"date_means": "day", "date_format": "%d %b %Y"}, "25 Mar 2026", "2026-03-25"),
        ({"date_means": "day", "date_format": "%m/%d/%Y"}, "03/04/2026", "2026-03-04"),
        ({"date_means": "day"}, "2026-03-25T00:00:00", "2026-03-25"),
        ({"date_means": "day"}, "25.03.2026", "2026-03-25"),
        ({"date_means": "day"}, "20260325", "2026-03-25"),
        ({"date_means": "day"}, "2026/3/25", "2026-03-25"),
    ],
)
def test_a_date_is_the_last_day_of_what_it_names(said: dict[str, str], written: str, end: str) -> None:
    """A day is itself; weeks end on Sunday by ISO and on Saturday in the US, and six days after they began."""
    assert days(read(written, **said)) == {written: end}


def test_what_cannot_be_read_is_nothing() -> None:
    """Week 60, the 30th of February, an hour of a day and a blank are no dates, and leave the others."""
    assert days(read("2026-W13", "2026-W60", "2026-W00", None, date_means="iso-week")) == {"2026-W13": "2026-03-29"}
    assert days(read("2026-03-28", "2026-02-30", "2026-03-21T23:00:00", date_means="day")) == {
        "2026-03-28": "2026-03-28"
    }


def test_weeks_end_on_one_day_of_the_week() -> None:
    """A day in a weekly file that falls on another day of the week than the others is none."""
    assert days(read("2026-03-14", "2026-03-21", "2026-03-27", date_means="week-end")) == {
        "2026-03-14": "2026-03-14",
        "2026-03-21": "2026-03-21",
    }


@pytest.mark.parametrize(
    ("written", "means", "cadence", "last"),
    [
        (("2026-03-14", "2026-03-28"), "week-end", Cadence.WEEKLY, "2026-03-28"),
        (("2026-03-16", "2026-03-23"), "week-start", Cadence.WEEKLY, "2026-03-29"),
        (("2026-03-27", "2026-03-28", "2026-04-04"), "day", Cadence.DAILY, "2026-04-04"),
        (("2026-W12", "2026-W13"), "iso-week", Cadence.WEEKLY, "2026-03-29"),
    ],
)
def test_days_tell_what_they_mean(written: tuple[str, ...], means: str, cadence: Cadence, last: str) -> None:
    """Saturdays end weeks, Mondays begin them, days in a row are days, and a W is the ISO week."""
    found = read(*written)
    assert (found.means, found.cadence) == (means, cadence)
    assert max(days(found).values()) == last


@pytest.mark.parametrize(
    "written",
    [
        ("2026-03-15", "2026-03-22"),  # Sundays end ISO weeks, and begin those of the US
        ("2026-03-18", "2026-03-25"),  # Wednesdays
        ("2026-01-31", "2026-02-28", "2026-03-31"),  # months
        ("2026-03-28",),
    ],
)
def test_what_days_do_not_tell_is_asked(written: tuple[str, ...]) -> None:
    """Where they may mean two things, the file, the column, the day of the week and what to write are named."""
    with pytest.raises(SourceSchemaError, match=r"column when of mine\.csv .*day\.") as caught:
        read(*written)
    assert 'date_means = "day", "week-end" or "week-start"' in caught.value.remedy
    assert read(*written, date_means="day").cadence is Cadence.DAILY


def test_day_and_month_are_not_mixed_up() -> None:
    """03/04/2026 may be two days: that is asked, unless another date of the file tells, such as 25/04/2026."""
    with pytest.raises(SourceSchemaError, match="two ways, such as '03/04/2026'") as caught:
        read("03/04/2026", "04/04/2026", date_means="day")
    assert '"%d/%m/%Y"' in caught.value.remedy
    assert '"%m/%d/%Y"' in caught.value.remedy
    assert days(read("03/04/2026", "25/04/2026", date_means="day"))["03/04/2026"] == "2026-04-03"
    assert days(read("03/04/2026", "04/25/2026", date_means="day"))["03/04/2026"] == "2026-03-04"
    assert days(read("03-04-2026", "25-04-2026", date_means="day"))["03-04-2026"] == "2026-04-03"


@pytest.mark.parametrize("written", [("soon",), ("25.03.26",), (None,)])
def test_a_column_of_no_dates_is_a_fault(written: tuple[str | None, ...]) -> None:
    """Words, years of two digits and blanks are no dates: the column is named with what to write."""
    with pytest.raises(SourceSchemaError, match="No date in the column when") as caught:
        read(*written)
    assert "date_format" in caught.value.remedy


def test_no_date_lies_before_any_file() -> None:
    """What reads as a day of the first century was meant otherwise."""
    assert days(read("0026-03-25", "2026-03-25", date_means="day")) == {"2026-03-25": str(date(2026, 3, 25))}
