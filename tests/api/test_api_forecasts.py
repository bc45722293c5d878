"""The five addresses of the current edition, over a real socket: shape, headers, tags, errors."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from urllib.parse import quote

import pytest
from pydantic import BaseModel
from served import Service, application_over, run_cycle

from neuralbrain.api.shapes import AllForecasts, Chart, GlobalForecast, RegionForecast, Summary
from neuralbrain.domain.journal import Outcome
from neuralbrain.publish.as_json import forecast_as_json, header_as_json

ADDRESSES: dict[str, type[BaseModel]] = {
    "/api/forecasts/global": GlobalForecast,
    "/api/forecasts/all": AllForecasts,
    "/api/forecasts/region/ZMB": RegionForecast,
    "/api/charts/ZMB": Chart,
    "/api/predictions/summary": Summary,
}
TWELVE = {
    *("region", "actual_cases", "actual_deaths", "forecasted_cases", "forecasted_deaths", "confidence_score"),
    *("risk_level", "risk_score", "outbreak_probability", "trend", "timestamp", "provider"),
}


@pytest.mark.parametrize("path", ADDRESSES)
def test_bodies_are_of_the_documented_shape(reading: Service, path: str) -> None:
    """Each real body has exactly the fields of its model, the first time and from memory."""
    for _ in range(2):
        got = reading.get(path)
        assert got.status == 200
        ADDRESSES[path].model_validate_json(got.content, strict=True)


@pytest.mark.parametrize("path", ADDRESSES)
def test_body_and_headers_name_one_edition(reading: Service, path: str) -> None:
    """The header fields say of the edition what the body says, whoever answers: short-cut or route."""
    for asked in (path, path, f"{path}?format=json"):
        got = reading.get(asked)
        edition = got.body["edition"]
        assert got.headers["neuralbrain-edition"] == str(edition["number"])
        assert got.headers["neuralbrain-provider"] == edition["provider"]
        assert got.headers["neuralbrain-lock-number"] == str(edition["lock_number"])
        assert got.headers["neuralbrain-cutoff"] == edition["cutoff"]
        assert int(got.headers["neuralbrain-edition-age"]) >= 0
        assert got.headers["content-type"] == "application/json"
        assert got.headers["content-length"] == str(len(got.content))
        assert got.headers["cache-control"] == "no-cache"
        assert got.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ADDRESSES)
def test_the_route_answers_as_the_short_cut(reading: Service, path: str) -> None:
    """Content and header fields are the same from both, but for the moment."""
    first, routed = reading.get(path), reading.get(f"{path}?format=json")
    assert routed.content == first.content
    of_the_moment = {"date", "neuralbrain-edition-age"}
    assert {key: one for key, one in routed.headers.items() if key not in of_the_moment} == {
        key: one for key, one in first.headers.items() if key not in of_the_moment
    }


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("query", ["", "?format=json"])
def test_a_client_that_has_it_is_told_so(reading: Service, path: str, query: str) -> None:
    """Its tag in If-None-Match, alone, weak, in a list or as a star, gives 304 with the same tag and no content."""
    tag = reading.get(path).headers["etag"]
    for condition in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        got = reading.get(path + query, if_none_match=condition)
        assert (got.status, got.content) == (304, b"")
        assert got.headers["etag"] == tag
        assert got.headers["neuralbrain-edition"] == "1"
    assert reading.get(path + query, if_none_match='"other"').status == 200


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("query", ["", "?format=json"])
def test_head_is_get_without_the_content(reading: Service, path: str, query: str) -> None:
    """HEAD has the status and the header fields of GET, the length too, and no content."""
    got, head = reading.get(path + query), reading.get(path + query, method="HEAD")
    assert (head.status, head.content) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]
    assert head.headers["content-length"] == got.headers["content-length"]


def test_the_twelve_stand_at_the_top(reading: Service) -> None:
    """A region's body is the twelve fields and the context, as the command line prints them, and what is beside."""
    edition = reading.application.editions.get()
    assert edition is not None
    row = edition.find("ZMB")
    assert row is not None
    body = reading.get("/api/forecasts/region/ZMB").body
    assert set(body) == {*TWELVE, "context", "readable", "edition"}
    del body["readable"]
    assert body == json.loads(json.dumps({**forecast_as_json(row), "edition": header_as_json(edition.header)}))


@pytest.mark.parametrize("typed", ["ZMB", "zmb", "ZM", "Zambia", "894"])
def test_a_region_answers_to_every_name(reading: Service, typed: str) -> None:
    """Names and codes give the same bytes under the same tag."""
    tags = {reading.get(f"/api/forecasts/region/{one}").headers["etag"] for one in ("ZMB", typed, typed)}
    assert len(tags) == 1


@pytest.mark.parametrize("beginning", ["/api/forecasts/region/", "/api/charts/"])
def test_a_longer_path_is_another_address(reading: Service, beginning: str) -> None:
    """A region that is ready does not answer for a path that goes on behind its name."""
    assert reading.get(f"{beginning}Zambia").status == 200
    assert [reading.get(f"{beginning}Zambia{rest}").status for rest in ("/", "/x", "%2F")] == [404] * 3


def test_a_signal_can_be_named(reading: Service) -> None:
    """The primary signal by its name is the same answer; another one that is not there is a problem."""
    named = reading.get("/api/forecasts/region/ZMB?signal=cholera_cases")
    assert named.content == reading.get("/api/forecasts/region/ZMB").content
    unknown = reading.get("/api/forecasts/region/ZMB?signal=flu")
    assert (unknown.status, unknown.body["code"]) == (404, "signal-unknown")
    assert unknown.body["remedy"] == "It has: cholera_cases."


@pytest.mark.parametrize("beginning", ["/api/forecasts/region/", "/api/charts/"])
@pytest.mark.parametrize(
    ("typed", "code", "remedy"),
    [
        ("Gremany", "region-unknown", "Did you mean Germany (DEU)?"),
        ("Côte d'Ivoire", "region-not-covered", "It covers: BDI, COD,"),
        ("%", "region-unknown", "Use an English name"),
        ("x" * 2000, "region-unknown", "Use an English name"),
    ],
)
def test_an_unknown_region_is_a_problem_that_helps(
    reading: Service, beginning: str, typed: str, code: str, remedy: str
) -> None:
    """A name that is unknown or not covered gives 404 with its code and what to ask for instead."""
    got = reading.get(beginning + quote(typed))
    assert (got.status, got.headers["content-type"]) == (404, "application/problem+json")
    assert got.body["code"] == code
    assert got.body["remedy"].startswith(remedy)


def test_the_world_names_its_parts(reading: Service) -> None:
    """The world is the sum of the parts that report, and South Sudan, which does not, is named."""
    world = reading.get("/api/forecasts/global").body
    rows = {row["region"]: row for row in reading.get("/api/forecasts/all").body["regions"]}
    parts = world["world"]["parts"]
    assert world["region"] == "WORLD"
    assert world["actual_cases"] == sum(rows[code]["actual_cases"] for code in parts)
    assert [one["region"] for one in world["world"]["missing"]] == ["SSD"]
    states = {code for code in rows if code.startswith("US-")}
    assert len(states) == 51, "an archive is no part of the world of today"
    assert set(parts) == set(rows) - {"SSD"} - states


def test_a_chart_shows_what_was_known_at_the_cutoff(service: Service) -> None:
    """What is read after the edition was published is not in its chart, even if it is drawn only then."""
    later = application_over(service.application.settings.home, sample_until=date(2024, 6, 2))
    assert run_cycle(later).outcome is Outcome.DONE
    later.close()
    first = service.get("/api/charts/ZMB").body
    assert (first["edition"]["number"], first["cases"]["actual"]["dates"][-1]) == (1, "2023-10-01")
    service.shelf.refresh()
    second = service.get("/api/charts/ZMB").body
    assert (second["edition"]["number"], second["cases"]["actual"]["dates"][-1]) == (2, "2024-06-02")


def test_what_is_kept_by_hand_never_reaches_the_api(service: Service) -> None:
    """A forecast put into the engine's cache changes no answer, not even after the edition is looked for again."""
    engine = service.application.engine
    zambia = engine.get_cached_forecast("Zambia")
    assert zambia is not None
    before = {path: service.get(path).content for path in ADDRESSES}
    for name in ("Zambia", "Angola"):
        engine.cache_forecast(name, replace(zambia, actual_cases=999_999.0))
    kept = engine.get_cached_forecast("Angola")
    assert kept is not None
    assert kept.actual_cases == 999_999.0
    service.shelf.refresh()
    assert {path: service.get(path).content for path in ADDRESSES} == before
    assert {path: service.get(f"{path}?format=json").content for path in ADDRESSES} == before
    assert service.get("/api/forecasts/region/Angola").status == 404
