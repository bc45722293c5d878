"""The list of editions: newest first, withdrawn ones with the reason."""

from __future__ import annotations

import pytest
from served import Service

from neuralbrain.api.editions import EditionsShape
from neuralbrain.publish.as_json import header_as_json


def test_editions_are_listed_newest_first(service: Service) -> None:
    """Each published edition is in the list as the command line prints it, the newest first, as many as asked for."""
    with service.application.lease() as lease:
        service.publish_again(lease.holder)
    got = service.get("/api/editions")
    EditionsShape.model_validate_json(got.content, strict=True)
    assert got.body["editions"] == [header_as_json(one) for one in service.application.editions.headers(20)]
    assert [one["number"] for one in got.body["editions"]] == [2, 1]
    assert [one["number"] for one in service.get("/api/editions?limit=1").body["editions"]] == [2]


def test_one_edition_shows_its_header(service: Service) -> None:
    """An edition by its number says what it says in the list, and why it was withdrawn."""
    service.application.editions.withdraw(1, reason="wrong week", actor="test")
    got = service.get("/api/editions/1")
    assert got.body == service.get("/api/editions").body["editions"][0]
    assert got.body["withdrawn"]["reason"] == "wrong week"


def test_an_edition_that_is_not_there_is_a_problem(reading: Service) -> None:
    """A number that no edition has gives 404 with its code."""
    got = reading.get("/api/editions/99")
    assert (got.status, got.body["code"]) == (404, "edition-unknown")


@pytest.mark.parametrize("number", ["0", "-1", "one", "9223372036854775808", "1.5"])
def test_a_number_that_cannot_be_is_a_problem(reading: Service, number: str) -> None:
    """What is no number of any edition gives 422, also beyond what the store can count."""
    assert reading.get(f"/api/editions/{number}").status == 422
    assert reading.get(f"/api/cycles/{number}").status == 422


def test_the_largest_number_is_only_unknown(reading: Service) -> None:
    """The largest number that the store can count is asked for, and is not there."""
    assert reading.get("/api/editions/9223372036854775807").status == 404
