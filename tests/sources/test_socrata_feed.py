"""A feed that is a data set of a Socrata site: places, weeks, percent, windows and settings."""

from __future__ import annotations

import json
from datetime import date

import pytest

from neuralbrain.domain.feed import Payload, Vintages
from neuralbrain.domain.observation import ObservationBatch, Signal, Unit
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.socrata_feed import NO_PERCENTAGE, Dataset, SocrataFeed
from stand_ins import START

DATASET = Dataset(
    identifier="abcd-1234",
    title="Made up",
    attribution="Nobody",
    note="",
    stale_after_days=16,
    date_column="week_end",
    place_column="place",
    places={"CA": "US-CA", "TX": "US-TX", "USA": "USA"},
    left_out=r"^(?:Region \d+|GU)$",
    signals={
        "cases": Signal(name="flu_cases"),
        "percent": Signal(name="flu_share", unit=Unit.SHARE, primary=False, asked=False),
    },
    earliest=date(2020, 8, 1),
    some_place_exceeds_one=True,
)


def feed(**changes: object) -> SocrataFeed:
    """Return the made-up feed."""
    return SocrataFeed(DATASET, **({"name": "made-up"} | changes))


def row(place: str, cases: str, percent: str = "90.0", week: str = "2026-03-21T00:00:00.000") -> dict[str, str]:
    """Return one row as the site writes it."""
    return {"week_end": week, "place": place, "cases": cases, "percent": percent}


def parsed(*rows: dict[str, str], **changes: object) -> ObservationBatch:
    """Return the release that rows on one page are."""
    body = json.dumps(rows).encode()
    (batch,) = feed(**changes).parse([Payload(body=body, media_type="", origin="here", retrieved_at=START)])
    return batch


def said(batch: ObservationBatch) -> dict[tuple[str, str, str], float]:
    """Return place, signal and week to value."""
    keys = ((batch.series[number].location, batch.series[number].signal.name) for number in batch.series_index)
    days = batch.target_date.astype(str)
    return {(*key, day): value for key, day, value in zip(keys, days, batch.value.tolist(), strict=True)}


def test_percent_become_shares_and_counts_stay():
    """Only what is in percent is divided."""
    assert said(parsed(row("CA", "53.0", "97.5"))) == {
        ("US-CA", "flu_cases", "2026-03-21"): 53.0,
        ("US-CA", "flu_share", "2026-03-21"): 0.975,
    }


def test_regions_are_left_out_and_unknown_places_rejected():
    """What is left out on purpose is not counted; a place that nobody knows is."""
    rows = [row(place, "1") for place in ("CA", "TX", "USA", "Region 10", "GU", "ZZ")]
    batch = parsed(*rows)
    assert {one.location for one in batch.series} == {"US-CA", "US-TX", "USA"}
    assert [(one.location, one.code) for one in batch.rejected] == [("ZZ", "location-unknown")] * 2


@pytest.mark.parametrize(
    "week",
    [
        "2026-03-22T00:00:00.000",
        "2026-03-21T12:00:00.000",
        "2026-04-04T00:00:00.000",
        "1926-03-20T00:00:00.000",
        "21.3.",
    ],
)
def test_a_week_ends_on_a_saturday_of_its_time(week):
    """Other days of the week, times of the day, the future, a time before the data set and no date are rejected."""
    batch = parsed(row("CA", "1"), row("TX", "2"), row("USA", "3", week=week))
    assert {one.location for one in batch.series} == {"US-CA", "US-TX"}
    assert {(one.target_date, one.code) for one in batch.rejected} == {(week, "date-impossible")}


def test_a_window_is_read_and_its_release_says_so():
    """From a day on, earlier weeks are not read, even from a saved answer; the release is complete from that day."""
    rows = (row("CA", "1"), row("CA", "2", week="2026-03-14T00:00:00.000"))
    batch = parsed(*rows, since=date(2026, 3, 21), most_withdrawn=0.5)
    assert {day for _, _, day in said(batch)} == {"2026-03-21"}
    assert batch.rejected == ()
    assert batch.scope is not None
    assert (batch.scope.first, batch.scope.last) == (date(2026, 3, 21), None)
    assert batch.scope.signals == {"flu_cases", "flu_share"}
    assert batch.scope.most_withdrawn == 0.5
    whole = parsed(*rows)
    assert whole.scope is not None
    assert whole.scope.first is None
    assert {day for _, _, day in said(whole)} == {"2026-03-14", "2026-03-21"}


def test_a_week_of_shares_is_not_taken_for_percent():
    """A week in which no place exceeds 1 is rejected, for that column and week; counts and other weeks are kept."""
    rows = (row("CA", "1", "0.97"), row("TX", "0", "1"), row("CA", "2", "97", week="2026-03-14T00:00:00.000"))
    batch = parsed(*rows)
    assert [one.message for one in batch.rejected] == [NO_PERCENTAGE] * 2
    shares = {key: value for key, value in said(batch).items() if key[1] == "flu_share"}
    assert shares == {("US-CA", "flu_share", "2026-03-14"): 0.97}
    assert sum(key[1] == "flu_cases" for key in said(batch)) == 3


def test_a_week_in_which_nobody_reports_is_possible():
    """0 percent everywhere is no reason to reject a week, and 0.5 percent beside 3 is none either."""
    batch = parsed(row("CA", "1", "0"), row("TX", "1", "0"), row("CA", "2", "3", week="2026-03-14T00:00:00.000"))
    assert batch.rejected == ()
    assert parsed(row("CA", "1", "0.5"), row("TX", "1", "3")).rejected == ()


def test_the_release_is_known_from_when_it_was_read():
    """The data set has no release dates."""
    batch = parsed(row("CA", "1"))
    assert batch.as_of == START
    assert {one.source for one in batch.series} == {"made-up"}
    assert feed().facts.vintages is Vintages.RETRIEVAL
    assert tuple(feed().older(since=date(2025, 1, 1), until=date(2026, 1, 1))) == ()


def test_settings_reach_the_requests():
    """Length, time, site and token are those given."""
    made = feed(base_url="http://127.0.0.1:9", key="made-up", most_bytes=5, call_seconds=7.0, every_seconds=9.0)
    (request,) = made.requests(now=START)
    assert request.url.startswith("http://127.0.0.1:9/resource/abcd-1234.json?")
    assert (request.most_bytes, request.total_seconds) == (5, 7.0)
    assert request.headers == (("X-App-Token", "made-up"),)
    assert made.facts.every_seconds == 9.0
    assert (made.facts.key_variable, made.facts.key_needed) == ("SOCRATA_APP_TOKEN", False)


def test_an_emptied_data_set_withdraws_nothing():
    """No rows are a schema error, not a release that lacks everything."""
    with pytest.raises(SourceSchemaError, match="sent no rows"):
        parsed()
