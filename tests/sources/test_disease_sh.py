"""disease.sh: four answers, one release, in which history and newest counts never contradict each other."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import Measure, ObservationBatch, RejectedRow
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.disease_sh import DiseaseSh
from stand_ins import START

DAYS = ("3/8/23", "3/9/23")
UPDATED = datetime(2024, 5, 6, 23, 59, tzinfo=UTC)


def timeline(cases: tuple[object, ...], deaths: tuple[object, ...]) -> dict[str, dict[str, object]]:
    """Return counts on the last two days of the history."""
    told = {"cases": cases, "deaths": deaths, "recovered": (0, 0)}
    return {key: dict(zip(DAYS, counts, strict=True)) for key, counts in told.items()}


def past(country: str, province: str | None, cases: tuple[object, ...], deaths: tuple[object, ...] = (1, 2)) -> dict:
    """Return one entry of the history."""
    return {"country": country, "province": province, "timeline": timeline(cases, deaths)}


def newest(country: str, cases: object, deaths: object = 3, *, updated: datetime = UPDATED) -> dict:
    """Return one entry of the newest counts."""
    info = {"_id": 516, "iso2": "NA", "iso3": "NAM"}
    stamp = int(updated.timestamp() * 1000)
    return {"updated": stamp, "country": country, "countryInfo": info, "cases": cases, "deaths": deaths, "tests": None}


HISTORY = [
    past("Namibia", None, (100, 110)),
    past("Canada", "alberta", (10, 20)),
    past("Canada", "ontario", (30, 40)),
]
WORLD = timeline((1000, 1100), (50, 60))
COUNTRIES = [newest("Namibia", 120), newest("Canada", 70)]
ALL = {"updated": int(UPDATED.timestamp() * 1000), "cases": 704753891, "deaths": 7010681, "affectedCountries": 231}


def pages(history=HISTORY, world=WORLD, countries=COUNTRIES, newest_world=ALL, *, retrieved_at=START) -> list[Payload]:
    """Return the four answers."""
    bodies = (json.dumps(one).encode() for one in (history, world, countries, newest_world))
    return [
        Payload(body=body, media_type="", origin=f"https://x.org/{number}", retrieved_at=retrieved_at)
        for number, body in enumerate(bodies)
    ]


def releases(*answers: object, feed: DiseaseSh | None = None) -> tuple[ObservationBatch, ...]:
    """Return the releases that four answers are."""
    return tuple((feed or DiseaseSh()).parse(pages(*answers)))


@dataclass(frozen=True)
class Told:
    """What the releases of four answers say together."""

    batches: tuple[ObservationBatch, ...]

    @property
    def rejected(self) -> list[RejectedRow]:
        """Return the rows that cannot be used."""
        return [one for batch in self.batches for one in batch.rejected]


def parsed(*answers: object, feed: DiseaseSh | None = None) -> Told:
    """Return what four answers say."""
    return Told(releases(*answers, feed=feed))


def values(told: Told, location: str, signal: str = "covid_cases") -> dict[str, float]:
    """Return day to value of one series; a day that is told twice fails."""
    found: dict[str, float] = {}
    for batch in told.batches:
        days = batch.target_date.astype(str).tolist()
        for number, day, value in zip(batch.series_index.tolist(), days, batch.value.tolist(), strict=True):
            if (batch.series[number].location, batch.series[number].signal.name) == (location, signal):
                assert day not in found
                found[day] = value
    return found


def test_the_four_answers_are_one_part():
    """History of places and of the world, then the newest of both: one part, four pages, none of them conditional."""
    feed = DiseaseSh(base_url="https://x.org")
    (request,) = feed.requests(now=START)
    asked = [request]
    for page in pages()[:3]:
        request = feed.following(asked[-1], page)
        assert request is not None
        asked.append(request)
    assert feed.following(asked[-1], pages()[3]) is None
    assert [one.url for one in asked] == [
        "https://x.org/v3/covid-19/historical?lastdays=all",
        "https://x.org/v3/covid-19/historical/all?lastdays=all",
        "https://x.org/v3/covid-19/countries?allowNull=true",
        "https://x.org/v3/covid-19/all?allowNull=true",
    ]
    assert [one.page for one in asked] == [0, 1, 2, 3]
    assert {(one.part, one.conditional) for one in asked} == {("covid-19", False)}


def test_saved_answers_are_read_from_a_folder(tmp_path):
    """With a path, the same four are read below that folder, as files."""
    feed = DiseaseSh(path=str(tmp_path))
    (first,) = feed.requests(now=START)
    second = feed.following(first, pages()[0])
    assert second is not None
    assert [urlsplit(one.url).path for one in (first, second)] == [
        f"{tmp_path}/v3/covid-19/historical.json",
        f"{tmp_path}/v3/covid-19/historical/all.json",
    ]


def test_counts_that_stand_still_are_dated_when_they_stopped():
    """Copied anew on any later day, the counts that have not changed since April 2024 stay of April 2024."""
    later = datetime(2026, 4, 1, 3, tzinfo=UTC)
    still = {**ALL, "updated": int(later.timestamp() * 1000), "cases": 704753890}
    batch = parsed(HISTORY, WORLD, [newest("Namibia", 120, updated=later)], still)
    assert values(batch, "NAM") == {"2023-03-08": 100, "2023-03-09": 110, "2024-04-30": 120}
    assert values(batch, "WORLD") == {"2023-03-08": 1000, "2023-03-09": 1100, "2024-04-30": 704753890}


def test_history_and_newest_counts_follow_each_other():
    """The history's days come first, the newest count on the day (UTC) on which it was copied; Namibia is a country."""
    batch = parsed()
    assert values(batch, "NAM") == {"2023-03-08": 100, "2023-03-09": 110, "2024-05-06": 120}
    assert values(batch, "NAM", "covid_deaths") == {"2023-03-08": 1, "2023-03-09": 2, "2024-05-06": 3}
    assert values(batch, "WORLD") == {"2023-03-08": 1000, "2023-03-09": 1100, "2024-05-06": 704753891}
    assert batch.rejected == []
    assert {one.as_of for one in batch.batches} == {START}


@pytest.mark.parametrize("day", [8, 9])
def test_history_wins(day):
    """A newest count of a day up to the last of the history is not used, for no place, and contradicts nothing."""
    early = datetime(2023, 3, day, 12, tzinfo=UTC)
    batch = parsed(HISTORY, WORLD, [newest("Namibia", 999, updated=early), newest("Japan", 7, updated=early)])
    assert values(batch, "NAM") == {"2023-03-08": 100, "2023-03-09": 110}
    assert values(batch, "JPN") == {}
    assert batch.rejected == []


def test_each_release_says_all_about_its_own_days():
    """History is complete up to its last day, newest counts for their day only: those of earlier readings stay."""
    history, newest_counts = (one.scope for one in releases())
    assert history is not None
    assert newest_counts is not None
    assert (history.first, history.last) == (None, date(2023, 3, 9))
    assert (newest_counts.first, newest_counts.last) == (date(2024, 5, 6), date(2024, 5, 6))
    assert history.signals == newest_counts.signals == {"covid_cases", "covid_deaths"}


def test_rows_stand_on_the_answer_they_are_from():
    """Each value points at one of the four answers."""
    history, newest_counts = releases()
    assert history.page is not None
    assert newest_counts.page is not None
    assert (set(history.page.tolist()), set(newest_counts.page.tolist())) == ({0, 1}, {2, 3})


def test_provinces_are_added_up():
    """A country's count is the sum of its provinces."""
    assert values(parsed(), "CAN") == {"2023-03-08": 40, "2023-03-09": 60, "2024-05-06": 70}


@pytest.mark.parametrize(("lacking", "rejected"), [(None, []), (-1, ["value-negative"]), ("x", ["value-not-a-number"])])
def test_a_sum_without_one_of_its_parts_is_unknown(lacking, rejected):
    """On a day on which one province has no usable count, the country has none; the others' are not lost as zeros."""
    history = [past("Canada", "alberta", (10, lacking)), past("Canada", "ontario", (30, 40)), *HISTORY[:1]]
    batch = parsed(history)
    assert values(batch, "CAN") == {"2023-03-08": 40, "2024-05-06": 70}
    assert [one.code for one in batch.rejected] == rejected


def test_a_day_that_a_province_lacks_has_no_sum():
    """A province whose timeline is shorter leaves the country without a count on that day."""
    history = copy.deepcopy(HISTORY)
    del history[1]["timeline"]["cases"]["3/8/23"]
    assert values(parsed(history), "CAN") == {"2023-03-09": 60, "2024-05-06": 70}


def test_provinces_with_a_code_of_their_own_are_places():
    """Greenland and Hong Kong are not added to Denmark and China: among the newest counts they are apart, too."""
    history = [
        past("Denmark", None, (500, 510)),
        past("Denmark", "greenland", (5, 6)),
        past("China", "hong kong", (7, 8)),
        past("China", "hubei", (70, 80)),
    ]
    batch = parsed(history)
    assert values(batch, "DNK") == {"2023-03-08": 500, "2023-03-09": 510}
    assert values(batch, "GRL") == {"2023-03-08": 5, "2023-03-09": 6}
    assert values(batch, "HKG") == {"2023-03-08": 7, "2023-03-09": 8}
    assert values(batch, "CHN") == {"2023-03-08": 70, "2023-03-09": 80}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("S. Korea", "KOR"),
        ("UK", "GBR"),
        ("UAE", "ARE"),
        ("DRC", "COD"),
        ('Côte d"Ivoire', "CIV"),
        ("St. Barth", "BLM"),
        ("West Bank and Gaza", "PSE"),
        ("Holy See (Vatican City State)", "VAT"),
        ("Georgia", "GEO"),
    ],
)
def test_names_as_the_site_writes_them(name, code):
    """The site's own names of countries are known."""
    batch = parsed([past(name, None, (1, 2)), *HISTORY])
    assert values(batch, code) == {"2023-03-08": 1, "2023-03-09": 2}


def test_ships_are_left_out_and_unknown_countries_rejected():
    """Ships and games are not read; a name that is no country is rejected in both collections."""
    history = [*HISTORY, past("Diamond Princess", None, (7, 7)), past("Canada", "diamond princess", (9, 9))]
    countries = [*COUNTRIES, newest("MS Zaandam", 9), newest("Channel Islands", 9), newest("Atlantis", 5)]
    batch = parsed(history, WORLD, countries)
    assert values(batch, "CAN") == {"2023-03-08": 40, "2023-03-09": 60, "2024-05-06": 70}
    assert {(one.location, one.code) for one in batch.rejected} == {("Atlantis", "location-unknown")}


@pytest.mark.parametrize("name", ["World", "California", "Scotland"])
def test_what_is_no_country_is_rejected(name):
    """The world and parts of countries are known by name, but are no entry of a list of countries."""
    batch = parsed([*HISTORY, past(name, None, (7, 8), (None, None))])
    assert [(one.location, one.code) for one in batch.rejected] == [(name, "location-unknown")] * 2
    assert values(batch, "WORLD") == {"2023-03-08": 1000, "2023-03-09": 1100, "2024-05-06": 704753891}


def test_two_newest_counts_of_a_country_are_both_rejected():
    """Burma and Myanmar are one country: with different counts neither is used."""
    countries = [*COUNTRIES, newest("Burma", 5), newest("Myanmar", 6)]
    batch = parsed(HISTORY, WORLD, countries)
    assert values(batch, "MMR") == {}
    assert {(one.value, one.code) for one in batch.rejected} == {("5", "duplicate-row"), ("6", "duplicate-row")}
    assert values(batch, "MMR", "covid_deaths") == {"2024-05-06": 3}


def test_null_is_not_reported():
    """A newest count of null is no row, and never 0."""
    batch = parsed(HISTORY, WORLD, [newest("Namibia", 120, None)])
    assert values(batch, "NAM", "covid_deaths") == {"2023-03-08": 1, "2023-03-09": 2}
    assert batch.rejected == []


def test_a_count_of_the_future_is_impossible():
    """A newest count of a day after the reading is rejected."""
    countries = [*COUNTRIES, newest("Japan", 5, updated=datetime(2026, 4, 3, tzinfo=UTC))]
    batch = parsed(HISTORY, WORLD, countries)
    assert {(one.location, one.code) for one in batch.rejected} == {("Japan", "date-impossible")}


def test_a_window_begins_where_it_is_told_to():
    """From a day on nothing earlier is read, the release says so, and it is another part."""
    feed = DiseaseSh(since=date(2023, 3, 9))
    batch = parsed(feed=feed)
    assert values(batch, "NAM") == {"2023-03-09": 110, "2024-05-06": 120}
    history = batch.batches[0].scope
    assert history is not None
    assert (history.first, history.last) == (date(2023, 3, 9), date(2023, 3, 9))
    (request,) = feed.requests(now=START)
    assert request.part == "covid-19 since 2023-03-09"


def test_counts_are_cumulative_and_daily():
    """Both signals are running totals by day; cases know their deaths, and are primary."""
    cases, deaths = DiseaseSh().facts.signals
    assert {(one.measure, one.cadence) for one in (cases, deaths)} == {(Measure.CUMULATIVE, Cadence.DAILY)}
    assert (cases.deaths, cases.primary, deaths.primary) == ("covid_deaths", True, False)


def test_it_is_labelled_an_archive():
    """It says that it stands still, and is asked at most once a day."""
    facts = DiseaseSh(name="mine").facts
    assert facts.name == "mine"
    assert facts.archive
    assert facts.every_seconds >= 24 * 3600
    assert "stand still since April 2024" in facts.note


@pytest.mark.parametrize(
    "answers",
    [
        ([{"country": "Namibia", "province": None, "series": {}}],),
        ([past("Namibia", None, (1, 2)) | {"extra": 1}],),
        ([],),
        ({"message": "Country not found"},),
        ([{"country": "Namibia", "province": None, "timeline": {"cases": [1], "deaths": {}, "recovered": {}}}],),
        ([{"country": "Namibia", "province": None, "timeline": None}],),
        (HISTORY, {"cases": {}, "deaths": {}}),
        (HISTORY, WORLD, [{"updated": 1, "country": "Namibia", "cases": 1}]),
        (HISTORY, WORLD, [newest("Namibia", 1) | {"vaccinated": 1}]),
        (HISTORY, WORLD, COUNTRIES, []),
        (HISTORY, WORLD, COUNTRIES, {"cases": 1, "deaths": 1}),
    ],
)
def test_another_shape_is_refused(answers):
    """A missing, renamed, unknown or misshapen key in any of the four answers is a schema error."""
    with pytest.raises(SourceSchemaError) as caught:
        parsed(*answers)
    assert caught.value.happened.endswith(".")


@pytest.mark.parametrize(
    "body", [b"null", b"[[1]]", b'{"error": true}', b"no JSON", b"[" * 100_000 + b"]" * 100_000, b"\x00" * 50]
)
def test_after_an_answer_of_another_shape_no_other_is_asked_for(body):
    """What is no list of places ends the reading, and is a fault by what it is, not by what is missing then."""
    feed = DiseaseSh()
    (request,) = feed.requests(now=START)
    strange = replace(pages()[0], body=body)
    assert feed.following(request, strange) is None
    with pytest.raises((SourceSchemaError, ValueError)):
        feed.parse([strange])


def test_fewer_than_four_answers_are_refused():
    """Without all four it cannot be said which count wins."""
    with pytest.raises(SourceSchemaError, match="not four"):
        DiseaseSh().parse(pages()[:3])
