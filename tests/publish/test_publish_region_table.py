"""Which regions and signals there are, and who reports them."""

from __future__ import annotations

import pytest

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.feed import FeedFacts
from neuralbrain.domain.location import LOCATIONS
from neuralbrain.domain.observation import Series, Signal, Unit
from neuralbrain.publish.region_table import kind_of, region_in_full, regions_as_json, signals_as_json

FLU = Signal(name="flu_admissions", deaths="flu_deaths")
DEATHS = Signal(name="flu_deaths", primary=False)
DAILY = Signal(name="flu_admissions", cadence=Cadence.DAILY, primary=False, asked=False)
SERIES = (
    Series(source="archive", location="US-CA", signal=Signal(name="flu_rate", unit=Unit.PER_100K)),
    Series(source="clinics", location="US-CA", signal=DEATHS),
    Series(source="clinics", location="US-CA", signal=FLU),
    Series(source="clinics", location="US-NY", signal=FLU),
    Series(source="other", location="US-NY", signal=Signal(name="flu_admissions", primary=False, asked=False)),
    Series(source="daily", location="AGO", signal=DAILY),
)


@pytest.mark.parametrize(
    ("code", "kind"), [("WORLD", "world"), ("AGO", "country"), ("PRI", "country"), ("US-CA", "subdivision")]
)
def test_what_a_region_is(code: str, kind: str) -> None:
    """Territories with a code of their own count as countries, as ISO 3166-1 has them."""
    assert kind_of(LOCATIONS[code]) == kind


def test_a_region_says_who_reports_it_and_what_it_answers_with() -> None:
    """Sources come in the order of the settings; the primary signal is that of the first that has one."""
    places = [LOCATIONS[code] for code in ("US-CA", "US-NY", "AGO", "US-TX")]
    found = regions_as_json(places, SERIES, order=("clinics", "other"))
    assert [(one["code"], one["sources"], one["primary_signal"]) for one in found] == [
        ("US-CA", ["clinics", "archive"], "flu_admissions"),
        ("US-NY", ["clinics", "other"], "flu_admissions"),
        ("AGO", ["daily"], None),
        ("US-TX", [], None),
    ]
    assert regions_as_json(places[:1], SERIES, order=("archive",))[0]["primary_signal"] == "flu_rate"
    assert found[0]["parent"] == "USA"


def test_one_region_in_full() -> None:
    """Its other codes and every series of it are told, the primary signal of a source first."""
    mine = [one for one in SERIES if one.location == "US-CA"]
    found = region_in_full(LOCATIONS["US-CA"], mine, order=("clinics",))
    assert (found["fips"], found["postal"], found["alpha2"]) == ("06", "CA", None)
    assert [(one["source"], one["signal"]) for one in found["series"]] == [
        ("clinics", "flu_admissions"),
        ("clinics", "flu_deaths"),
        ("archive", "flu_rate"),
    ]


def test_signals_are_told_once_for_what_they_are() -> None:
    """One signal of two sources is one entry; what differs in cadence stands apart; regions are counted once."""
    found = signals_as_json(SERIES, (), order=("other", "clinics"))
    assert [(one["signal"], one["cadence"], one["sources"], one["regions"]) for one in found] == [
        ("flu_admissions", "daily", ["daily"], 1),
        ("flu_admissions", "weekly", ["other", "clinics"], 2),
        ("flu_deaths", "weekly", ["clinics"], 1),
        ("flu_rate", "weekly", ["archive"], 1),
    ]
    weekly = found[1]
    assert (weekly["deaths"], weekly["primary"], weekly["asked"]) == ("flu_deaths", True, True)
    assert (found[0]["asked"], found[0]["primary"]) == (False, False)


def test_a_signal_that_was_not_read_yet_has_no_region() -> None:
    """What a source says it will report is told before anything was read."""
    facts = FeedFacts(name="clinics", title="t", licence="l", attribution="a", signals=(FLU,))
    (one,) = signals_as_json((), (facts,), order=("clinics",))
    assert (one["signal"], one["sources"], one["regions"]) == ("flu_admissions", ["clinics"], 0)
