"""Whom the transport trusts, and what goes through a proxy."""

from __future__ import annotations

import shutil
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest
from listeners import answering, listening, make_certificate, proxying, secured

from neuralbrain.outgoing.host_rules import HostRules
from neuralbrain.outgoing.message import NotReceived, NotReceivedKind, Outcome, OutgoingRequest, Received
from neuralbrain.outgoing.transport import Transport

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made with openssl")

NAME = "provider.test"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
RULES = HostRules(private_hosts=frozenset({NAME}))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate of the provider that holds for a lifetime."""
    return make_certificate(tmp_path_factory.mktemp("tls"), NAME, first_day="20200101", last_day="20900101")


def trusting(*certificates: Path) -> ssl.SSLContext:
    """Return whom to trust: these, and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for one in certificates:
        context.load_verify_locations(one)
    return context


def to_here(_host: str, _port: int) -> Sequence[str]:
    """Lead every name to this machine."""
    return ("127.0.0.1",)


def call(transport: Transport, port: int, *, name: str = NAME) -> Outcome:
    """Return what a name of this machine answers behind TLS."""
    return transport.send(
        OutgoingRequest(
            method="GET",
            url=f"https://{name}:{port}/secret-path",
            headers=(("authorization", "Bearer secret-key"),),
            total_seconds=5,
            most_bytes=100,
        )
    )


def test_a_trusted_certificate_is_accepted(certificate: Path) -> None:
    """The provider's own certificate, for its own name, gives its answer."""
    requests: list[bytes] = []
    transport = Transport(agent="t/1", rules=RULES, tls=trusting(certificate), resolve=to_here)
    with listening(secured(answering(OK, requests=requests), certificate=certificate)) as port:
        came = call(transport, port)
    assert isinstance(came, Received)
    assert f"Host: {NAME}:{port}".encode() in requests[0]


@pytest.mark.parametrize(
    ("name", "last_day", "said"),
    [("other.test", "20900101", "ostname mismatch"), (NAME, "20210101", "expired")],
    ids=["wrong name", "expired"],
)
def test_a_bad_certificate_is_refused(tmp_path: Path, name: str, last_day: str, said: str) -> None:
    """A wrong name or a day too late ends the call before anything of the request is sent."""
    bad = make_certificate(tmp_path, name, first_day="20200101", last_day=last_day)
    requests: list[bytes] = []
    transport = Transport(agent="t/1", rules=RULES, tls=trusting(bad), resolve=to_here)
    with listening(secured(answering(OK, requests=requests), certificate=bad)) as port:
        outcome = call(transport, port)
    assert isinstance(outcome, NotReceived)
    assert (outcome.kind, outcome.sent, requests) == (NotReceivedKind.UNREACHABLE, False, [])
    assert outcome.reached, "who shows a certificate is there"
    assert said in outcome.why


def test_a_stranger_is_not_trusted(certificate: Path) -> None:
    """A certificate that signs itself is refused with the system's list, and never asked for less."""
    requests: list[bytes] = []
    transport = Transport(agent="t/1", rules=RULES, resolve=to_here)
    with listening(secured(answering(OK, requests=requests), certificate=certificate)) as port:
        outcome = call(transport, port)
    assert isinstance(outcome, NotReceived)
    assert (outcome.kind, outcome.sent, requests) == (NotReceivedKind.UNREACHABLE, False, [])
    assert "certificate" in outcome.why


def test_plain_text_behind_https_is_refused() -> None:
    """A server that does not speak TLS gets nothing of the request."""
    requests: list[bytes] = []
    transport = Transport(agent="t/1", rules=RULES, resolve=to_here)

    def greet(connected: socket.socket) -> None:
        connected.sendall(OK)
        requests.append(connected.recv(65_536))

    with listening(greet) as port:
        outcome = call(transport, port)
    assert isinstance(outcome, NotReceived)
    assert (outcome.kind, outcome.sent, outcome.reached) == (NotReceivedKind.UNREACHABLE, False, True)
    assert b"secret" not in b"".join(requests)


def test_a_name_that_leads_here_is_refused_unless_allowed(certificate: Path) -> None:
    """A good certificate does not help a name that leads inside."""
    requests: list[bytes] = []
    transport = Transport(agent="t/1", tls=trusting(certificate), resolve=to_here)
    with listening(secured(answering(OK, requests=requests), certificate=certificate)) as port:
        outcome = call(transport, port)
    assert isinstance(outcome, NotReceived)
    assert (outcome.kind, requests) == (NotReceivedKind.REFUSED, [])


def test_proxies_of_the_environment_are_ignored(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says about proxies changes nothing."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    transport = Transport(agent="t/1", rules=RULES, tls=trusting(certificate), resolve=to_here)
    with listening(secured(answering(OK, requests=[]), certificate=certificate)) as port:
        assert isinstance(call(transport, port), Received)


def test_a_proxy_that_is_set_is_used(certificate: Path) -> None:
    """With a proxy the request goes through it, still behind TLS, and the name is looked up there."""
    asked: list[bytes] = []
    requests: list[bytes] = []
    with (
        listening(secured(answering(OK, requests=requests), certificate=certificate)) as port,
        listening(proxying(to=port, asked=asked)) as proxy_port,
    ):
        transport = Transport(
            agent="t/1", tls=trusting(certificate), proxy=f"http://proxy.test:{proxy_port}", resolve=to_here
        )
        came = call(transport, port)
    assert isinstance(came, Received), came
    assert asked == [f"CONNECT {NAME}:{port} HTTP/1.1".encode()]
    assert len(requests) == 1


def test_a_proxy_does_not_make_a_bad_name_good() -> None:
    """Also with a proxy, an address that is written into the URL is checked."""
    transport = Transport(agent="t/1", proxy="http://proxy.test:1", resolve=to_here)
    outcome = call(transport, 443, name="169.254.169.254")
    assert isinstance(outcome, NotReceived)
    assert outcome.kind is NotReceivedKind.REFUSED


def test_a_proxy_that_hangs_was_not_sent_the_request() -> None:
    """A proxy that never answers leaves the request unsent: nothing can have been billed."""
    with listening(lambda connected: connected.recv(65_536) and connected.recv(1)) as proxy_port:
        transport = Transport(agent="t/1", proxy=f"http://proxy.test:{proxy_port}", resolve=to_here)
        request = OutgoingRequest(method="GET", url="https://api.example.org/", total_seconds=0.4, most_bytes=9)
        outcome = transport.send(request)
    assert isinstance(outcome, NotReceived)
    assert not outcome.sent


def test_a_proxy_that_refuses_says_nothing_of_the_key() -> None:
    """A proxy's refusal is a failed connection, and the request was not sent."""

    def refuse(connected: socket.socket) -> None:
        connected.recv(65_536)
        connected.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")

    with listening(refuse) as proxy_port:
        transport = Transport(agent="t/1", proxy=f"http://proxy.test:{proxy_port}", resolve=to_here)
        outcome = call(transport, 443)
    assert isinstance(outcome, NotReceived)
    assert (outcome.kind, outcome.sent, outcome.reached) == (NotReceivedKind.UNREACHABLE, False, False)


@pytest.mark.parametrize("proxy", ["https://proxy.test:1", "socks5://proxy.test:1", "http://me:secret@proxy.test:1"])
def test_only_a_plain_proxy_can_be_set(proxy: str) -> None:
    """A proxy that could not be spoken to, or that needs a password, is refused at once and not repeated."""
    with pytest.raises(ValueError, match=r"^a proxy is written as http://host:port, without a password$"):
        Transport(agent="t/1", proxy=proxy)
