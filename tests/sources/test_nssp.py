"""Visits to emergency departments: percent of all visits, whole states only."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import ObservationBatch, Unit
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.sources.catalogue import FEEDS, Making
from neuralbrain.sources.nssp import NSSP
from stand_ins import START


def made():
    """Return the feed as the catalogue makes it."""
    return FEEDS["nssp"](Making(name="nssp", settings=FeedSettings()))


def row(geography: str, covid: str, flu: str, rsv: str, *, county: str = "All") -> dict[str, str]:
    """Return one row in the documented shape."""
    shares = {"percent_visits_covid": covid, "percent_visits_influenza": flu, "percent_visits_rsv": rsv}
    return {"week_end": "2022-10-01T00:00:00.000", "geography": geography, "county": county} | shares


UNITED_STATES = row("United States", "1.84", ".48", ".55")
COLORADO = row("Colorado", "1.61", ".10", ".16")


def parsed(*rows: dict[str, str]) -> ObservationBatch:
    """Return the release that rows are."""
    body = json.dumps(rows).encode()
    (batch,) = made().parse([Payload(body=body, media_type="", origin="here", retrieved_at=START)])
    return batch


def said(batch: ObservationBatch) -> dict[tuple[str, str], float]:
    """Return place and signal to value."""
    keys = ((batch.series[number].location, batch.series[number].signal.name) for number in batch.series_index)
    return dict(zip(keys, batch.value.tolist(), strict=True))


def test_documented_rows():
    """Week ending 2022-10-01: percent of the United States and of Colorado become shares."""
    batch = parsed(UNITED_STATES, COLORADO)
    assert said(batch) == pytest.approx(
        {
            ("USA", "covid_ed_visits"): 0.0184,
            ("USA", "flu_ed_visits"): 0.0048,
            ("USA", "rsv_ed_visits"): 0.0055,
            ("US-CO", "covid_ed_visits"): 0.0161,
            ("US-CO", "flu_ed_visits"): 0.0010,
            ("US-CO", "rsv_ed_visits"): 0.0016,
        }
    )
    assert set(batch.target_date.astype(str)) == {"2022-10-01"}


def test_shares_below_one_percent_are_shares():
    """In summer no place exceeds one percent; that is no reason to reject a week."""
    batch = parsed(COLORADO | {"percent_visits_covid": ".3"})
    assert batch.rejected == ()
    assert said(batch)["US-CO", "covid_ed_visits"] == pytest.approx(0.003)


def test_only_whole_states_are_asked_for():
    """The request names the county that stands for the whole state, and no smoothed column."""
    (request,) = made().requests(now=START)
    query = dict(parse_qsl(urlsplit(request.url).query))
    assert query["$where"] == "county = 'All'"
    assert "/resource/rdmq-nq56.json?" in request.url
    assert query["$select"] == (
        "week_end,geography,county,percent_visits_influenza,percent_visits_covid,percent_visits_rsv"
    )


def test_counties_are_left_out_whatever_the_site_sends():
    """A county's row never stands for its state, even where the condition was ignored."""
    batch = parsed(COLORADO, row("Colorado", "9", "9", "9", county="Boulder"))
    assert said(batch)["US-CO", "flu_ed_visits"] == pytest.approx(0.001)
    assert batch.rejected == ()


def test_territories_are_left_out_and_puerto_rico_is_not():
    """Territories are not read; a name that is no place is rejected; Georgia is the state."""
    territories = [row(name, "1", "1", "1") for name in ("Guam", "American Samoa", "Virgin Islands")]
    batch = parsed(COLORADO, row("Puerto Rico", "1", "1", "1"), row("Georgia", "1", "1", "1"), *territories)
    assert {one.location for one in batch.series} == {"US-CO", "PRI", "US-GA"}
    assert batch.rejected == ()
    assert {one.code for one in parsed(COLORADO, row("Atlantis", "1", "1", "1")).rejected} == {"location-unknown"}


def test_a_state_that_does_not_take_part_has_no_rows():
    """A row without values is neither a row nor rejected."""
    batch = parsed(COLORADO, {"week_end": "2022-10-01T00:00:00.000", "geography": "Iowa", "county": "All"})
    assert {one.location for one in batch.series} == {"US-CO"}
    assert batch.rejected == ()


def test_more_than_all_visits_is_impossible():
    """More than 100 percent is rejected, 100 is not."""
    batch = parsed(COLORADO | {"percent_visits_rsv": "100.1", "percent_visits_covid": "100"})
    assert [(one.signal, one.value, one.code) for one in batch.rejected] == [
        ("rsv_ed_visits", "100.1", "value-impossible")
    ]
    assert said(batch)["US-CO", "covid_ed_visits"] == 1.0


def test_all_three_are_asked_and_influenza_is_primary():
    """Three shares are forecast; a state answers with influenza."""
    signals = made().facts.signals
    assert {one.unit for one in signals} == {Unit.SHARE}
    assert all(one.asked for one in signals)
    assert [one.name for one in signals if one.primary] == ["flu_ed_visits"]
    assert len(set(NSSP.places.values())) == 53
