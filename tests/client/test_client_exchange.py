"""What is said between client and service, over real sockets, by both clients: retries, kept answers, problems."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import json
import socket
import sys
from collections.abc import Callable
from itertools import islice
from typing import Any

import brotli
import pytest
import zstandard
from scripted_service import Says, scripted

from neuralbrain.client import (
    AsyncClient,
    Client,
    ClientError,
    ConflictError,
    InvalidError,
    MissingError,
    MisuseError,
    NotAllowedError,
    ProblemError,
    Retries,
    TooOftenError,
    UnavailableError,
    UnreachableError,
    UnreadableError,
)
from neuralbrain.client.call import asking
from neuralbrain.client.retries import seconds_asked_for

SOON = Retries(attempts=3, first_seconds=0.001, longest_seconds=5.0)
SECRET = "nb_0123456789abcdef-canary"
BUSY = Says(503, headers={"retry-after": "0"})
TAGGED = Says(content=b'{"up": 7}', headers={"etag": '"seven"', "cache-control": "no-cache"})
POST = asking("POST", "/api/lock/switch", body={"provider": "local", "reason": None})

Ask = Callable[[Any], Any]


@pytest.fixture(params=["blocking", "awaited"])
def together(request: pytest.FixtureRequest) -> Callable[..., list[Any]]:
    """Return what makes several calls with one client, and gives each answer, or the error in its place."""

    def blocking(url: str, *calls: Ask, **options: Any) -> list[Any]:
        found: list[Any] = []
        with Client(url, **{"retries": SOON, **options}) as client:
            for call in calls:
                try:
                    found.append(call(client))
                except ClientError as error:
                    found.append(error)
        return found

    async def awaited(url: str, *calls: Ask, **options: Any) -> list[Any]:
        found: list[Any] = []
        async with AsyncClient(url, **{"retries": SOON, **options}) as client:
            for call in calls:
                try:
                    answer = call(client)
                    found.append(await answer if inspect.isawaitable(answer) else answer)
                except ClientError as error:
                    found.append(error)
        return found

    if request.param == "blocking":
        return blocking
    return lambda url, *calls, **options: asyncio.run(awaited(url, *calls, **options))


def lock(client: Any) -> Any:
    """Ask for something that is read."""
    return client.lock()


def test_a_busy_service_is_asked_again(together: Any) -> None:
    """A reading call is made again after 429, 502, 503 and 504, as often as is allowed, and then gives its answer."""
    with scripted(BUSY, Says(429, headers={"retry-after": "0"}), Says(content=b'{"up": 7}')) as service:
        assert together(service.url, lock) == [{"up": 7}]
        assert len(service.asked) == 3
    with scripted(Says(502), Says(504), BUSY) as service:
        (error,) = together(service.url, lock)
        assert isinstance(error, UnavailableError)
        assert (error.status, error.retry_after_seconds, len(service.asked)) == (503, 0.0, 3)


def test_a_change_is_asked_for_once(together: Any) -> None:
    """A call that changes something is never made twice, and its body has no field that was not given."""
    with scripted(BUSY) as service:
        (error,) = together(service.url, lambda client: client.ask(POST))
        assert isinstance(error, UnavailableError)
        assert [(one.verb, json.loads(one.content)) for one in service.asked] == [("POST", {"provider": "local"})]
        assert service.asked[0].headers["content-type"] == "application/json"


def test_a_wait_beyond_patience_is_not_waited(together: Any) -> None:
    """Where the service asks for a longer wait than the client has patience for, its problem comes at once."""
    with scripted(Says(429, headers={"retry-after": "3600"})) as service:
        (error,) = together(service.url, lock)
        assert isinstance(error, TooOftenError)
        assert (error.retry_after_seconds, len(service.asked)) == (3600.0, 1)


@pytest.mark.parametrize(
    ("until", "seconds"),
    [
        ("Wed, 21 Oct 2026 07:28:00 -0000", 60.0),
        ("Wed, 21 Oct 2026 07:28:00", 60.0),
        ("Wed, 21 Oct 2026 09:28:00 +0200", 60.0),
        ("Wed, 21 Oct 2026 07:28:00 +99999999999999999", None),
    ],
)
def test_a_moment_to_come_back_has_any_zone_or_none(together: Any, until: str, seconds: float | None) -> None:
    """A date without a zone is UTC, and one that is none is as if nothing was said; no answer breaks the client."""
    now = "Wed, 21 Oct 2026 07:27:00 GMT"
    assert seconds_asked_for({"retry-after": until, "date": now}) == seconds
    with scripted(Says(429, headers={"retry-after": until})) as service:
        (error,) = together(service.url, lock, retries=Retries(attempts=1))
    assert isinstance(error, TooOftenError)


def test_what_was_kept_is_only_asked_about(together: Any) -> None:
    """An answer with an entity tag is asked about with it, and 304 gives the same answer, as a value of its own."""
    with scripted(TAGGED, Says(304, headers={"etag": '"seven"'})) as service:

        def spoilt(client: Any) -> Any:
            first = client.lock()
            return first if inspect.isawaitable(first) else first.update(up=8) or first

        first, second = together(service.url, spoilt, lock)
        assert second == {"up": 7}
        assert first is not second
        assert [one.headers.get("if-none-match") for one in service.asked] == [None, '"seven"']


def test_what_never_changes_is_asked_for_once(together: Any) -> None:
    """An immutable answer is not asked for again; one that must not be kept, and one beyond the bound, are."""
    forever = Says(content=b"7", headers={"etag": '"seven"', "cache-control": "public, max-age=31536000, immutable"})
    with scripted(forever) as service:
        assert together(service.url, lock, lock, lock) == [7, 7, 7]
        assert len(service.asked) == 1
        assert together(service.url, lock, lambda client: client.signals(), lock, answers_kept=1) == [7, 7, 7]
        assert len(service.asked) == 4
        assert together(service.url, lock, lock, answers_kept=0) == [7, 7]
        assert len(service.asked) == 6
    with scripted(Says(content=b"7", headers={"etag": '"seven"', "cache-control": "no-store"})) as service:
        together(service.url, lock, lock)
        assert [one.headers.get("if-none-match") for one in service.asked] == [None, None]


@pytest.mark.parametrize(
    ("coding", "packed"),
    [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstandard.ZstdCompressor().compress), ("", bytes)],
)
def test_packed_answers_are_unpacked(together: Any, coding: str, packed: Callable[[bytes], bytes]) -> None:
    """gzip, br and zstd are offered and unpacked."""
    with scripted(Says(content=packed(b'{"up": 7}'), headers={"content-encoding": coding or "identity"})) as service:
        assert together(service.url, lock) == [{"up": 7}]
        assert {"gzip", "br", "zstd"} <= set(service.asked[0].headers["accept-encoding"].split(", "))


def test_problems_are_errors_of_their_kind(together: Any) -> None:
    """Each status has its class, with detail, code and remedy of the problem; a bare status says what it can."""
    kinds = {
        401: NotAllowedError,
        403: NotAllowedError,
        404: MissingError,
        405: ConflictError,
        409: ConflictError,
        413: InvalidError,
        421: NotAllowedError,
        422: InvalidError,
        418: ProblemError,
        500: UnavailableError,
    }
    said = {"detail": "There is none.", "remedy": "Ask for another.", "code": "edition-unknown", "title": "Not Found"}
    for status, kind in kinds.items():
        body = Says(status, json.dumps(said).encode(), {"content-type": "application/problem+json"})
        with scripted(body, Says(status, b"<html>", {"content-type": "text/html"})) as service:
            told, bare = together(service.url, lock, lock)
        assert (type(told), told.status, told.code, str(told)) == (
            kind,
            status,
            "edition-unknown",
            "There is none. Ask for another.",
        )
        assert (type(bare), bare.status, bare.code) == (kind, status, None)
        assert str(status) in str(bare)


def test_nobody_there_is_said_so(together: Any) -> None:
    """Where nothing listens, or what answers is no JSON, the error names the address and what to do."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        away, change = together(url, lock, lambda client: client.ask(POST))
    assert isinstance(away, UnreachableError)
    assert "/api/lock after 3 attempts" in str(away)
    assert "not known whether it was done" in str(change)
    with scripted(Says(content=b"<!doctype html>")) as service:
        (unread,) = together(service.url, lock)
    assert isinstance(unread, UnreadableError)


def test_silence_ends_with_the_timeout(together: Any) -> None:
    """A service that takes the connection and says nothing is given up after the timeout."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        (error,) = together(url, lock, timeout_seconds=0.05, retries=Retries(attempts=1))
    assert isinstance(error, UnreachableError)
    assert "Timeout" in str(error)


def test_a_token_goes_to_the_service_alone(together: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is sent as bearer, from the argument before the environment, and follows no redirect to somebody else."""
    with scripted(Says(content=b"1")) as other, scripted(Says(307, headers={"location": other.url})) as service:
        (error,) = together(service.url, lock, token=SECRET)
        assert service.asked[0].headers["authorization"] == f"Bearer {SECRET}"
        assert isinstance(error, ProblemError)
        assert other.asked == []
        monkeypatch.setenv("NEURALBRAIN_TOKEN", "from-environment")
        together(other.url, lock)
        together(other.url, lock, token="")
        assert [one.headers.get("authorization") for one in other.asked] == ["Bearer from-environment", None]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_token_leaves_this_machine_by_https_alone(kind: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Over plain HTTP a token goes to this machine alone, unless the caller says otherwise; without one all is well."""
    monkeypatch.delenv("NEURALBRAIN_TOKEN", raising=False)
    elsewhere = "http://neuralbrain.example:8642"
    for url in (elsewhere, "http://192.0.2.1", "HTTP://127.0.0.1.example", "http://[2001:db8::1]:8642"):
        with pytest.raises(MisuseError, match="without TLS") as refused:
            kind(url, token=SECRET)
        assert SECRET not in str(refused.value)
    monkeypatch.setenv("NEURALBRAIN_TOKEN", SECRET)
    with pytest.raises(MisuseError, match="insecure=True"):
        kind(elsewhere)
    monkeypatch.delenv("NEURALBRAIN_TOKEN")
    let = [kind(elsewhere), kind(elsewhere, token=SECRET, insecure=True), kind("https://192.0.2.1", token=SECRET)]
    let += [kind(f"http://{host}:9", token=SECRET) for host in ("127.0.0.2", "localhost", "[::1]")]
    for client in let:
        asyncio.run(client.close()) if kind is AsyncClient else client.close()


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_no_words_show_a_token(kind: type[Any]) -> None:
    """No representation of a client, and no refusal of a token, has it."""
    client = kind("http://127.0.0.1:9", token=SECRET)
    assert SECRET not in repr(client) + str(vars(client)) + repr(client._connection)
    asyncio.run(client.close()) if kind is AsyncClient else client.close()
    with pytest.raises(MisuseError) as refused:
        kind(token=f"{SECRET}\nwith more")
    assert SECRET not in str(refused.value)


def test_addresses_that_are_none_are_refused() -> None:
    """An address that is none of HTTP, holds a password or goes beyond a host is refused before anything is asked."""
    for url in ("127.0.0.1:8642", "ftp://here", "http://", "http://user:word@here", "http://here?token=x"):
        with pytest.raises(MisuseError):
            Client(url)
    for url in ("http://[::1", "http://here:99999", "http://here:0", "http://here:port", "http://[here]"):
        with pytest.raises(MisuseError, match="is no address of a service"):
            Client(url)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the HTTP library the error says what to install."""
    monkeypatch.setitem(sys.modules, "httpx2", None)
    with pytest.raises(MisuseError, match=r"httpx2 is not installed. Install it: pip install 'neuralbrain\[client\]'"):
        Client()


def test_events_are_taken_up_again(together: Any) -> None:
    """A stream that breaks off is asked for again with the last event's id, and a comment is no event."""
    stream = {"content-type": "text/event-stream"}
    first = Says(content=b': hello\n\nretry: 1\n\nid: 7\nevent: edition\ndata: {"number": 3}\n\n', headers=stream)
    second = Says(content=b"id: 8\nevent: lock\ndata: moved\n\n", headers=stream)
    with scripted(first, BUSY, second, Says(204)) as service:

        def three(client: Any) -> Any:
            events = client.events(last="6")
            if isinstance(client, Client):
                return list(islice(events, 3))
            return _all_of(events)

        ((edition, moved),) = together(service.url, three)
        assert (edition.id, edition.kind, edition.content) == ("7", "edition", {"number": 3})
        assert (moved.id, moved.kind, moved.content) == ("8", "lock", "moved")
        assert [one.headers.get("last-event-id") for one in service.asked] == ["6", "7", "7", "8"]


def test_events_that_are_refused_are_not_asked_for_again(together: Any) -> None:
    """A stream that the service refuses, or that nobody serves, ends in the error of that."""

    def one(client: Any) -> Any:
        events = client.events()
        return next(events) if isinstance(client, Client) else _all_of(events)

    problem = Says(403, b'{"code": "token-refused"}', {"content-type": "application/problem+json"})
    with scripted(problem) as service:
        (error,) = together(service.url, one)
        assert (type(error), error.code, len(service.asked)) == (NotAllowedError, "token-refused", 1)
    with scripted(BUSY) as service:
        (error,) = together(service.url, one)
        assert (type(error), len(service.asked)) == (UnavailableError, 3)
    with scripted(Says(content=b"<!doctype html>")) as service:
        (error,) = together(service.url, one)
        assert (type(error), len(service.asked)) == (UnreadableError, 1)


def test_a_stream_for_some_seconds_ends(together: Any) -> None:
    """A stream that was asked for some types and seconds ends when the service ends it, and not before."""
    told = Says(content=b"id: 7\nevent: lock-moved\ndata: 1\n\n", headers={"content-type": "text/event-stream"})

    def every(client: Any) -> Any:
        events = client.events(["lock-moved", "slot-ended"], seconds=0)
        return list(events) if isinstance(client, Client) else _all_of(events)

    with scripted(told) as service:
        (found,) = together(service.url, every)
        assert [one.kind for one in found] == ["lock-moved"]
        assert [one.target for one in service.asked] == ["/api/events?types=lock-moved,slot-ended&seconds=0"]


async def _all_of(events: Any) -> list[Any]:
    return [one async for one in events]
