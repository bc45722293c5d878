"""Socrata: what is asked for, page by page, and which answers are rows."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.socrata import SocrataTable, rows_of
from stand_ins import START

COLUMNS = ("week_end", "place", "cases")


def table(**changes: object) -> SocrataTable:
    """Return a data set of three columns."""
    usual = {"dataset": "abcd-1234", "columns": COLUMNS, "date_column": "week_end", "page_rows": 2}
    return SocrataTable(**(usual | changes))


def page(*rows: object, body: bytes | None = None) -> Payload:
    """Return an answer with rows."""
    text = json.dumps(rows).encode() if body is None else body
    return Payload(body=text, media_type="application/json", origin="https://x.org/abcd-1234.json", retrieved_at=START)


def query(url: str) -> dict[str, str]:
    """Return what a URL asks for."""
    return dict(parse_qsl(urlsplit(url).query))


def test_only_what_is_needed_is_asked_for():
    """The first request names columns, rows, order, length and beginning, and is never conditional."""
    request = table(since=date(2025, 8, 1), only=("county", "All"), base_url="https://x.org/").first_page()
    assert request.url.startswith("https://x.org/resource/abcd-1234.json?$select=week_end,place,cases&$where=")
    assert query(request.url) == {
        "$select": "week_end,place,cases",
        "$where": "county = 'All' AND week_end >= '2025-08-01T00:00:00.000'",
        "$order": ":id",
        "$limit": "2",
        "$offset": "0",
    }
    assert " " not in request.url
    assert not request.conditional
    assert request.page == 0


def test_without_conditions_none_is_sent():
    """Where all rows are wanted, no condition is sent: an empty one would be an error."""
    assert "$where" not in query(table().first_page().url)


def test_another_first_day_is_another_part():
    """What was read from one day on does not stand for what is to be read from another."""
    assert table().first_page().part == "abcd-1234"
    assert table(since=date(2025, 8, 1)).first_page().part == "abcd-1234 since 2025-08-01"


def test_the_token_is_a_header():
    """The token goes in a header and never into the URL; without one there is no header."""
    request = table(key="made-up").first_page()
    assert request.headers == (("X-App-Token", "made-up"),)
    assert "made-up" not in request.url + repr(request)
    assert table().first_page().headers == ()


def test_pages_follow_each_other_until_one_is_empty():
    """Each page begins after the rows that came, few or many, and keeps part and token; an empty one is the last."""
    asked = table(key="made-up", since=date(2025, 8, 1))
    first = asked.first_page()
    second = asked.following(first, page({"cases": "1"}, {"cases": "2"}))
    assert second is not None
    third = asked.following(second, page({"cases": "3"}))  # one row where two were asked for
    assert third is not None
    assert [query(one.url)["$offset"] for one in (first, second, third)] == ["0", "2", "3"]
    assert [one.page for one in (first, second, third)] == [0, 1, 2]
    assert query(third.url) == query(first.url) | {"$offset": "3"}
    assert {(one.part, one.headers, one.conditional) for one in (first, second, third)} == {
        (first.part, first.headers, False)
    }
    assert asked.following(third, page()) is None


def test_a_saved_answer_is_read_instead(tmp_path):
    """With a path, the file is read, or the one at the same place below a folder; it is one page."""
    saved = tmp_path / "saved answer.json"
    saved.write_text("[]")
    request = table(path=str(saved)).first_page()
    assert request.url == saved.as_uri()
    assert request.conditional
    assert table().following(request, page({"cases": "1"})) is None
    assert table(path=str(tmp_path)).first_page().url == (tmp_path / "resource" / "abcd-1234.json").as_uri()


def test_rows_of_all_pages_are_one_table():
    """A key that a row lacks is null, whatever page has it; each row knows its page."""
    pages = [page({"week_end": "a", "place": "CA"}), page({"week_end": "b", "place": "TX", "cases": "53.0"}), page()]
    rows = table().rows(pages)
    assert rows["cases"].to_list() == [None, "53.0"]
    assert rows["page"].to_list() == [0, 1]


def test_a_column_that_nobody_has_is_a_schema_error():
    """A renamed column is missing, and the error names it and those that are there."""
    with pytest.raises(SourceSchemaError, match="has no column cases; there are week_end, place, count"):
        table().rows([page({"week_end": "a", "place": "CA", "count": "1"})])


def test_another_column_is_a_schema_error():
    """A column that was not asked for is refused by name."""
    with pytest.raises(SourceSchemaError, match="has the column extra, too"):
        table().rows([page({"week_end": "a", "place": "CA", "cases": "1", "extra": "1"})])


def test_no_rows_at_all_are_a_schema_error():
    """An emptied data set must not look like a release that withdraws everything."""
    with pytest.raises(SourceSchemaError, match="sent no rows"):
        table().rows([page()])


@pytest.mark.parametrize(
    "body", [b'{"error": true, "message": "Invalid SoQL query"}', b"week_end,place,cases\n", b'[{"cases": {"a": 1}}]']
)
def test_what_is_no_list_of_rows_is_refused(body):
    """An error message, another format and nested values are schema errors."""
    with pytest.raises(SourceSchemaError):
        rows_of(page(body=body))


def test_numbers_are_read_like_text():
    """A server that sends numbers as numbers is read like one that sends text."""
    assert rows_of(page({"cases": 53}, {"cases": "54.0"}))["cases"].to_list() == ["53", "54.0"]
