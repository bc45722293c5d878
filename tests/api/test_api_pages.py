"""Lists in pages and as files: editions, regions, signals, sources, series and their revisions."""

from __future__ import annotations

import csv
import io
from typing import Any

import polars as pl
import pytest
from served import Service, call

from neuralbrain.api.edition_shapes import EditionDiffShape, EditionsShape
from neuralbrain.api.feed_shapes import RegionsShape, RevisionsShape, SeriesShape, SignalsShape, SourcesShape
from neuralbrain.errors import QueryError
from neuralbrain.publish.columns import Column, Kind, as_csv, as_parquet
from neuralbrain.publish.cursor import cursor_of, places_of

SERIES = "/api/series/ZMB/cholera_cases"
LISTS = {
    "/api/regions": ("regions", "code", RegionsShape),
    "/api/signals": ("signals", "signal", SignalsShape),
    "/api/sources": ("sources", "name", SourcesShape),
    SERIES: ("values", "target_date", SeriesShape),
    f"{SERIES}/revisions": ("revisions", "target_date", RevisionsShape),
}


@pytest.mark.parametrize("path", LISTS)
def test_pages_make_up_the_list(reading: Service, path: str) -> None:
    """Page by page every entry comes once, in the documented shape, and the link leads where the cursor does."""
    entries, name, shape = LISTS[path]
    whole = [one[name] for one in call(reading.api, path).body[entries]]
    limit = max(1, len(whole) // 3)
    pages: list[list[str]] = []
    query = f"limit={limit}"
    while query:
        got = call(reading.api, path, query=query)
        shape.model_validate_json(got.content, strict=True)
        pages.append([one[name] for one in got.body[entries]])
        cursor = got.body["next_cursor"]
        assert got.headers.get("link", "") == (
            "" if cursor is None else f'<{path}?limit={limit}&cursor={cursor}>; rel="next"'
        )
        query = "" if cursor is None else f"limit={limit}&cursor={cursor}"
    assert len(pages) >= min(3, len(whole))
    if path.endswith("/revisions"):
        pages.reverse()  # the latest target dates are on the first page
    assert [one for page in pages for one in page] == whole


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_had_as_a_file(reading: Service, path: str) -> None:
    """CSV and Parquet have a row an entry, by name and by Accept, under their types."""
    entries, name, _ = LISTS[path]
    whole = [one[name] for one in call(reading.api, path).body[entries]]
    table = call(reading.api, path, query="format=csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert [row[name] for row in csv.DictReader(io.StringIO(table.content.decode(), newline=""))] == whole
    typed = reading.get(path, accept="application/vnd.apache.parquet")
    assert typed.headers["content-type"] == "application/vnd.apache.parquet"
    assert [str(one) for one in pl.read_parquet(io.BytesIO(typed.content))[name]] == whole


def test_editions_go_on_where_the_page_ended(service: Service) -> None:
    """The cursor leads to older editions, whatever is published meanwhile; the last page has none."""
    for _ in range(2):
        with service.application.lease() as lease:
            service.publish_again(lease.holder)
    first = call(service.api, "/api/editions", query="limit=2")
    EditionsShape.model_validate_json(first.content, strict=True)
    with service.application.lease() as lease:
        service.publish_again(lease.holder)
    second = call(service.api, "/api/editions", query=f"limit=2&cursor={first.body['next_cursor']}").body
    assert [one["number"] for one in (*first.body["editions"], *second["editions"])] == [3, 2, 1]
    assert second["next_cursor"] is None


def test_two_editions_are_compared(service: Service) -> None:
    """By number, and the current one with the one before unless named; what differs is counted."""
    with service.application.lease() as lease:
        service.publish_again(lease.holder)
    service.shelf.refresh()
    got = call(service.api, "/api/editions/compare")
    EditionDiffShape.model_validate_json(got.content, strict=True)
    assert (got.body["before"]["number"], got.body["after"]["number"]) == (1, 2)
    assert got.body["counts"]["same"] == len(got.body["series"])
    same = call(service.api, "/api/editions/compare", query="from=1&to=2")
    assert same.content == got.content
    assert service.get("/api/editions/compare", if_none_match=got.headers["etag"]).status == 304
    short = call(service.api, "/api/editions/compare", query="from=2&to=1&limit=3").body
    assert (len(short["series"]), short["left_out"]) == (3, len(got.body["series"]) - 3)
    for query, status in (("from=9", 404), ("to=1", 404), ("from=x", 422), ("form=1", 422)):
        assert call(service.api, "/api/editions/compare", query=query).status == status


def test_revisions_as_of_a_moment(reading: Service) -> None:
    """Before anything was known there are none, and the moment is told."""
    got = call(reading.api, f"{SERIES}/revisions", query="as_of=2001-01-01")
    assert (got.status, got.body["revisions"], got.body["as_of"][:10]) == (200, [], "2001-01-01")


COLUMNS = (Column(name="name"), Column(name="count", kind=Kind.WHOLE), Column(name="as_of", kind=Kind.MOMENT))


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\uff1d1"])
def test_no_text_becomes_a_formula(text: str) -> None:
    """What a spreadsheet would run is shown with an apostrophe before it; numbers, also negative ones, are numbers."""
    cells = list(csv.reader(io.StringIO(as_csv(COLUMNS, [{"name": text, "count": -3}]).decode(), newline="")))
    assert cells == [["name", "count", "as_of"], [f"'{text}", "-3", ""]]


def test_parquet_has_its_types_without_rows_too() -> None:
    """Columns are typed whether there is a row or not; moments with and without a fraction are read."""
    rows: list[dict[str, Any]] = [
        {"name": "a", "count": 1, "as_of": "2026-01-01T00:00:00Z"},
        {"as_of": "2026-01-01T00:00:00.25Z"},
    ]
    none, two = (pl.read_parquet(io.BytesIO(as_parquet(COLUMNS, one))) for one in ([], rows))
    assert none.schema == two.schema
    assert [one.microsecond for one in two["as_of"]] == [0, 250_000]


@pytest.mark.parametrize("cursor", ["", "ä", "eyJhIjoxfQ", cursor_of("b", 1), cursor_of("a", 1, 2), "WyJhIix0cnVlXQ"])
def test_a_cursor_is_read_strictly(cursor: str) -> None:
    """Another list's, another count, no number, or no cursor at all is refused with its code."""
    assert places_of("a", cursor_of("a", 5), count=1) == (5,)
    with pytest.raises(QueryError) as caught:
        places_of("a", cursor, count=1)
    assert caught.value.error_code == "cursor-unreadable"
