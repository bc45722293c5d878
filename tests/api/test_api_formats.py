"""Fields, formats and pages of the forecasts: the same numbers in every dress."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import polars as pl
import pytest
from served import Service, call

from neuralbrain.domain.location import LOCATIONS

ALL = "/api/forecasts/all"
FIVE = (ALL, "/api/forecasts/global", "/api/forecasts/region/ZMB", "/api/charts/ZMB", "/api/predictions/summary")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "json": "application/json",
}


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("path", FIVE)
@pytest.mark.parametrize("kind", TYPES)
def test_every_answer_comes_in_every_format(reading: Service, path: str, kind: str) -> None:
    """Asked for by name or by Accept it has its type, names its edition in the header, and its tag gives 304."""
    got = call(reading.api, path, query=f"format={kind}")
    assert (got.status, got.headers["content-type"]) == (200, TYPES[kind])
    assert got.headers["neuralbrain-edition"] == "1"
    accepted = reading.get(path, accept=TYPES[kind].partition(";")[0], accept_encoding="identity")
    assert accepted.content == got.content
    assert reading.get(f"{path}?format={kind}", if_none_match=got.headers["etag"]).status == 304
    if kind != "json":
        assert got.headers["content-disposition"].startswith("attachment; filename=")


def test_a_table_has_the_numbers_of_the_json(reading: Service) -> None:
    """One row a region and horizon, each number as in the JSON, in CSV and in Parquet."""
    forecasts = call(reading.api, ALL).body["regions"]
    rows = rows_of(call(reading.api, ALL, query="format=csv").content)
    typed = pl.read_parquet(io.BytesIO(call(reading.api, ALL, query="format=parquet").content)).to_dicts()
    assert len(rows) == len(typed) == sum(len(one["context"]["horizons"]) for one in forecasts)
    at = 0
    for forecast in forecasts:
        context = forecast["context"]
        for step, quantiles in zip(forecast["forecasted_cases"], context["quantiles"], strict=True):
            row, same = rows[at], typed[at]
            assert (row["region"], row["signal"]) == (forecast["region"], context["signal"])
            assert float(row["forecasted_cases"]) == same["forecasted_cases"] == step["value"]
            assert float(row["q0.975"]) == same["q0.975"] == quantiles[-2]
            assert same["risk_score"] == forecast["risk_score"]
            assert row["last_date"] == same["last_date"].isoformat() == context["last_date"]
            assert (same["edition"], same["provider"], same["lock_number"]) == (1, "local", 1)
            at += 1


def test_a_chart_as_a_table_has_past_and_future(reading: Service) -> None:
    """Each date of each line is a row, the past as it was known and the bands of what is expected."""
    chart = call(reading.api, "/api/charts/ZMB").body
    rows = rows_of(call(reading.api, "/api/charts/ZMB", query="format=csv").content)
    past = [row for row in rows if (row["line"], row["part"]) == ("cases", "actual")]
    future = [row for row in rows if (row["line"], row["part"]) == ("cases", "forecast")]
    assert [row["date"] for row in past] == chart["cases"]["actual"]["dates"]
    expected = chart["cases"]["forecast"]
    assert [float(row["incidence"]) for row in future] == expected["median"]
    assert [float(row["low_80"]) for row in future] == expected["intervals"][1]["low"]
    assert {row["line"] for row in rows} == {"cases", "deaths"}


def test_geojson_has_a_point_or_says_why_not(reading: Service) -> None:
    """A region has its point, longitude first, and its forecast as properties; the world has none, with the reason."""
    forecasts = call(reading.api, ALL).body["regions"]
    features = call(reading.api, ALL, query="format=geojson").body["features"]
    assert [one["properties"] for one in features] == forecasts
    zambia = next(one for one in features if one["id"] == "ZMB")
    longitude, latitude = zambia["geometry"]["coordinates"]
    assert (22 < longitude < 34, -18 < latitude < -8) == (True, True)
    world = call(reading.api, "/api/forecasts/global", query="format=geojson").body["features"][0]
    assert world["geometry"] is None
    assert world["geometry_reason"]


def test_fields_leave_out_everything_else(reading: Service) -> None:
    """Only what is named is told, inner fields too, and always the edition; of a table the columns."""
    body = call(reading.api, ALL, query="fields=region,context.signal&fields=trend").body
    assert set(body) == {"edition", "regions", "refusals", "next_cursor"}
    assert all(
        set(one) == {"region", "trend", "context"} and set(one["context"]) == {"signal"} for one in body["regions"]
    )
    region = call(reading.api, "/api/forecasts/region/ZMB", query="fields=risk_level").body
    assert set(region) == {"risk_level", "edition"}
    table = rows_of(call(reading.api, ALL, query="fields=region,context.signal&format=csv").content)
    assert set(table[0]) == {"edition", "region", "signal"}


@pytest.mark.parametrize(
    ("query", "remedy"),
    [
        ("fields=regoin", "Did you mean region?"),
        ("fields=completeness", "Did you mean context.completeness?"),
        ("fields=region,xyzzy", "There are: region, "),
        ("fields=risk_scor&format=csv", "Did you mean risk_score"),
        ("fields=risk_scor&format=geojson", "Did you mean risk_score"),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest(reading: Service, query: str, remedy: str) -> None:
    """A name that there is not gives 422 with its code and the names that may have been meant."""
    got = call(reading.api, ALL, query=query)
    assert (got.status, got.body["code"]) == (422, "field-unknown")
    assert got.body["remedy"].startswith(remedy)


def test_a_signal_of_all(reading: Service) -> None:
    """Only its forecasts are told; one that the edition does not have is a problem that lists those it has."""
    every = call(reading.api, ALL).body["regions"]
    chosen = call(reading.api, ALL, query="signal=pertussis_rate").body["regions"]
    assert chosen == [one for one in every if one["context"]["signal"] == "pertussis_rate"]
    got = call(reading.api, ALL, query="signal=plague")
    assert (got.status, got.body["code"]) == (404, "signal-unknown")
    assert "pertussis_rate" in got.body["remedy"]


@pytest.mark.parametrize("path", [ALL, "/api/editions/1/forecasts/all"])
def test_pages_make_up_the_whole(reading: Service, path: str) -> None:
    """Followed by cursor or by link, pages have every forecast once, in order, and refusals on the first alone."""
    whole = call(reading.api, path).body["regions"]
    seen: list[Any] = []
    query = "limit=20"
    while query:
        got = call(reading.api, path, query=query)
        seen += got.body["regions"]
        cursor, link = got.body["next_cursor"], got.headers.get("link", "")
        assert (cursor is None) == (link == "")
        assert link == "" or link.startswith(f"<{path}?limit=20&cursor={cursor}>")
        query = "" if cursor is None else f"limit=20&cursor={cursor}"
    assert seen == whole


def test_pages_keep_to_their_edition(service: Service) -> None:
    """The second page is of the edition of the first, although another one is up by then."""
    first = call(service.api, ALL, query="limit=30").body
    with service.application.lease() as lease:
        service.publish_again(lease.holder)
    service.shelf.refresh()
    second = call(service.api, ALL, query=f"limit=30&cursor={first['next_cursor']}")
    assert second.headers["neuralbrain-edition"] == "1"
    assert call(service.api, ALL, query="limit=30").headers["neuralbrain-edition"] == "2"
    got = call(service.api, ALL, query=f"edition=2&cursor={first['next_cursor']}")
    assert (got.status, got.body["code"]) == (422, "query-contradiction")


@pytest.mark.parametrize(
    "cursor", ["x", "WyJlZGl0aW9ucyIsMV0", "W10", "bnVsbA", "WyJmb3JlY2FzdHMiLC0xLDBd", "%C3%A4", "=" * 5]
)
def test_a_cursor_of_another_list_is_refused(reading: Service, cursor: str) -> None:
    """What this list did not give is a problem with its code, whatever it is."""
    got = call(reading.api, ALL, query=f"cursor={cursor}")
    assert (got.status, got.body["code"]) == (422, "cursor-unreadable")


def test_what_is_said_is_rounded_beside_the_exact(reading: Service) -> None:
    """Texts for people follow the published rule: 100 above 1,000, 10 above 10, else one; null where the number is."""
    for forecast in call(reading.api, ALL).body["regions"]:
        said, exact = forecast["readable"], forecast["actual_cases"]
        assert (said["actual_cases"] is None) == (exact is None)
        if forecast["context"]["unit"] == "count" and exact is not None:
            step = 100 if exact > 1000 else 10 if exact >= 10 else 1
            assert abs(int(said["actual_cases"].replace(",", "")) - exact) <= step / 2
        assert len(said["forecasted_cases"]) == len(forecast["forecasted_cases"])
        assert (said["outbreak_probability"] is None) == (forecast["outbreak_probability"] is None)


def test_every_region_has_a_point() -> None:
    """Each region but the world has one, on the earth, and parts of a country are near it."""
    from neuralbrain.domain.centroids import CENTROIDS

    assert set(CENTROIDS) == set(LOCATIONS) - {"WORLD"}
    assert all(-90 <= latitude <= 90 and -180 <= longitude <= 180 for latitude, longitude in CENTROIDS.values())
    for code, (latitude, longitude) in CENTROIDS.items():
        if code.startswith("GB-"):
            assert (49 < latitude < 61, -9 < longitude < 2) == (True, True)
        if code.startswith("US-"):
            assert (18 < latitude < 72, -180 < longitude < -66) == (True, True)


def test_json_is_the_body_of_the_memory(reading: Service) -> None:
    """Asked for by name JSON is the very answer that everybody gets."""
    assert json.loads(call(reading.api, ALL, query="format=json").content) == call(reading.api, ALL).body
    assert call(reading.api, ALL, query="format=json").headers["etag"] == call(reading.api, ALL).headers["etag"]
