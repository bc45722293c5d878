"""Server-sent events: what happens is told to whoever listens, in order, once, and nobody who listens holds it up."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from knocking import ELSEWHERE, api_over, knock
from served import Service, call, run_cycle

from neuralbrain.api import broadcast
from neuralbrain.api.asgi import Asgi
from neuralbrain.api.broadcast import MOST_OF_ONE, Broadcast, EventType, Listener
from neuralbrain.api.changes import Changes
from neuralbrain.api.events import EventStream
from neuralbrain.api.news import News
from neuralbrain.domain.health import HealthCheck, Verdict
from neuralbrain.errors import ServiceBusyError

ALL = tuple(EventType)
PROXY = "10.0.0.1"


def told(content: bytes) -> list[dict[str, Any]]:
    """Return the events of a stream, as a browser takes them: id, type and data."""
    events = []
    for block in content.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if "data" in fields:
            events.append({"id": fields["id"], "type": fields["event"], **json.loads(fields["data"])})
    return events


def asked(service: Service, **query: str) -> list[dict[str, Any]]:
    """Return what a listener that knows an event missed."""
    known = query.pop("after")
    path = "/api/events?" + "&".join(f"{name}={value}" for name, value in {"seconds": "0", **query}.items())
    return told(service.get(path, Last_Event_ID=known).content)


@pytest.fixture
def look(service: Service) -> Callable[[], None]:
    """Return what the follower of the service does every second; it has looked once."""
    news = News(Changes(service.application, health=lambda: service.around.check), service.view.events)

    def once() -> None:
        async def steps() -> None:
            tell = await news.look()
            service.shelf.refresh()
            tell()

        asyncio.run(steps())

    once()
    return once


def test_a_cycle_an_edition_and_the_lock_are_told_in_order(service: Service, look: Callable[[], None]) -> None:
    """A cycle, its steps and its edition, a withdrawal, a switch and health are each told once, with where."""
    start = service.view.events.identity
    service.run()
    look()
    ran = asked(service, after=start)
    kinds = [one["type"] for one in ran]
    assert kinds.count("cycle-began") == kinds.count("cycle-ended") == 1
    steps = [one["step"] for one in ran if one["type"] == "cycle-step"]
    assert steps == [one.name for one in service.application.journal.steps(ran[-1]["cycle"])]
    with service.application.lease() as lease:
        number = service.publish_again(lease.holder)
    service.application.editions.withdraw(number, reason="A test.", actor="tests")
    service.application.lock.acquire_lock("groq")
    service.around.check = HealthCheck(at=service.application.clock.now(), verdict=Verdict.HEALTHY, findings=())
    look()
    service.around.check = HealthCheck(at=service.application.clock.now(), verdict=Verdict.FAILING, findings=())
    look()
    look()
    later = asked(service, after=ran[-1]["id"])
    assert [one["type"] for one in later] == [
        "edition-published", "edition-withdrawn", "lock-changed", "health-changed",
    ]  # fmt: skip
    published, withdrawn, lock, health = later
    assert published["edition"] == withdrawn["edition"] == number
    assert withdrawn["reason"] == "A test."
    assert (lock["previous_holder"], lock["holder"]) == ("local", "groq")
    assert lock["lock_number"] == service.application.lock_row.read().number > published["lock_number"]
    assert (health["previous_verdict"], health["verdict"]) == ("healthy", "failing")
    current = service.application.editions.current()
    assert current is not None
    assert (health["edition"], health["provider"], health["lock_number"]) == (
        current.number, "local", lock["lock_number"],
    )  # fmt: skip
    assert {"edition", "lock_number", "provider", "at"} <= set.intersection(*(set(one) for one in [*ran, *later]))


def test_nothing_is_lost_while_the_database_cannot_be_read(
    service: Service, look: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happened while a look failed in the middle is told by the next, whole and once."""
    start = service.view.events.identity
    run_cycle(service.application)
    with monkeypatch.context() as broken:
        from neuralbrain.errors import StoreUnavailableError

        def last(_limit: int) -> None:
            raise StoreUnavailableError("It is away.", remedy="Wait.")

        broken.setattr(service.application.journal, "last", last)
        look()
    assert asked(service, after=start) == []
    look()
    look()
    kinds = [one["type"] for one in asked(service, after=start)]
    assert kinds.count("cycle-began") == kinds.count("cycle-ended") == 1


def test_more_than_a_page_of_audit_events_is_told(service: Service, look: Callable[[], None]) -> None:
    """A hundred and twenty changes between two looks are one change of the lock, from the first holder to the last."""
    start = service.view.events.identity
    for place in range(60):
        service.application.lock.acquire_lock(("groq", "openai")[place % 2])
    look()
    (found,) = asked(service, after=start)
    assert (found["type"], found["previous_holder"], found["holder"]) == ("lock-changed", "local", "openai")


def test_who_knows_another_run_is_told_to_begin_again(reading: Service) -> None:
    """An id of another run of the service, of the future, or no id at all gives one reset with the last id."""
    last = reading.view.events.identity
    for known in ("00000000-1", f"{last.partition('-')[0]}-99", "x", "9" * 500):
        (reset,) = asked(reading, after=known)
        assert (reset["type"], reset["id"]) == ("reset", last)
        assert {"edition", "lock_number", "reason"} <= set(reset)
    assert asked(reading, after=last) == []


def test_types_are_chosen_and_wrong_ones_are_said(reading: Service) -> None:
    """Only the types that were asked for are told; an unknown one is a problem that names the parameter."""
    start = reading.view.events.identity
    reading.view.events.tell(EventType.CYCLE_BEGAN, {"cycle": 1})
    reading.view.events.tell(EventType.ALERT_RAISED, {"alert": 2})
    found = asked(reading, after=start, types="alert-raised,alert-cleared")
    assert [(one["type"], one["alert"]) for one in found] == [("alert-raised", 2)]
    got = reading.get("/api/events?types=alert-raised,nonsense&seconds=0")
    assert (got.status, got.body["code"]) == (422, "parameter-unusable")
    assert "types" in got.body["detail"]


def test_the_head_of_a_stream_ends(reading: Service) -> None:
    """HEAD gives the header fields of the stream and ends; nobody is left listening."""
    got = reading.get("/api/events", method="HEAD")
    assert (got.status, got.content) == (200, b"")
    assert got.headers["content-type"].startswith("text/event-stream")
    assert got.headers["cache-control"] == "no-store"
    assert is_left(reading)


def is_left(service: Service) -> bool:
    """Return whether nobody listens any more, within five seconds."""
    waits = threading.Event()
    for _ in range(500):
        if service.view.events.listening == 0:
            return True
        waits.wait(0.01)  # the other end of a socket: there is nothing to inject
    return False


class Open:
    """A stream over a socket that stays open."""

    def __init__(self, service: Service) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
        self.connection.request("GET", "/api/events")
        self.response = self.connection.getresponse()
        self.opening = self.block()

    def block(self) -> str:
        """Return what comes next up to an empty line; what came where the stream ends."""
        lines = []
        while (line := self.response.readline().decode()) not in {"\n", ""}:
            lines.append(line)
        return "".join(lines)


@pytest.fixture
def stream(service: Service) -> Iterator[Open]:
    """Yield an open stream."""
    made = Open(service)
    yield made
    made.connection.close()


def test_a_listener_on_a_socket_is_told_at_once_and_let_go_at_the_end(service: Service, stream: Open) -> None:
    """An open stream says where it begins, passes on each event as it comes, and ends at once with the service."""
    assert stream.opening == f"retry: 3000\nid: {service.view.events.identity}\n"
    service.view.events.tell(EventType.CYCLE_BEGAN, {"cycle": 7})
    assert stream.block() == f"id: {service.view.events.identity}\nevent: cycle-began\ndata: " + (
        '{"edition":null,"provider":null,"lock_number":null,"cycle":7}\n'
    )
    service.view.events.close()
    assert stream.block() == ""
    assert service.get("/api/events").status == 503
    assert service.view.events.listening == 0


def test_a_listener_that_hangs_up_is_forgotten(service: Service, stream: Open) -> None:
    """Whoever closes the connection is no listener any more, without anything being told meanwhile."""
    assert service.view.events.listening == 1
    stream.response.close()
    stream.connection.close()
    assert is_left(service)


async def _never() -> Any:
    await asyncio.Event().wait()


def streamed(events: Broadcast, listener: Listener, send: Callable[[Any], Any]) -> Any:
    """Return the stream of a listener to a reader that stays."""
    return EventStream(events, listener, seconds=None)({"type": "http"}, _never, send)


def test_a_slow_reader_is_dropped_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two listeners the one that takes nothing is dropped once it is behind; the other hears everything."""
    monkeypatch.setattr("neuralbrain.api.events.LAST_WORDS_SECONDS", 0.01)
    heard: list[bytes] = []

    async def both() -> None:
        events = Broadcast()
        slow, quick = (events.listen(after=None, wanted=ALL) for _ in range(2))

        async def stuck(message: Any) -> None:
            if message["type"] == "http.response.body":
                await asyncio.Event().wait()

        async def taken(message: Any) -> None:
            heard.append(message.get("body", b""))

        dropped = asyncio.create_task(streamed(events, slow, stuck))
        kept = asyncio.create_task(streamed(events, quick, taken))
        for number in range(broadcast.MOST_WAITING + 1):
            events.tell(EventType.CYCLE_STEP, {"number": number})
            async with asyncio.timeout(5):
                while not heard or f'"number":{number}}}' not in heard[-1].decode():
                    await asyncio.sleep(0)
        await asyncio.wait_for(dropped, 5)
        assert events.listening == 1
        events.close()
        await asyncio.wait_for(kept, 5)

    asyncio.run(both())
    assert [one["number"] for one in told(b"".join(heard))] == list(range(broadcast.MOST_WAITING + 1))


def test_a_quiet_stream_says_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing happens a comment is sent again and again, which no reader takes for an event."""
    monkeypatch.setattr("neuralbrain.api.events.BEAT_SECONDS", 0.001)
    heard: list[bytes] = []

    async def listen() -> None:
        events = Broadcast()

        async def send(message: Any) -> None:
            heard.append(message.get("body", b""))
            if len(heard) == 5:
                events.close()

        await asyncio.wait_for(streamed(events, events.listen(after=None, wanted=ALL), send), 5)

    asyncio.run(listen())
    assert heard[2:5] == [b": still here\n\n"] * 3
    assert told(b"".join(heard)) == []


def test_only_so_many_listen_and_only_so_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """One listener too many is refused; who is further behind than what is kept is told to begin again."""
    monkeypatch.setattr(broadcast, "MOST_LISTENERS", 2)

    async def listen() -> None:
        events = Broadcast()
        start = events.identity
        first, _ = (events.listen(after=None, wanted=ALL) for _ in range(2))
        with pytest.raises(ServiceBusyError):
            events.listen(after=None, wanted=ALL)
        events.leave(first)
        for number in range(broadcast.MOST_KEPT):
            events.tell(EventType.CYCLE_STEP, {"number": number})
        again = events.listen(after=start, wanted=ALL)
        assert len(again.missed) == broadcast.MOST_KEPT
        events.leave(again)
        events.tell(EventType.CYCLE_STEP, {})
        assert [one.kind for one in events.listen(after=start, wanted=ALL).missed] == [EventType.RESET]

    asyncio.run(listen())


class Kept:
    """A stream that a reader from some address keeps open, without a socket; made on the running event loop.

    Args:
        api: The API.
        client: The address that asks.
        forwarded: What a proxy says of it; empty for nothing.
    """

    def __init__(self, api: Asgi, *, client: str, forwarded: str = "") -> None:
        fields = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
        scope = {"type": "http", "method": "GET", "path": "/api/events", "query_string": b"", "headers": fields}
        more = {"http_version": "1.1", "scheme": "http", "root_path": "", "client": (client, 50000)}
        self._began: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._whole: list[Any] = [{"type": "http.request", "body": b"", "more_body": False}]
        self._task = asyncio.create_task(api({**scope, **more}, self._receive, self._send))

    async def status(self) -> int:
        """Return what the stream began with."""
        return await asyncio.wait_for(asyncio.shield(self._began), 5)

    async def _receive(self) -> Any:
        return self._whole.pop() if self._whole else await _never()

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._began.set_result(message["status"])


async def statuses(api: Asgi, count: int, **asking: str) -> list[int]:
    """Return what so many streams begin with, each kept open, one after the other."""
    return [await Kept(api, **asking).status() for _ in range(count)]


def test_no_client_elsewhere_takes_every_stream(reading: Service) -> None:
    """A ninth stream of one client is refused, of its IPv6 network too; others, and this machine, still listen."""
    api = api_over(reading, reads_per_minute=1000, trusted_proxies=(PROXY,))

    async def listen() -> None:
        eight = [200] * MOST_OF_ONE
        assert await statuses(api, MOST_OF_ONE + 1, client=ELSEWHERE) == [*eight, 429]
        assert await statuses(api, 1, client="192.0.2.8") == [200]
        assert await statuses(api, MOST_OF_ONE, client="2001:db8::1") == eight
        assert await statuses(api, 1, client="2001:db8::2") == [429]
        assert await statuses(api, MOST_OF_ONE + 1, client=PROXY, forwarded="198.51.100.1:4711") == [*eight, 429]
        assert await statuses(api, 1, client=PROXY, forwarded="198.51.100.2:4711") == [200]
        assert await statuses(api, 2 * MOST_OF_ONE, client="127.0.0.1") == 2 * eight

    asyncio.run(listen())


def test_a_stream_too_many_is_explained_and_a_place_that_is_left_is_free(reading: Service) -> None:
    """The refusal is a problem that says what to do and when; a client that gives one stream up gets another."""
    events = reading.view.events

    async def listening() -> list[Listener]:
        return [events.listen(after=None, wanted=ALL, client=ELSEWHERE) for _ in range(MOST_OF_ONE)]

    held = asyncio.run(listening())
    refused = knock(reading.api, "/api/events", query="seconds=0", client=ELSEWHERE).got
    events.leave(held[0])
    again = knock(reading.api, "/api/events", query="seconds=0", client=ELSEWHERE).got
    for one in held:
        events.leave(one)
    assert (refused.status, refused.body["code"]) == (429, "too-many-requests")
    assert int(refused.headers["retry-after"]) > 0
    assert "End one" in refused.body["remedy"]
    assert again.status == 200
    assert is_left(reading)


def test_the_document_says_what_is_told(reading: Service) -> None:
    """The address is documented with its parameters, every type, its media type and its problems."""
    said = call(reading.api, "/openapi.json").body["paths"]["/api/events"]["get"]
    assert {one["name"] for one in said["parameters"]} == {"types", "seconds", "Last-Event-ID"}
    described = next(one["description"] for one in said["parameters"] if one["name"] == "types")
    assert all(one.value in described for one in EventType if one is not EventType.RESET)
    assert "text/event-stream" in said["responses"]["200"]["content"]
    assert {"422", "429", "503"} <= set(said["responses"])
    assert (MOST_OF_ONE, "at most eight streams" in said["description"]) == (8, True)
