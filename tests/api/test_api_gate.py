"""The door of the API: what every answer carries, who may read from where, how much and how often."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from knocking import ELSEWHERE, HERE, api_over, knock
from served import Service

from neuralbrain.api import request_body
from neuralbrain.api.client_address import ClientAddresses
from neuralbrain.api.gate import MOST_AT_ONCE
from neuralbrain.api.request_body import MOST_BYTES
from neuralbrain.api.same_answers import SameAnswers
from neuralbrain.api.security_fields import POLICY, SecurityFields
from neuralbrain.domain.health import HealthFinding
from neuralbrain.settings import Settings
from stand_ins import StillClock

HOT = "/api/forecasts/all"
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
FILLED = {"{number}": "1", "{name}": "local", "{provider}": "local", "{region}": "ZMB"}


def addresses(service: Service) -> list[str]:
    """Return every address that reads, from the document of the API, with its parameters filled."""
    paths = [path for path, item in service.get("/openapi.json").body["paths"].items() if "get" in item]
    for parameter, value in FILLED.items():
        paths = [path.replace(parameter, value) for path in paths]
    return paths


def test_every_answer_says_what_a_browser_may_do(reading: Service) -> None:
    """Each address, hot or not, and each kind of refusal carries every field of security, once."""
    asked = [("GET", path) for path in addresses(reading) if not path.startswith("/api/events")]
    asked += [("GET", "/nowhere"), ("HEAD", HOT), ("POST", HOT), ("POST", "/api/lock/switch"), ("OPTIONS", "/healthz")]
    for method, path in asked:
        found = knock(reading.api, path, method=method)
        for name, value in ALWAYS.items():
            assert [one for key, one in found.fields if key == name] == [value], (method, path, name)
        assert "cache-control" in found.got.headers, path
    assert knock(reading.api, HOT, fields=[("host", "evil.example")]).got.headers["content-security-policy"] == POLICY


def test_pages_of_the_documentation_run_only_our_own_script(reading: Service) -> None:
    """The page about the addresses may set styles, but runs no script that is not a file of this service."""
    policy = reading.get("/docs").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


def test_browsers_are_told_of_tls_only_where_there_is_some(reading: Service) -> None:
    """By default no answer promises HTTPS; with the setting each does, for a year."""
    assert "strict-transport-security" not in knock(reading.api, HOT).got.headers
    got = knock(api_over(reading, hsts=True), HOT).got
    assert got.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("setting", "origin", "allowed"),
    [
        ((), "https://a.example", None),
        (("https://a.example",), "https://a.example", "https://a.example"),
        (("https://a.example",), "https://b.example", None),
        (("https://a.example",), "https://a.example.evil", None),
        (("https://a.example",), "null", None),
        (("*",), "https://b.example", "*"),
    ],
)
@pytest.mark.parametrize("path", [HOT, "/healthz"])
def test_pages_elsewhere_read_only_by_setting(
    reading: Service, setting: tuple[str, ...], origin: str, allowed: str | None, path: str
) -> None:
    """Hot or not, an answer may be read by the pages of exactly the origins that the settings name."""
    got = knock(api_over(reading, cors_origins=setting), path, fields=[("origin", origin)]).got
    assert got.status == 200
    assert got.headers.get("access-control-allow-origin") == allowed


def test_a_page_elsewhere_may_ask_to_read_and_never_to_change(reading: Service) -> None:
    """A browser's question before a request is answered for reading alone, and only where a page may read at all."""
    origin, open_api = ("origin", "https://a.example"), api_over(reading, cors_origins=("https://a.example",))

    def preflight(api: object, method: str) -> int:
        fields = [origin, ("access-control-request-method", method)]
        return knock(api, HOT, method="OPTIONS", fields=fields).got.status  # type: ignore[arg-type]

    assert preflight(open_api, "GET") == 204
    assert preflight(open_api, "POST") == 405
    assert preflight(reading.api, "GET") == 405


@pytest.mark.parametrize(
    ("ancestors", "said"),
    [((), "frame-ancestors 'none'"), (("https://a.example",), "frame-ancestors https://a.example")],
)
def test_only_the_settings_say_who_embeds(ancestors: tuple[str, ...], said: str) -> None:
    """A page that is made for embedding is shown in the frames of those whom the settings name, and of nobody else."""
    fields = SecurityFields(Settings().model_copy(update={"embed_ancestors": ancestors}))
    own = [(b"content-security-policy", b"default-src 'none'; frame-ancestors *")]
    policy = dict(fields.completed(own, {"headers": []}))[b"content-security-policy"].decode()
    assert policy == f"default-src 'none'; {said}"


@pytest.mark.parametrize("said", [str(200 * 2**20), str(MOST_BYTES + 1), "-1", "1e3", "9" * 5000, "٣"])
@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_a_body_that_is_too_long_is_not_read(reading: Service, said: str, method: str) -> None:
    """A length beyond 64 KiB, or none that is one, is answered with 413 at once, whatever is asked."""
    length = said.encode().decode("latin-1")
    found = knock(reading.api, "/healthz", method=method, fields=[("content-length", length)], chunks=[b"x" * 9])
    assert (found.got.status, found.read, found.got.headers["connection"]) == (413, 0, "close")
    assert found.got.body["code"] == "body-too-large"


def test_nothing_is_read_where_nothing_can_be_changed(reading: Service) -> None:
    """Whoever sends a body to an address that only reads, or gives no token, has not a byte of it read."""
    chunks = [b"x" * 1000] * 1000
    for path, status in (("/api/lock", 405), ("/nowhere", 404), ("/api/lock/switch", 404)):
        found = knock(reading.api, path, method="POST", chunks=chunks)
        assert (found.got.status, found.read) == (status, 0), path


def test_only_clients_elsewhere_are_limited(reading: Service) -> None:
    """One more than the settings allow is refused with the seconds to wait; this machine and ready answers are not."""
    api = api_over(reading, reads_per_minute=3)
    statuses = [knock(api, "/healthz", client=ELSEWHERE).got.status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = knock(api, "/healthz", client=ELSEWHERE).got
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert knock(api, HOT, client=ELSEWHERE).got.status == 200
    assert knock(api, "/healthz", client="192.0.2.8").got.status == 200
    assert {knock(api, "/healthz").got.status for _ in range(9)} == {200}
    assert {knock(api, "/healthz", client="::ffff:127.0.0.1").got.status for _ in range(9)} == {200}


def test_a_client_is_who_a_trusted_proxy_says(reading: Service) -> None:
    """What a stranger claims of its address counts nothing; of a chain, the last that is not trusted counts."""
    told = [("x-forwarded-for", "127.0.0.1, 203.0.113.9")]
    api = api_over(reading, reads_per_minute=1)
    assert [knock(api, "/healthz", client=ELSEWHERE, fields=told).got.status for _ in range(2)] == [200, 429]
    behind = api_over(reading, reads_per_minute=1, trusted_proxies=("127.0.0.1", "203.0.113.0/24"))
    claimed = [("x-forwarded-for", f"127.0.0.1, {ELSEWHERE}, 203.0.113.9")]
    assert [knock(behind, "/healthz", fields=claimed).got.status for _ in range(2)] == [200, 429]
    other = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-for", "192.0.2.99")]
    assert [knock(behind, "/healthz", fields=other).got.status for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("6.6.6.6:4711", "6.6.6.6"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("[::1]:80", "::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[::ffff:6.6.6.6]:65535", "6.6.6.6"),
        ("6.6.6.6:4711, 203.0.113.9:1", "6.6.6.6"),
        ("6.6.6.6:port", HERE),
        ("6.6.6.6:4711:1", HERE),
        ("[2001:db8::1]80", HERE),
    ],
)
def test_a_proxy_may_write_a_port_behind_an_address(said: str, client: str) -> None:
    """An address that a trusted proxy wrote with a port is that address; what is none is nobody behind the proxy."""
    clients = ClientAddresses((HERE, "203.0.113.9"))
    scope = {"client": (HERE, 50000), "headers": [(b"x-forwarded-for", said.encode())]}
    assert clients.of(scope) == client


def test_a_client_with_many_addresses_is_one(reading: Service) -> None:
    """Every address of one IPv6 network of 64 bits is the same client."""
    api = api_over(reading, reads_per_minute=2)
    statuses = [knock(api, "/healthz", client=f"2001:db8::{number}").got.status for number in range(1, 4)]
    assert statuses == [200, 200, 429]
    assert knock(api, "/healthz", client="2001:db8:0:1::1").got.status == 200


def test_an_answer_that_takes_too_long_is_given_up(service: Service) -> None:
    """Where no answer begins in time the client is told so with 503, and nothing more is sent to it later."""
    held = threading.Event()

    class Slow(tuple[HealthFinding, ...]):
        __slots__ = ()

        def __iter__(self) -> Iterator[HealthFinding]:
            held.wait(20)
            return super().__iter__()

    api = api_over(service, request_seconds=0.05)
    service.around.not_ready = Slow()
    threading.Timer(2.0, held.set).start()  # long after the answer was given up, on a busy machine, too
    got = knock(api, "/readyz").got
    assert (got.status, got.body["code"], "retry-after" in got.headers) == (503, "request-deadline", True)


def test_too_many_at_once_are_told_to_come_back(reading: Service) -> None:
    """Beyond the number of requests that may be at work another is refused with 503; ready answers are given."""
    api = api_over(reading)
    api._under_way = MOST_AT_ONCE  # type: ignore[attr-defined]
    got = knock(api, "/healthz").got
    assert (got.status, got.body["code"]) == (503, "service-busy")
    assert knock(api, HOT).got.status == 200
    api._under_way = 0  # type: ignore[attr-defined]
    assert knock(api, "/healthz").got.status == 200
    assert api._under_way == 0  # type: ignore[attr-defined]


def test_the_body_has_time_and_room_for_every_request() -> None:
    """64 KiB and ten seconds: the bounds that the threat list asks for."""
    assert (MOST_BYTES, request_body.READ_SECONDS) == (65536, 10.0)


def test_an_answer_is_given_again_for_a_second_and_an_edition() -> None:
    """The same request within a second gets the same answer; another second or edition, and it is made anew."""
    clock, versions = StillClock(), [object()]
    same = SameAnswers(lambda: versions[-1], clock=clock)
    given = ({"type": "http.response.start"}, {"type": "http.response.body"})
    one, another = (("GET", path, b"", ()) for path in ("/a", "/b"))
    assert same.find(one) is None
    same.keep(one, given)
    assert (same.find(one), same.find(another)) == (given, None)
    clock.wait(1.0)
    assert same.find(one) is None
    same.keep(one, given)
    versions.append(object())
    assert same.find(one) is None
    versions.append(object())
    same.keep(one, given)  # made from an edition that is not up any more
    assert same.find(one) is None
