"""The shelf: what is up changes as a whole, and a fault takes nothing away."""

from __future__ import annotations

from datetime import date

import pytest
from served import Service, application_over, run_cycle, spoil

from neuralbrain.api.shelf import Shelf
from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.errors import StoreDamagedError, StoreUnavailableError

PATHS = ("/api/forecasts/all", "/api/forecasts/global", "/api/predictions/summary", "/api/forecasts/region/ZMB")
GONE = "/api/forecasts/all"


def numbers(service: Service) -> set[int]:
    """Return the numbers of the editions that the addresses answer with."""
    return {service.get(path).body["edition"]["number"] for path in PATHS}


def another(service: Service) -> int:
    """Publish another edition and return its number."""
    with service.application.lease() as lease:
        return service.publish_again(lease.holder)


def test_before_the_first_edition_there_is_nothing_to_serve(empty: Service) -> None:
    """Each address of the edition answers 503 with a code, a remedy and when to come back; the others answer."""
    for path in (*PATHS, "/api/charts/ZMB"):
        got = empty.get(path)
        assert (got.status, got.body["code"]) == (503, "edition-none")
        assert got.headers["content-type"] == "application/problem+json"
        assert int(got.headers["retry-after"]) > 0
    for path in ("/api/lock", "/api/editions", "/api/cycles", "/api/health/status", "/healthz", "/metrics", "/docs"):
        assert empty.get(path).status == 200


def test_the_first_edition_comes_up(empty: Service) -> None:
    """After the first cycle and a refresh the addresses answer with its edition."""
    empty.run()
    assert empty.shelf.refresh() is True
    assert numbers(empty) == {1}


def test_a_new_edition_comes_up_at_a_refresh(service: Service) -> None:
    """Until the refresh the old edition is up everywhere, after it the new one; a second refresh changes nothing."""
    before = service.get(GONE).headers["etag"]
    assert another(service) == 2
    assert numbers(service) == {1}
    assert service.shelf.refresh() is True
    assert numbers(service) == {2}
    assert service.shelf.refresh() is False
    assert service.get(GONE, if_none_match=before).status == 200


def test_a_withdrawn_edition_goes_down_at_a_refresh(service: Service) -> None:
    """After a withdrawal the edition before it is up again; after the last one nothing is."""
    another(service)
    service.shelf.refresh()
    service.application.editions.withdraw(2, reason="wrong", actor="test")
    assert service.shelf.refresh() is True
    assert numbers(service) == {1}
    service.application.editions.withdraw(1, reason="wrong", actor="test")
    assert service.shelf.refresh() is True
    assert service.get(GONE).body["code"] == "edition-none"
    assert service.shelf.refresh() is False


def test_a_damaged_edition_does_not_come_up(service: Service) -> None:
    """A newer edition that is not what was published raises; the last good one stays up, and why is said."""
    another(service)
    spoil(service.application, edition=2)
    with pytest.raises(StoreDamagedError):
        service.shelf.refresh()
    assert numbers(service) == {1}
    assert service.shelf.trouble == "Edition 2 is current and cannot be loaded (store-damaged)."
    assert service.get("/api/health/status").body["edition_trouble"] == service.shelf.trouble
    service.application.editions.withdraw(2, reason="damaged", actor="test")
    assert service.shelf.refresh() is False
    assert service.shelf.trouble == ""


class Scripted:
    """Editions that are what a test says."""

    def __init__(self, edition: Edition) -> None:
        self.edition: Edition | None = edition
        self.failing: Exception | None = None

    def current(self) -> EditionHeader | None:
        """Return the header of what is up, or fail."""
        if self.failing is not None:
            raise self.failing
        return None if self.edition is None else self.edition.header

    def get(self) -> Edition | None:
        """Return what is up."""
        return self.edition


@pytest.fixture
def one(ran_once) -> Edition:
    """Return a real edition."""
    application = application_over(ran_once)
    found = application.editions.get()
    application.close()
    assert found is not None
    return found


def test_a_store_that_cannot_be_read_takes_nothing_away(one: Edition) -> None:
    """While the store cannot be asked the edition stays up, with the reason; afterwards the reason is gone."""
    editions = Scripted(one)
    shelf = Shelf(editions, None)  # type: ignore[arg-type]
    assert shelf.refresh() is True
    up = shelf.current()
    editions.failing = StoreUnavailableError("Locked.", remedy="Try again.")
    with pytest.raises(StoreUnavailableError):
        shelf.refresh()
    assert shelf.current() is up
    assert shelf.trouble == "The store cannot be asked which edition is current (store-unavailable)."
    editions.failing = None
    assert shelf.refresh() is False
    assert shelf.trouble == ""


def test_what_is_withdrawn_goes_down_even_if_nothing_can_come_up(service: Service) -> None:
    """Where the edition that is current again is damaged, the withdrawn one goes down all the same."""
    another(service)
    service.shelf.refresh()
    spoil(service.application, edition=1)
    service.application.editions.withdraw(2, reason="wrong", actor="test")
    with pytest.raises(StoreDamagedError):
        service.shelf.refresh()
    got = service.get(GONE)
    assert (got.status, got.body["code"]) == (503, "edition-none")
    assert got.body["detail"] == "Edition 1 is current and cannot be loaded (store-damaged)."


def test_the_large_answers_are_made_before_the_swap(one: Edition) -> None:
    """Right after a refresh ``all``, ``global`` and ``summary`` are ready; a region is made when it is asked for."""
    shelf = Shelf(Scripted(one), None)  # type: ignore[arg-type]
    shelf.refresh()
    up = shelf.current()
    assert up is not None
    assert all(up.ready(resource) for resource in ("all", "global", "summary"))
    assert up.ready("region", "ZMB") is None


def test_a_restored_database_is_noticed(service: Service) -> None:
    """An edition of the same number with another digest is another edition."""
    application = application_over(service.application.settings.home.parent / "other", sample_until=date(2023, 9, 3))
    run_cycle(application)
    other = application.editions.get()
    application.close()
    mine = service.application.editions.get()
    assert other is not None
    assert mine is not None
    editions = Scripted(mine)
    shelf = Shelf(editions, None)  # type: ignore[arg-type]
    shelf.refresh()
    editions.edition = other
    assert shelf.refresh() is True


def test_an_edition_that_cannot_be_made_into_bytes_is_a_trouble(service: Service) -> None:
    """Whatever goes wrong with a newer edition, the old one stays up and the shelf says why it may be old."""

    class Broken(Shelf):
        def _shown_of(self, edition: Edition):
            raise ValueError(f"edition {edition.header.number}: out of range float values are not JSON compliant")

    shelf = Broken(service.application.editions, service.application.observations)
    with pytest.raises(ValueError, match="JSON"):
        shelf.refresh()
    assert shelf.current() is None
    assert "cannot be loaded (internal)" in shelf.trouble
