"""ILINet by Delphi Epidata: percentages become shares, and a snapshot is known from its newest report on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import ObservationBatch, Signal, Unit
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.delphi_epidata import ILINET, DelphiEpidata
from stand_ins import START

SAMPLE = Path(__file__).parent / "samples" / "delphi-ilinet"
HEAD = "signal,report_time,geo_type,geo_value,age_group,fill_method,reference_time,value"
NATION = "ili,2026-03-27T00:00:00Z,nation,us,all,source,2026-03-21,2.5"
STATE = "ili,2026-03-27,state,ca,all,source,2026-03-21,3.5"


def feed(**settings) -> DelphiEpidata:
    """Return the feed."""
    return DelphiEpidata(ILINET, name="delphi-ilinet", **settings)


def page(*rows: str, head: str = HEAD, part: str = "latest") -> Payload:
    """Return rows as an answer."""
    body = "\n".join([head, *rows, ""]).encode()
    return Payload(body=body, media_type="text/csv", origin="https://epidata.example", retrieved_at=START, part=part)


def parsed(nation: list[str], states: list[str], **settings) -> ObservationBatch:
    """Return the release that rows of the nation and of states are."""
    (batch,) = feed(**settings).parse([page(*nation), page(*states)])
    return batch


def values_of(batch: ObservationBatch) -> dict[tuple[str, str, str], float]:
    """Return place, signal and day to value."""
    return {
        (batch.series[number].location, batch.series[number].signal.name, str(day)): value
        for number, day, value in zip(batch.series_index, batch.target_date, batch.value.tolist(), strict=True)
    }


@pytest.fixture(scope="module")
def sample() -> ObservationBatch:
    """Return the sample's release."""
    bodies = [(SAMPLE / name).read_bytes() for name in ("nation.csv", "state.csv")]
    pages = [replace(page(), body=body) for body in bodies]
    (batch,) = feed().parse(pages)
    return batch


def test_a_percentage_becomes_a_share(sample: ObservationBatch) -> None:
    """0.957166 percent of Minnesota's visits is a share of 0.00957166; counts stay as they are."""
    values = values_of(sample)
    assert values["US-MN", "ili_visits", "2026-09-26"] == pytest.approx(0.00957166, rel=1e-12)
    assert values["US-MN", "num_ili", "2026-09-26"] == 402.0
    assert {one.signal.unit for one in sample.series if one.signal.name == "ili_visits"} == {Unit.SHARE}


def test_only_the_share_is_asked_about() -> None:
    """The counts behind it are kept beside: one signal of a place is primary, and one is forecast."""
    said = {one.name: (one.primary, one.asked) for one in feed().facts.signals}
    assert said == {"ili_visits": (True, True), "num_ili": (False, False), "num_patients": (False, False)}


def test_age_groups_and_parts_of_a_state_are_not_read(sample: ObservationBatch) -> None:
    """Children under five are no second value of the nation, and New York City is no state; New York was one."""
    values = values_of(sample)
    assert values["USA", "num_ili", "2026-09-26"] == 45_934.0
    assert {place for place, _, _ in values} == {"USA", "US-CA", "US-MN", "US-NY", "PRI"}
    assert max(day for place, _, day in values if place == "US-NY") == "2025-09-27"
    assert {one.location for one in sample.rejected} == {"zz", "dc"}


def test_a_blank_is_no_value(sample: ObservationBatch) -> None:
    """A week that Puerto Rico did not report is not there, and not a zero."""
    days = [day for place, signal, day in values_of(sample) if (place, signal) == ("PRI", "ili_visits")]
    assert days == ["2026-09-05", "2026-09-12", "2026-09-26"]


def test_it_is_known_from_its_newest_report_on(sample: ObservationBatch) -> None:
    """Not from when it was read, nor from the day it was asked for: so the same snapshot twice is one release."""
    assert sample.as_of == datetime(2026, 10, 2, 18, 33, 44, tzinfo=UTC)
    assert parsed([NATION], [STATE]).as_of == datetime(2026, 3, 27, tzinfo=UTC)


def test_a_release_says_everything_about_its_signals() -> None:
    """What it lacks of them was withdrawn; read from a day on, only from that day on."""
    scope = parsed([NATION], [STATE]).scope
    assert scope is not None
    assert (scope.signals, scope.first, scope.most_withdrawn) == ({"ili_visits", "num_ili", "num_patients"}, None, 1.0)
    later = STATE.replace("2026-03-21", "2026-03-14")
    batch = parsed([NATION], [STATE, later], since=date(2026, 3, 20), most_withdrawn=0.5)
    assert np.unique(batch.target_date).astype(str).tolist() == ["2026-03-21"]
    assert batch.scope is not None
    assert (batch.scope.first, batch.scope.most_withdrawn) == (date(2026, 3, 20), 0.5)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (STATE.replace(",ca,", ",xx,"), "location-unknown"),
        (STATE.replace(",ca,", ",,"), "location-unknown"),
        (STATE.replace("2026-03-21", "2026-03-20"), "date-impossible"),
        (STATE.replace("2026-03-21", "2026-02-30"), "date-impossible"),
        (STATE.replace("2026-03-21", "2026-03-28"), "date-impossible"),
        (STATE.replace(",3.5", ",many"), "value-not-a-number"),
        (STATE.replace(",3.5", ",-1"), "value-negative"),
        (STATE.replace(",3.5", ",101"), "value-impossible"),
        (STATE.replace(",3.5", ",inf"), "value-impossible"),
    ],
)
def test_a_row_that_cannot_be_is_set_apart(row: str, code: str) -> None:
    """A place, a day that ends no reported week or a value that cannot be leaves the other rows as they are."""
    other = STATE.replace(",ca,", ",mn,")
    batch = parsed([NATION], [other, row])
    assert [one.code for one in batch.rejected] == [code]
    assert values_of(batch).keys() == {("USA", "ili_visits", "2026-03-21"), ("US-MN", "ili_visits", "2026-03-21")}


def test_two_values_of_one_week_are_none() -> None:
    """Neither of two values that contradict each other is used; a row that is there twice is one."""
    other = STATE.replace(",ca,", ",mn,")
    batch = parsed([NATION], [other, other, STATE, STATE.replace("3.5", "3.6"), other.replace("03-21", "03-14")])
    assert [one.code for one in batch.rejected] == ["duplicate-row"] * 2
    assert sum(batch.series[number].location == "US-MN" for number in batch.series_index) == 2


@pytest.mark.parametrize(
    ("nation", "states", "named"),
    [
        ([], [STATE], "no row"),
        ([NATION], [], "no row"),
        ([NATION], [STATE.replace(",all,", ",0-4,")], "state"),
        ([NATION], [NATION], "nation"),
        ([NATION.replace("2026-03-27T00:00:00Z", "Friday")], [STATE], "Friday"),
    ],
)
def test_half_an_answer_is_none(nation: list[str], states: list[str], named: str) -> None:
    """Where the nation or the states are missing, are others or have no time, nothing is taken back for it."""
    with pytest.raises(SourceSchemaError, match=named):
        parsed(nation, states)


@pytest.mark.parametrize(
    ("head", "named"),
    [
        (HEAD.replace("reference_time", "time_value"), "reference_time"),
        (HEAD.replace("age_group", "age"), "age_group"),
        (f"{HEAD},sex", "sex"),
    ],
)
def test_other_columns_are_refused(head: str, named: str) -> None:
    """A renamed column is named, and so is a new one: it would be another key."""
    row = NATION if head.count(",") == HEAD.count(",") else f"{NATION},f"
    with pytest.raises(SourceSchemaError, match=named):
        feed().parse([page(row, head=head), page(STATE)])


def test_one_snapshot_is_two_answers() -> None:
    """First the nation, then the states, with the key in a header and all signals in one request; then it is whole."""
    asking = feed(key="secret-key", base_url="http://127.0.0.1:9/v5/")
    (first,) = asking.requests(now=START)
    second = asking.following(first, page(NATION))
    assert second is not None
    assert asking.following(second, page(STATE)) is None
    for request, kind in ((first, "nation"), (second, "state")):
        asked = urlsplit(request.url)
        assert (asked.netloc, asked.path) == ("127.0.0.1:9", "/v5/snapshot/")
        wanted = {"source": ["fluview_ilinet"], "signal": ["ili,num_ili,num_patients"], "geo_type": [kind]}
        assert parse_qs(asked.query) == wanted
        assert request.headers == (("token", "secret-key"),)
        assert "secret" not in request.shown + repr(request)
        assert not request.conditional
    assert (first.part, second.part, second.page) == ("latest", "latest", 1)
    assert feed().requests(now=START)[0].headers == ()


def test_after_an_answer_that_is_no_table_nothing_more_is_asked() -> None:
    """The fault is named by reading it."""
    (first,) = feed().requests(now=START)
    broken = page(head='{"error": "busy"}')
    assert feed().following(first, broken) is None
    with pytest.raises(SourceSchemaError, match="no column"):
        feed().parse([broken])


def test_older_vintages_are_the_snapshots_of_saturdays() -> None:
    """Values are published on Fridays: each Saturday from a day on to another has a snapshot, oldest first."""
    asked = list(feed().older(since=date(2026, 3, 9), until=date(2026, 3, 28)))
    assert [one.part for one in asked] == ["snapshot 2026-03-14", "snapshot 2026-03-21", "snapshot 2026-03-28"]
    assert [parse_qs(urlsplit(one.url).query)["snapshot_date"] for one in asked] == [
        ["2026-03-14"],
        ["2026-03-21"],
        ["2026-03-28"],
    ]
    assert next(iter(feed().older(since=date(1999, 1, 1), until=date(2026, 1, 1)))).part == "snapshot 2003-11-29"


def test_read_from_another_day_on_it_is_another_part() -> None:
    """Else older weeks would never be read after the setting was changed; what is asked for is the same."""
    later, whole = feed(since=date(2026, 3, 1)), feed()
    days = {"since": date(2017, 10, 14), "until": date(2017, 10, 21)}
    for one, other in zip(
        (*later.requests(now=START), *later.older(**days)),
        (*whole.requests(now=START), *whole.older(**days)),
        strict=True,
    ):
        assert one.part == f"{other.part} since 2026-03-01"
        assert one.url == other.url
        second, second_of_all = later.following(one, page(NATION)), whole.following(other, page(NATION))
        assert (second and second.url) == (second_of_all and second_of_all.url)
        assert second is None or second.part == one.part
    early, _ = later.older(**days)
    assert later.following(early, page(NATION)) is None
    (batch,) = later.parse([page(NATION, part=early.part)])
    assert len(batch) == 1


def test_before_states_were_published_only_the_nation_is_asked_for() -> None:
    """States have reports since October 2017: a snapshot before then is one answer, and read as one."""
    (early,) = feed().older(since=date(2017, 10, 14), until=date(2017, 10, 14))
    assert feed().following(early, page(NATION)) is None
    (late,) = feed().older(since=date(2017, 10, 21), until=date(2017, 10, 21))
    assert feed().following(late, page(NATION)) is not None
    (batch,) = feed().parse([page(NATION, part=early.part)])
    assert {one.location for one in batch.series} == {"USA"}


def test_saved_answers_are_read_from_a_folder(tmp_path: Path) -> None:
    """With a path set, the newest snapshot is read from files, and there are no older ones."""
    saved = feed(path=str(tmp_path))
    (first,) = saved.requests(now=START)
    second = saved.following(first, page(NATION))
    assert second is not None
    assert [one.url for one in (first, second)] == [(tmp_path / f"{kind}.csv").as_uri() for kind in ("nation", "state")]
    assert list(saved.older(since=date(2026, 1, 1), until=date(2026, 3, 1))) == []


def test_another_source_is_one_row() -> None:
    """A source without age groups, of counts, is read by its own columns and names alone."""
    nhsn = replace(
        ILINET,
        source="nhsn",
        signals={"confirmed_admissions_flu_ew": Signal(name="flu_admissions")},
        published_since={"state": date(2024, 1, 1)},
        extra_keys={},
    )
    head = HEAD.replace("age_group,", "")
    row = "confirmed_admissions_flu_ew,2026-03-25,state,ca,source,2026-03-21,277"
    (batch,) = DelphiEpidata(nhsn, name="nhsn-delphi").parse([page(row, head=head)])
    assert values_of(batch) == {("US-CA", "flu_admissions", "2026-03-21"): 277.0}
