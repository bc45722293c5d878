"""Regions and signals over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import Service, application_over, serving
from vintage_feed import take_clinics_in

from neuralbrain.api.feed_shapes import OneRegionShape, RegionsShape, SignalsShape
from neuralbrain.domain.location import LOCATIONS


@pytest.fixture(scope="module")
def feeding(ran_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a service over the sample and the made-up clinics."""
    application = application_over(shutil.copytree(ran_once, tmp_path_factory.mktemp("regions") / "home"))
    take_clinics_in(application)
    with serving(application) as made:
        yield made
    application.close()


def test_every_region_is_listed_once(feeding: Service) -> None:
    """Without a search every region that there is, is listed: the world, countries, parts of countries."""
    got = feeding.get("/api/regions")
    found = RegionsShape.model_validate_json(got.content, strict=True)
    assert [one.code for one in found.regions] == list(LOCATIONS)
    assert found.left_out == 0
    assert found.regions[0].kind == "world"
    congo = next(one for one in found.regions if one.code == "COD")
    assert (congo.kind, congo.parent, congo.sources) == ("country", "WORLD", ["cholera-africa"])
    assert congo.primary_signal == "cholera_cases"


def test_a_search_and_what_is_reported(feeding: Service) -> None:
    """A search finds by any name; with ``reported`` only what some source reports, or only the rest."""

    def codes(query: str) -> list[str]:
        return [one["code"] for one in feeding.get(f"/api/regions?{query}").body["regions"]]

    assert codes("search=congo")[:2] == ["COG", "COD"]
    assert codes("search=calif") == ["US-CA"]
    assert codes("search=calif&reported=false") == []
    assert codes("search=xyzzy") == []
    reported, rest = codes("reported=true"), codes("reported=false")
    assert {"COD", "US-CA", "US-NY"} <= set(reported)
    assert sorted(reported + rest) == sorted(LOCATIONS)


def test_a_limit_says_what_it_leaves_out(feeding: Service) -> None:
    """So many are listed at most, and how many more there are is told."""
    body = feeding.get("/api/regions?limit=3").body
    assert len(body["regions"]) == 3
    assert body["left_out"] == len(LOCATIONS) - 3


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "reported=perhaps", f"search={'n' * 121}"])
def test_what_cannot_be_used_is_a_problem(feeding: Service, query: str) -> None:
    """A limit or a search that cannot be is 422."""
    assert feeding.get(f"/api/regions?{query}").status == 422


@pytest.mark.parametrize("name", ["US-CA", "California", "06", "us-ca"])
def test_one_region_by_any_name(feeding: Service, name: str) -> None:
    """A region has its other codes and each of its series."""
    got = feeding.get(f"/api/regions/{name}")
    found = OneRegionShape.model_validate_json(got.content, strict=True)
    assert (found.code, found.kind, found.parent, found.fips, found.postal) == (
        "US-CA",
        "subdivision",
        "USA",
        "06",
        "CA",
    )
    assert ("clinics", "flu_admissions", "flu_deaths") in [(one.source, one.signal, one.deaths) for one in found.series]


def test_an_unknown_region_is_a_problem_with_the_nearest(feeding: Service) -> None:
    """A misspelt region is 404 and names the nearest; a region that nobody reports is there all the same."""
    got = feeding.get("/api/regions/Gremany")
    assert (got.status, got.body["code"]) == (404, "region-unknown")
    assert "Germany" in got.body["remedy"]
    assert feeding.get("/api/regions/Germany").body["series"] == []


def test_every_signal_is_listed(feeding: Service) -> None:
    """Signals come by name, with unit, measure, cadence, deaths, who reports them and of how many regions."""
    got = feeding.get("/api/signals")
    found = {one.signal: one for one in SignalsShape.model_validate_json(got.content, strict=True).signals}
    assert list(found) == sorted(found)
    cholera, flu = found["cholera_cases"], found["flu_admissions"]
    assert (cholera.deaths, cholera.unit, cholera.cadence) == ("cholera_deaths", "count", "weekly")
    assert (cholera.sources, cholera.asked) == (["cholera-africa"], True)
    series = feeding.application.observations.series("cholera-africa")
    assert cholera.regions == len({one.location for one in series if one.signal.name == "cholera_cases"})
    assert (flu.sources, flu.regions) == (["clinics"], 2)


@pytest.mark.parametrize("path", ["/api/regions", "/api/regions/US-CA", "/api/signals"])
def test_an_entity_tag_saves_the_answer(feeding: Service, path: str) -> None:
    """Who names the tag gets 304 without a body."""
    got = feeding.get(path)
    assert feeding.get(path, If_None_Match=got.headers["etag"]).status == 304


def test_before_anything_was_read(empty: Service) -> None:
    """Regions and signals are told before the first reading; nobody reports anything then."""
    regions = empty.get("/api/regions").body["regions"]
    assert len(regions) == len(LOCATIONS)
    assert [one for one in regions if one["sources"] or one["primary_signal"]] == []
    assert {one["regions"] for one in empty.get("/api/signals").body["signals"]} == {0}
