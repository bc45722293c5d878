"""Series over HTTP: what was known when, revisions, CSV, entity tags, and problems that help."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import Got, Service, application_over, serving
from vintage_feed import CLINICS, NEWEST, REVISED, SETTLED, WITHDRAWN, release, take, take_clinics_in

from neuralbrain.api.feed_shapes import RevisionsShape, SeriesShape

CALIFORNIA = "/api/series/US-CA/flu_admissions"
SAMPLE = "/api/series/COD/cholera_cases"


@pytest.fixture(scope="module")
def feeding(ran_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a service over the sample, the made-up clinics, and an archive that reports one of their series, too."""
    application = application_over(shutil.copytree(ran_once, tmp_path_factory.mktemp("feeding") / "home"))
    take_clinics_in(application)
    take(application, [release({("US-NY", NEWEST): 8.0}, day=22, source="annals")], source="annals")
    with serving(application) as made:
        yield made
    application.close()


def values(got: Got) -> dict[str, float | None]:
    """Return the values of an answer by target date."""
    return {one["target_date"]: one["value"] for one in got.body["values"]}


def test_what_is_known_now(feeding: Service) -> None:
    """Of each target date the newest value is told, with since when it is known; a withdrawn one is null."""
    got = feeding.get(CALIFORNIA)
    found = SeriesShape.model_validate_json(got.content, strict=True)
    assert [(one.target_date, one.value, one.as_of) for one in found.values] == [
        (WITHDRAWN, None, "2026-01-21T00:00:00Z"),
        (REVISED, 97.0, "2026-01-21T00:00:00Z"),
        (SETTLED, 88.0, "2026-01-21T00:00:00Z"),
        (NEWEST, 50.0, "2026-01-21T00:00:00Z"),
    ]
    assert (found.region, found.name, found.source, found.unit) == ("US-CA", "California", CLINICS, "count")
    assert (found.as_of, found.newest_as_of) == (None, "2026-01-21T00:00:00Z")
    assert (found.licence, found.redistribute, found.other_sources) == ("unknown", False, [])


@pytest.mark.parametrize(
    ("as_of", "known"),
    [
        ("2026-01-06", {}),
        ("2026-01-07", {WITHDRAWN: 100.0, REVISED: 80.0}),
        ("2026-01-07T00:00:00Z", {WITHDRAWN: 100.0, REVISED: 80.0}),
        ("2026-01-06T23:59:59.999999Z", {}),
        ("2026-01-14", {WITHDRAWN: 100.0, REVISED: 95.0, SETTLED: 60.0}),
        ("2026-01-14T00:30:00%2B01:00", {WITHDRAWN: 100.0, REVISED: 80.0}),
        ("2026-01-20", {WITHDRAWN: 100.0, REVISED: 95.0, SETTLED: 60.0}),
        ("2026-01-21", {WITHDRAWN: None, REVISED: 97.0, SETTLED: 88.0, NEWEST: 50.0}),
        ("2099-01-01", {WITHDRAWN: None, REVISED: 97.0, SETTLED: 88.0, NEWEST: 50.0}),
    ],
)
def test_what_was_known_then(feeding: Service, as_of: str, known: dict[str, float | None]) -> None:
    """At a moment exactly what was known is told, to the microsecond; a day means its end, UTC."""
    got = feeding.get(f"{CALIFORNIA}?as_of={as_of}")
    assert got.status == 200
    assert values(got) == known


def test_an_unrevised_value_keeps_its_first_as_of(feeding: Service) -> None:
    """A value that a later release only repeats is known since the first one."""
    got = feeding.get(f"{CALIFORNIA}?as_of=2026-01-14")
    found = {one["target_date"]: one["as_of"] for one in got.body["values"]}
    assert found == {
        WITHDRAWN: "2026-01-07T00:00:00Z",
        REVISED: "2026-01-14T00:00:00Z",
        SETTLED: "2026-01-14T00:00:00Z",
    }
    assert got.body["as_of"] == "2026-01-14T23:59:59.999999Z"


def test_since_takes_its_day_in(feeding: Service) -> None:
    """Only target dates from that day on are told."""
    assert list(values(feeding.get(f"{CALIFORNIA}?since={SETTLED}"))) == [SETTLED, NEWEST]
    assert values(feeding.get(f"{CALIFORNIA}?since=2030-01-01")) == {}


def test_every_revision_with_its_time(feeding: Service) -> None:
    """Each value that was ever known is told with when it became known, the withdrawal, too, and no repetition."""
    got = feeding.get(f"{CALIFORNIA}/revisions")
    found = RevisionsShape.model_validate_json(got.content, strict=True)
    assert [(one.target_date, one.value, one.as_of[:10]) for one in found.revisions] == [
        (WITHDRAWN, 100.0, "2026-01-07"),
        (WITHDRAWN, None, "2026-01-21"),
        (REVISED, 80.0, "2026-01-07"),
        (REVISED, 95.0, "2026-01-14"),
        (REVISED, 97.0, "2026-01-21"),
        (SETTLED, 60.0, "2026-01-14"),
        (SETTLED, 88.0, "2026-01-21"),
        (NEWEST, 50.0, "2026-01-21"),
    ]
    assert found.left_out == 0


def test_revisions_of_one_date_or_since_one(feeding: Service) -> None:
    """Revisions can be asked for of one target date, from one on, and so many at most."""
    one = feeding.get(f"{CALIFORNIA}/revisions?target_date={REVISED}").body
    assert [row["value"] for row in one["revisions"]] == [80.0, 95.0, 97.0]
    late = feeding.get(f"{CALIFORNIA}/revisions?since={SETTLED}").body
    assert [row["value"] for row in late["revisions"]] == [60.0, 88.0, 50.0]
    few = feeding.get(f"{CALIFORNIA}/revisions?limit=3").body
    assert [row["value"] for row in few["revisions"]] == [60.0, 88.0, 50.0]
    assert few["left_out"] == 5


@pytest.mark.parametrize("region", ["US-CA", "us_ca", "California", "06", "california,%20usa"])
def test_a_region_answers_to_every_name(feeding: Service, region: str) -> None:
    """Whatever the region is called, the answer is the same to the byte."""
    assert feeding.get(f"/api/series/{region}/flu_admissions").content == feeding.get(CALIFORNIA).content


def test_the_sample_is_told_with_its_licence(feeding: Service) -> None:
    """Of a feed of the catalogue title, licence and attribution are told, and values may be handed on."""
    body = feeding.get(f"{SAMPLE}?since=2023-09-01").body
    facts = feeding.application.source("cholera-africa").facts
    assert (body["licence"], body["attribution"], body["redistribute"]) == (facts.licence, facts.attribution, True)
    (panel,) = feeding.application.observations.panels("cholera-africa", cutoff=feeding.application.clock.now())
    row = next(n for n, one in enumerate(panel.series) if (one.location, one.signal.name) == ("COD", "cholera_cases"))
    expected = {
        day: value
        for day, value in zip(panel.dates.astype(str).tolist(), panel.values[row].tolist(), strict=True)
        if day >= "2023-09-01" and value == value  # noqa: PLR0124 - NaN alone differs from itself
    }
    assert {one["target_date"]: one["value"] for one in body["values"]} == expected
    assert len(expected) > 3


def test_csv_says_the_same(feeding: Service) -> None:
    """The CSV has the values of the JSON, an empty cell for null, and the licence in each row."""
    got = feeding.get(f"{CALIFORNIA}?format=csv&as_of=2026-01-21")
    assert got.headers["content-type"] == "text/csv; charset=utf-8"
    assert got.headers["content-disposition"] == 'attachment; filename="flu_admissions-US-CA.csv"'
    rows = list(csv.DictReader(io.StringIO(got.content.decode(), newline="")))
    told = feeding.get(f"{CALIFORNIA}?as_of=2026-01-21").body["values"]
    assert [(row["target_date"], row["value"], row["as_of"]) for row in rows] == [
        (one["target_date"], "" if one["value"] is None else str(one["value"]), one["as_of"]) for one in told
    ]
    assert {row["licence"] for row in rows} == {"unknown"}
    assert {row["redistribute"] for row in rows} == {"false"}


def test_without_a_source_the_first_answers(feeding: Service) -> None:
    """Where two sources report the same, one answers and names the other; each can be asked for by name."""
    path = "/api/series/US-NY/flu_admissions"
    first = feeding.get(path).body
    assert (first["source"], first["other_sources"], first["values"][0]["value"]) == ("annals", [CLINICS], 8.0)
    named = feeding.get(f"{path}?source={CLINICS}").body
    assert (named["source"], named["other_sources"], named["values"][0]["value"]) == (CLINICS, [], 7.0)


def test_an_entity_tag_saves_the_answer(feeding: Service) -> None:
    """Who names the tag gets 304 without a body; another question has another tag; HEAD has the head alone."""
    got = feeding.get(CALIFORNIA)
    assert got.headers["cache-control"] == "no-cache"
    again = feeding.get(CALIFORNIA, If_None_Match=got.headers["etag"])
    assert (again.status, again.content, again.headers["etag"]) == (304, b"", got.headers["etag"])
    then = feeding.get(f"{CALIFORNIA}?as_of=2026-01-14", If_None_Match=got.headers["etag"])
    assert then.status == 200
    head = feeding.get(CALIFORNIA, method="HEAD")
    assert (head.status, head.content, head.headers["etag"]) == (200, b"", got.headers["etag"])


def test_quality_is_told_where_it_is_asked_for(feeding: Service) -> None:
    """Marks and completeness are null unless asked for; marks are of this series alone."""
    plain = feeding.get(SAMPLE).body
    assert plain["marks"] is None
    assert {one["completeness"] for one in plain["values"]} == {None}
    got = feeding.get(f"{SAMPLE}?quality=true")
    found = SeriesShape.model_validate_json(got.content, strict=True)
    assert found.marks is not None
    assert [one.value for one in found.values] == [one["value"] for one in plain["values"]]
    assert feeding.get(f"{SAMPLE}?quality=true&as_of=2020-01-01").body["marks"] == []


@pytest.mark.parametrize(
    ("path", "code", "helps"),
    [
        ("/api/series/Kalifornia/flu_admissions", "region-unknown", "California"),
        ("/api/series/Germany/flu_admissions", "region-not-covered", "region"),
        ("/api/series/US-CA/flu_admision", "signal-unknown", "flu_admissions"),
        ("/api/series/US-CA/cholera_cases", "signal-unknown", "flu_admissions"),
        (f"{CALIFORNIA}?source=clinic", "source-unknown", "clinics"),
        (f"{CALIFORNIA}?source=annals", "signal-unknown", "clinics"),
        (f"{CALIFORNIA}?source=cholera-africa", "signal-unknown", "clinics"),
        (f"{CALIFORNIA[:-1]}/revisions", "signal-unknown", "flu_admissions"),
    ],
)
def test_what_is_unknown_is_a_problem_that_helps(feeding: Service, path: str, code: str, helps: str) -> None:
    """An unknown region, signal or source is 404, and the remedy names the nearest or what there is."""
    got = feeding.get(path)
    assert (got.status, got.body["code"]) == (404, code)
    assert got.headers["content-type"] == "application/problem+json"
    assert helps in got.body["remedy"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("as_of=yesterday", "as_of"),
        ("as_of=2026-02-30", "as_of"),
        ("as_of=2026-01-14T00:00:00", "as_of"),
        ("as_of=0001-01-01T00:00:00%2B14:00", "as_of"),
        ("since=2026-1-3", "since"),
        ("since=1767225600", "since"),
        ("since=", "since"),
        ("format=xml", "format"),
        ("quality=perhaps", "quality"),
    ],
)
def test_what_cannot_be_used_is_a_problem(feeding: Service, query: str, named: str) -> None:
    """A day that does not exist, a time without a zone or another format is 422, and says which parameter and why."""
    got = feeding.get(f"{CALIFORNIA}?{query}")
    assert got.status == 422
    assert got.body["detail"].startswith(f"The parameter {named} cannot be used: ")


@pytest.mark.parametrize("query", ["limit=0", "limit=100001", "target_date=today", "since=x"])
def test_revisions_refuse_the_same(feeding: Service, query: str) -> None:
    """The parameters of revisions are looked at, too."""
    assert feeding.get(f"{CALIFORNIA}/revisions?{query}").status == 422


@pytest.mark.parametrize("as_of", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59.999999Z"])
def test_the_ends_of_time_are_moments_like_others(feeding: Service, as_of: str) -> None:
    """The first and the last day of the calendar are answered."""
    assert feeding.get(f"{CALIFORNIA}?as_of={as_of}").status == 200


def test_parameters_are_explained_with_examples(feeding: Service) -> None:
    """The OpenAPI document has a description for each parameter, examples of days, and tables beside JSON."""
    document = feeding.get("/openapi.json").body
    said = document["paths"]["/api/series/{region}/{signal}"]["get"]
    named = {one["name"]: one for one in said["parameters"]}
    assert set(named) == {
        *("region", "signal", "source", "as_of", "since", "quality"),
        *("limit", "cursor", "format"),
    }
    assert all(one["description"] for one in named.values())
    assert "2026-02-09" in str(named["as_of"])
    assert set(said["responses"]["200"]["content"]) == {
        *("application/json", "text/csv", "application/vnd.apache.parquet"),
    }
    assert {"304", "404", "422", "503"} <= set(said["responses"])
