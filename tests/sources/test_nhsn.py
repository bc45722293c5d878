"""Hospital admissions: two data sets that are two feeds, 53 places, three diseases and who reported."""

from __future__ import annotations

import json

import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import ObservationBatch, Unit
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.sources.catalogue import FEEDS, KEY_VARIABLES, Making
from neuralbrain.sources.nhsn import FINAL, PRELIMINARY
from stand_ins import START

VALUES = {
    "totalconfflunewadm": "2.0",
    "totalconfc19newadm": "53.0",
    "totalconfrsvnewadm": "0.0",
    "totalconfflunewadmperchosprep": "91.5",
    "totalconfc19newadmperchosprep": "92.0",
    "totalconfrsvnewadmperchosprep": "50.0",
}


def made(name: str):
    """Return a feed as the catalogue makes it."""
    return FEEDS[name](Making(name=name, settings=FeedSettings()))


def parsed(*rows: dict[str, str], name: str = "nhsn") -> ObservationBatch:
    """Return the release that rows are."""
    body = json.dumps(rows).encode()
    (batch,) = made(name).parse([Payload(body=body, media_type="", origin="here", retrieved_at=START)])
    return batch


def row(jurisdiction: str, **changes: str) -> dict[str, str]:
    """Return one row in the documented shape."""
    return {"weekendingdate": "2021-08-21T00:00:00.000", "jurisdiction": jurisdiction} | VALUES | changes


def test_a_documented_row():
    """Maryland, week ending 2021-08-21: 53 admissions with COVID-19, 2 with influenza, none with RSV."""
    batch = parsed(row("MD"))
    names = [batch.series[number].signal.name for number in batch.series_index]
    assert dict(zip(names, batch.value.tolist(), strict=True)) == {
        "flu_admissions": 2.0,
        "covid_admissions": 53.0,
        "rsv_admissions": 0.0,
        "flu_admissions_reporting": 0.915,
        "covid_admissions_reporting": 0.92,
        "rsv_admissions_reporting": 0.5,
    }
    assert {one.location for one in batch.series} == {"US-MD"}
    assert set(batch.target_date.astype(str)) == {"2021-08-21"}


def test_the_53_places_of_the_hubs():
    """Read are the nation, 50 states, the District of Columbia and Puerto Rico."""
    assert len(FINAL.places) == len(set(FINAL.places.values())) == 53
    assert {FINAL.places[name] for name in ("USA", "DC", "PR")} == {"USA", "US-DC", "PRI"}


def test_regions_and_other_territories_are_left_out():
    """The ten regions and four territories are neither read nor rejected."""
    others = [row(f"Region {number}") for number in range(1, 11)] + [row(name) for name in ("AS", "GU", "MP", "VI")]
    batch = parsed(row("MD"), *others)
    assert {one.location for one in batch.series} == {"US-MD"}
    assert batch.rejected == ()


def test_what_is_not_reported_is_no_row():
    """A value that a row lacks is not there, and is never 0."""
    without = row("TX")
    del without["totalconfrsvnewadm"]
    batch = parsed(row("MD"), without)
    pairs = {(one.location, one.signal.name) for one in batch.series}
    assert ("US-TX", "rsv_admissions") not in pairs
    assert ("US-MD", "rsv_admissions") in pairs


@pytest.mark.parametrize("name", ["nhsn", "nhsn-preliminary"])
def test_admissions_are_asked_and_reporting_is_not(name):
    """Three counts are forecast, influenza first; the shares of hospitals are kept beside."""
    facts = made(name).facts
    assert facts.name == name
    assert [one.name for one in facts.signals if one.primary] == ["flu_admissions"]
    asked = [one.name for one in facts.signals if one.asked]
    assert asked == ["flu_admissions", "covid_admissions", "rsv_admissions"]
    assert {one.unit for one in facts.signals if not one.asked} == {Unit.SHARE}
    assert {one.unit for one in facts.signals if one.asked} == {Unit.COUNT}


@pytest.mark.parametrize("name", ["nhsn", "nhsn-preliminary"])
def test_the_voluntary_months_are_said(name):
    """Whoever looks at the feed is told from when to when reporting was voluntary."""
    assert "From 2024-05-01 to 2024-10-31" in made(name).facts.note


def test_the_editions_are_two_feeds():
    """Each feed asks for its own data set, and its series carry its own name."""
    (final,) = made("nhsn").requests(now=START)
    (preliminary,) = made("nhsn-preliminary").requests(now=START)
    assert "/resource/ua7e-t2fy.json?" in final.url
    assert "/resource/mpgq-jmmr.json?" in preliminary.url
    assert (final.part, preliminary.part) == (FINAL.identifier, PRELIMINARY.identifier)
    assert {one.source for one in parsed(row("MD"), name="nhsn-preliminary").series} == {"nhsn-preliminary"}
    assert "incomplete" in PRELIMINARY.note
    assert "incomplete" not in FINAL.note


def test_the_token_has_its_variable():
    """The environment variable of the token is known for both, and is not needed."""
    assert KEY_VARIABLES["nhsn"] == KEY_VARIABLES["nhsn-preliminary"] == "SOCRATA_APP_TOKEN"
    assert not made("nhsn").facts.key_needed
