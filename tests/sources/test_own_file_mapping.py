"""The mapping file: short where it can be, and every contradiction named with what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from own_files import LAYOUTS

from neuralbrain.domain.calendar import Cadence
from neuralbrain.errors import SourceUnusableError
from neuralbrain.sources.own_file_mapping import mapping_of, read_mapping

PLAIN = {"location": "place", "date": "day", "signals": {"cases": "n"}}


def test_a_column_alone_is_a_count_of_new_events() -> None:
    """``cases = "n"`` is what most files need: incident, in counts, forecast, and the answer of its place."""
    (signal,) = mapping_of(PLAIN).signals_at(Cadence.WEEKLY)
    assert (signal.name, signal.unit, signal.measure, signal.primary, signal.asked) == (
        "cases",
        "count",
        "incident",
        True,
        True,
    )


def test_the_first_signal_that_is_no_deaths_answers() -> None:
    """Deaths written first are still the deaths; a signal that says that it is primary is, wherever it stands."""
    signals = {"deaths": "d", "cases": {"column": "n", "deaths": "deaths"}, "tests": "t"}
    said = mapping_of(PLAIN | {"signals": signals}).signals_at(Cadence.DAILY)
    assert [(one.name, one.primary) for one in said] == [("deaths", False), ("cases", True), ("tests", False)]
    signals["tests"] = {"column": "t", "primary": True}
    said = mapping_of(PLAIN | {"signals": signals}).signals_at(Cadence.DAILY)
    assert [one.name for one in said if one.primary] == ["tests"]


@pytest.mark.parametrize(
    ("said", "cadence"),
    [
        ({}, None),
        ({"date_means": "day"}, Cadence.DAILY),
        ({"date_means": "week-start"}, Cadence.WEEKLY),
        ({"cadence": "daily"}, Cadence.DAILY),
    ],
)
def test_the_cadence_is_said_by_what_dates_mean(said: dict[str, str], cadence: Cadence | None) -> None:
    """A file of weeks is weekly; where nothing is said the dates will tell."""
    assert mapping_of(PLAIN | said).cadence_said is cadence


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"locaton": "x"}, "'locaton' is no key of the mapping; did you mean location?"),
        ({"signals": {"cases": {"column": "n", "units": "count"}}}, "'units' is no key of signals.cases; did you mean"),
        ({"signals": {}}, "names no signal"),
        ({"signals": "cases"}, "names no signal"),
        ({"signals": {"cases": 3}}, "signals.cases"),
        ({"signals": {"Cases of flu": "n"}}, "no name of a signal"),
        ({"signals": {"cases": {"column": "n", "unit": "percentage"}}}, "is none of count, per_100k, percent, share"),
        ({"signals": {"cases": {"column": "n", "measure": "total"}}}, "is none of incident, cumulative"),
        ({"signals": {"cases": {"column": "n", "deaths": "deaths"}}}, "no other signal"),
        ({"signals": {"cases": {"column": "n", "deaths": "cases"}}}, "no other signal"),
        ({"signals": {"cases": "n", "tests": "n"}}, "two signals read the same column"),
        ({"signals": {"cases": "place"}}, "says where or when"),
        ({"signals": {"a": {"column": "n", "primary": True}, "b": {"column": "m", "primary": True}}}, "are primary"),
        ({"location": ""}, "does not say where"),
        ({"location_is": "KEN"}, "says twice where"),
        ({"signals": {"cases": "*"}}, "says twice where"),
        ({"location": "", "signals": {"cases": "*", "tests": "t"}}, "a column a place has one signal"),
        ({"location": "", "location_is": "Atlantis"}, '"Atlantis" is no place'),
        ({"locations": {"Nord": "XX-9"}}, '"Nord" = "XX-9" is no place'),
        ({"locations": {"Nord": "KEN"}, "within": "USA"}, "is no place"),
        ({"within": "US"}, "no country"),
        ({"within": "US-CA"}, "no country"),
        ({"within": "WORLD"}, "no country"),
        ({"date": ""}, "does not say when"),
        ({"year": "y"}, "stand together"),
        ({"year": "y", "week": "w", "date_means": "iso-week"}, "says twice when"),
        ({"date": "", "year": "y", "week": "w"}, "need date_means"),
        ({"date_means": "month"}, "date_means"),
        ({"date_means": "iso-week", "date_format": "%Y"}, "date_format is for days"),
        ({"as_of_format": "%Y"}, "as_of_format needs as_of"),
        ({"cadence": "daily", "date_means": "week-end"}, "contradicts"),
        ({"cadence": "weekly", "date_means": "day"}, "contradicts"),
        ({"separator": ";;"}, "more than one character"),
        ({"separator": ",", "decimal": ","}, "cannot separate columns and stand in numbers"),
        ({"decimal": ",", "thousands": ","}, "are both"),
        ({"encoding": "klingon"}, "unknown"),
        ({"skip_rows": -1}, "must be at least 0"),
        ({"missing": "n/a"}, "missing"),
    ],
)
def test_nonsense_is_refused(change: dict[str, object], named: str) -> None:
    """What is unknown, misspelt or contradicts something else is named, and nothing is guessed instead."""
    with pytest.raises(ValueError, match=re.escape(named)):
        mapping_of(PLAIN | change)


def test_the_three_layouts_have_sound_mappings() -> None:
    """The mappings beside the samples are read as they stand."""
    assert [read_mapping(one).is_wide for one in sorted(LAYOUTS.glob("*.toml"))] == [False, True, False]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (None, "No such file"),
        (b"title = \xff", "not written in UTF-8"),
        (b"[signals]\nS\xc3\xbcd = 1\n", "no TOML at line 2, column 2"),
        (b"[signals", "no TOML at"),
        (b"title = 'x'\n", "names no signal"),
    ],
)
def test_a_file_that_is_no_mapping_names_itself(tmp_path: Path, body: bytes | None, named: str) -> None:
    """The error holds the path, what is wrong and where the examples stand."""
    path = tmp_path / "mine.toml"
    if body is not None:
        path.write_bytes(body)
    with pytest.raises(SourceUnusableError, match=r"mine\.toml cannot be used") as caught:
        read_mapping(path)
    assert named in caught.value.happened
    assert "Your own data" in caught.value.remedy
    assert caught.value.error_code == "source-mapping"
