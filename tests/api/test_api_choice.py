"""Which edition a request means: by number, by moment, or the one that is up; and how its answers may be kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from served import Service, application_over, call, serving

from neuralbrain.api.archive import MOST_FORECASTS, Archive
from neuralbrain.domain.calendar import utc_text

FIVE = ("forecasts/all", "forecasts/global", "forecasts/region/ZMB", "charts/ZMB", "predictions/summary")
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def three(ran_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a service with three editions, the second of which was withdrawn before the third; tests only read."""
    application = application_over(shutil.copytree(ran_once, tmp_path_factory.mktemp("three") / "home"))
    with serving(application) as made:
        for number in (2, 3):
            with application.lease() as lease:
                assert made.publish_again(lease.holder) == number
            if number == 2:
                application.editions.withdraw(2, reason="wrong week", actor="test")
        made.shelf.refresh()
        yield made
    application.close()


@pytest.mark.parametrize("path", FIVE)
def test_an_edition_is_had_by_its_number(three: Service, path: str) -> None:
    """Body and header fields are of the edition that was asked for, whichever is up, and the address may be asked."""
    for number in (1, 2, 3):
        got = call(three.api, f"/api/{path}", query=f"edition={number}")
        assert got.status == 200
        assert got.body["edition"]["number"] == number
        assert got.headers["neuralbrain-edition"] == str(number)
        assert got.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", FIVE)
def test_the_address_of_one_edition_may_be_kept_for_ever(three: Service, path: str) -> None:
    """Its answer is the one by number, under the same strong tag, and says that it never changes."""
    by_number = call(three.api, f"/api/{path}", query="edition=1")
    got = call(three.api, f"/api/editions/1/{path}")
    assert (got.status, got.content) == (200, by_number.content)
    assert got.headers["etag"] == by_number.headers["etag"]
    assert got.headers["etag"].startswith('"1-')
    assert got.headers["cache-control"] == FOR_EVER


def test_a_withdrawn_edition_says_so(three: Service) -> None:
    """It is still answered with, by its number alone, and body and header fields say that and why."""
    got = call(three.api, "/api/editions/2/forecasts/global")
    withdrawn = got.body["edition"]["withdrawn"]
    assert withdrawn["reason"] == "wrong week"
    assert got.headers["neuralbrain-withdrawn"] == withdrawn["at"]
    assert "neuralbrain-withdrawn" not in call(three.api, "/api/forecasts/global").headers


def test_a_withdrawal_is_seen_by_who_asks_again(service: Service) -> None:
    """An edition that is in memory, and is withdrawn, is not answered with as it was."""
    before = call(service.api, "/api/editions/1/forecasts/global")
    service.application.editions.withdraw(1, reason="late", actor="test")
    after = call(service.api, "/api/editions/1/forecasts/global")
    assert before.body["edition"]["withdrawn"] is None
    assert after.body["edition"]["withdrawn"]["reason"] == "late"
    assert before.headers["etag"] != after.headers["etag"]


def test_a_moment_means_what_was_up_then(service: Service) -> None:
    """The newest edition that was published by then counts, unless it had been withdrawn by then."""
    editions = service.application.editions
    editions.withdraw(1, reason="wrong", actor="test")
    first = editions.header(1)
    assert first is not None
    assert first.withdrawal is not None
    published, withdrawn = first.timestamp, first.withdrawal.at
    assert call(service.api, "/api/forecasts/global", query=f"as_of={utc_text(published)}").status == 200
    before = call(
        service.api, "/api/forecasts/global", query=f"as_of={utc_text(withdrawn - timedelta(microseconds=1))}"
    )
    assert before.body["edition"]["number"] == 1
    for moment in (published - timedelta(microseconds=1), withdrawn):
        got = call(service.api, "/api/forecasts/global", query=f"as_of={utc_text(moment)}")
        assert (got.status, got.body["code"]) == (404, "edition-unknown")


def test_a_day_means_its_end(three: Service) -> None:
    """The day of the newest edition means that one; the day before the first means none."""
    day = call(three.api, "/api/forecasts/global").body["edition"]["timestamp"][:10]
    assert call(three.api, "/api/charts/ZMB", query=f"as_of={day}").body["edition"]["number"] == 3
    assert call(three.api, "/api/charts/ZMB", query="as_of=1999-12-31").status == 404


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("edition=99", 404, "edition-unknown"),
        ("edition=1&as_of=2026-01-01", 422, "query-contradiction"),
        ("edition=0", 422, None),
        ("edition=9223372036854775808", 422, None),
        ("as_of=2026-02-30", 422, None),
        ("as_of=2026-02-01T00:00:00", 422, None),
    ],
)
def test_what_means_no_edition_is_a_problem(reading: Service, query: str, status: int, code: str | None) -> None:
    """A number that none has, a moment that is none, or both, is refused with what is wrong."""
    got = call(reading.api, "/api/forecasts/all", query=query)
    assert (got.status, got.headers["content-type"]) == (status, "application/problem+json")
    assert code is None or got.body["code"] == code


def test_a_misspelt_parameter_is_not_passed_over(reading: Service) -> None:
    """A filter that nobody knows would give another answer than was meant: it is refused, and the right one named."""
    got = call(reading.api, "/api/forecasts/all", query="editon=1")
    assert (got.status, got.body["remedy"]) == (422, "Did you mean edition?")
    assert call(reading.api, "/api/editions/1/forecasts/all", query="edition=2").status == 422


def test_an_edition_is_read_once_for_many(three: Service) -> None:
    """Asked for again, an earlier edition is not read again; one too many makes room for it."""
    editions, read = three.application.editions, []

    def make(edition):
        read.append(edition.header.number)
        return edition.header.number

    archive: Archive[int] = Archive(editions, make=make, up=lambda: None)
    assert [archive.numbered(number) for number in (1, 1, 2, 1)] == [1, 1, 2, 1]
    assert read == [1, 2]
    assert sum(editions.header(number).forecasts for number in (1, 2)) < MOST_FORECASTS


def test_every_answer_names_an_edition(three: Service) -> None:
    """Answers that are of no edition, problems too, name the one that is up in their header fields."""
    for path in ("/api/regions", "/api/lock", "/api/nothing", "/api/editions/1"):
        got = call(three.api, path)
        assert got.headers["neuralbrain-edition"] == "3"
        assert {"neuralbrain-provider", "neuralbrain-lock-number", "neuralbrain-cutoff"} <= set(got.headers)
        assert int(got.headers["neuralbrain-edition-age"]) >= 0
