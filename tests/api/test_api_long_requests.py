"""A request that is long takes no time and no memory from the others; what an answer says is of one edition."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from served import Service, call

from neuralbrain.api import acceptance, news
from neuralbrain.api.acceptance import LONGEST_FIELD, WHOLE, codings_wanted, format_wanted
from neuralbrain.api.broadcast import Broadcast
from neuralbrain.api.changes import Change, Place
from neuralbrain.api.news import News
from neuralbrain.api.same_answers import LONGEST_KEPT, SameAnswers
from neuralbrain.clock import SystemClock
from neuralbrain.publish.variants import Format


def test_a_field_that_is_too_long_says_nothing_and_is_not_kept() -> None:
    """A wish of a thousand letters and more is taken for none, and nothing of it stays in memory."""
    acceptance._codings_wanted.cache_clear()
    acceptance._format_wanted.cache_clear()
    for number in range(20):
        assert codings_wanted("br," * LONGEST_FIELD + str(number)) == (WHOLE,)
        assert format_wanted("text/csv," * LONGEST_FIELD + str(number)) is Format.JSON
    assert acceptance._codings_wanted.cache_info().currsize == 1
    assert acceptance._format_wanted.cache_info().currsize == 1
    assert codings_wanted("br")[0] == "br"


def test_an_answer_to_a_long_request_is_not_kept() -> None:
    """Answers are kept by the whole request; one that is long itself is computed each time."""
    kept = SameAnswers(lambda: "an edition", clock=SystemClock())
    given: Any = ({}, {})
    for size, is_kept in ((10, True), (LONGEST_KEPT, False)):
        request = ("GET", "/api/forecasts/all", b"", ((b"accept", b"a" * size),))
        kept.find(request)
        kept.keep(request, given)
        assert (kept.find(request) is given) is is_kept


class Slow:
    """Changes whose first look ends only when it is told to; each look moves on."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.looks = 0

    def look(self) -> tuple[Place, tuple[Change, ...]]:
        """Return one change, of this look."""
        self.looks += 1
        number = self.looks
        if number == 1:
            assert self.goes_on.wait(20)
        return Place(*(None for _ in Place._fields)), (Change(kind="lock-changed", data={"look": number}),)


def test_what_a_slow_look_found_is_told_by_a_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that takes too long tells nothing then; what it found is told first, before anything newer."""
    monkeypatch.setattr(news, "LOOK_SECONDS", 0.05)
    slow, told = Slow(), []

    class Heard(Broadcast):
        def tell(self, kind: Any, data: Any) -> None:
            super().tell(kind, data)
            told.append(data["look"])

    async def follow() -> None:
        all_news: Any = News(slow, Heard())  # type: ignore[arg-type]
        (await all_news.look())()
        assert told == []
        slow.goes_on.set()
        while len(told) < 2:
            (await all_news.look())()

    asyncio.run(follow())
    assert told == [1, 2]


def test_a_look_that_breaks_ends_nothing() -> None:
    """Whatever goes wrong while changes are looked for, who follows the editions goes on."""

    class Broken:
        def look(self) -> Any:
            raise ZeroDivisionError

    async def follow() -> None:
        for _ in range(2):
            (await News(Broken(), Broadcast()).look())()  # type: ignore[arg-type]

    asyncio.run(follow())


def test_status_and_header_name_one_edition(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the edition changes while health is told, the body and the header fields name the same one."""
    before = service.shelf.shown()
    lock_state = service.application.lock.state

    def swapped() -> Any:
        service.publish_again("a holder")
        service.shelf.refresh()
        return lock_state()

    with service.application.lease() as lease:
        monkeypatch.setattr(service, "publish_again", lambda _name: type(service).publish_again(service, lease.holder))
        monkeypatch.setattr(service.application.lock, "state", swapped)
        got = call(service.api, "/api/health/status")
    assert before is not None
    assert service.shelf.shown() is not before
    assert got.headers["neuralbrain-edition"] == str(got.body["edition"]["number"]) == str(before.bodies.header.number)


def test_the_server_takes_no_head_of_any_length(reading: Service) -> None:
    """A head of 100 kB is refused by the server itself, and the next request is answered."""
    assert reading.get("/healthz", accept_encoding="a," * 50_000).status in (400, 414, 431)
    assert reading.get("/healthz").status == 200
