"""What is sent, what comes back whole, and where the sockets really lead."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from listeners import answering, listening, read_request
from stand_in_server import KEYS, StandInServer

from neuralbrain.deadline import DeadlineReached, deadline
from neuralbrain.outgoing.host_rules import HostRules
from neuralbrain.outgoing.message import NotReceived, NotReceivedKind, Outcome, OutgoingRequest, Received
from neuralbrain.outgoing.transport import Transport

OK = b"HTTP/1.1 200 OK\r\n"


def get(url: str, *, headers: tuple[tuple[str, str], ...] = (), most_bytes: int = 1000) -> OutgoingRequest:
    """Return a request without a body that may take five seconds."""
    return OutgoingRequest(method="GET", url=url, headers=headers, total_seconds=5, most_bytes=most_bytes)


def whole(outcome: Outcome) -> Received:
    """Return an answer that must have come whole."""
    assert isinstance(outcome, Received), outcome
    return outcome


def failed(outcome: Outcome) -> NotReceived:
    """Return a failure that must be one."""
    assert isinstance(outcome, NotReceived), outcome
    return outcome


def leading_to(*addresses: str) -> Transport:
    """Return a transport for which every name leads to these addresses."""
    return Transport(agent="t/1", resolve=lambda _host, _port: addresses)


def test_the_answer_comes_as_it_was_sent(transport: Transport) -> None:
    """Status, every header by its small name, the bytes and the sender's number come back."""
    answer = (
        b"HTTP/1.1 418 Short\r\nX-Request-ID: r-1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 3\r\n\r\n\0\xffz"
    )
    with listening(answering(answer, requests=[])) as port:
        came = whole(transport.send(get(f"http://127.0.0.1:{port}/")))
    assert (came.status, came.body, came.request_id) == (418, b"\0\xffz", "r-1")
    assert [value for name, value in came.headers if name == "set-cookie"] == ["a", "b"]
    assert came.header("content-length") == "3"
    assert came.header("missing") is None


def test_the_request_is_written_as_it_should(transport: Transport) -> None:
    """Method, path, query, body and our own headers are sent once each, and nothing asks for packing."""
    requests: list[bytes] = []
    with listening(answering(OK + b"content-length: 0\r\n\r\n", requests=requests)) as port:
        sent = replace(get(f"http://localhost:{port}/a/b?c=d%20e"), method="POST", body=b"hello")
        whole(transport.send(replace(sent, headers=(("Authorization", "Bearer k"),))))
    head, _, body = requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /a/b?c=d%20e HTTP/1.1"
    assert sorted(lines[1:]) == [
        b"Accept-Encoding: identity",
        b"Authorization: Bearer k",
        b"Connection: close",
        b"Content-Length: 5",
        f"Host: localhost:{port}".encode(),
        b"User-Agent: NeuralBrain-tests/1",
    ]
    assert body == b"hello"


@pytest.mark.parametrize(
    "header",
    [
        ("authorization", "Bearer secret-1\n"),
        ("authorization", "Bearer secret-1\r\nx: y"),
        ("authorization", " secret-1"),
        ("authorization", "secret-é"),
        ("x y", "secret-1"),
        ("", "secret-1"),
        ("Host", "elsewhere"),
        ("content-length", "3"),
        ("Transfer-Encoding", "chunked"),
    ],
)
def test_a_header_that_could_mean_something_else_is_not_sent(
    server: StandInServer, transport: Transport, header: tuple[str, str]
) -> None:
    """A line break in a key, or a header that is ours to set, refuses the request before anything leaves."""
    refused = failed(transport.send(get(server.url("openai") + "/models", headers=(header,))))
    assert (refused.kind, refused.sent) == (NotReceivedKind.REFUSED, False)
    assert server.asked == ()
    assert "secret" not in repr(refused)


@pytest.mark.parametrize("method", ["get", "GET /x", "", "G" * 20])
def test_a_method_is_one_word(transport: Transport, method: str) -> None:
    """What is no method is refused."""
    assert failed(transport.send(replace(get("http://localhost:1/"), method=method))).kind is NotReceivedKind.REFUSED


def test_a_redirect_is_an_answer(server: StandInServer, transport: Transport) -> None:
    """A redirect comes back as what it is, and nobody is asked at its location."""
    server.script("openai", "redirect")
    headers = (("authorization", f"Bearer {KEYS['openai']}"),)
    came = whole(
        transport.send(replace(get(server.url("openai") + "/chat/completions", headers=headers), method="POST"))
    )
    assert came.status == 302
    assert came.header("location") == "http://127.0.0.1:1/elsewhere"
    assert len(server.asked) == 1


@pytest.mark.parametrize("length", [1000, 1001])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("told", [False, True])
def test_the_cap_is_exact(transport: Transport, length: int, packed: bool, told: bool) -> None:
    """A body of exactly the cap comes whole, one byte more does not, packed or not, told beforehand or not."""
    body = gzip.compress(b"x" * length) if packed else b"x" * length
    head = OK + (b"content-encoding: gzip\r\n" if packed else b"")
    head += f"content-length: {len(body)}\r\n".encode() if told else b""
    with listening(answering(head + b"\r\n" + body, requests=[])) as port:
        came = transport.send(get(f"http://127.0.0.1:{port}/"))
    if length == 1000:
        assert whole(came).body == b"x" * 1000
    else:
        assert failed(came).kind is NotReceivedKind.TOO_LARGE


def test_packing_is_asked_for_where_it_may(transport: Transport) -> None:
    """A request that allows it asks for gzip, and gets a body of several members unpacked."""
    requests: list[bytes] = []
    body = gzip.compress(b"one ") + gzip.compress(b"two")
    answer = OK + f"content-encoding: gzip\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
    with listening(answering(answer, requests=requests)) as port:
        came = whole(transport.send(replace(get(f"http://127.0.0.1:{port}/"), packed=True)))
    assert came.body == b"one two"
    assert b"Accept-Encoding: gzip" in requests[0]


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", OK + b"content-length: 1000000\r\n\r\n"),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", b"HTTP/1.1 304 Not Modified\r\ncontent-length: 9999\r\n\r\n"),
        ("GET", b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"content-length: 0\r\n\r\n"),
        ("GET", OK + b"content-encoding: gzip\r\ncontent-length: 0\r\n\r\n"),
    ],
)
def test_answers_without_a_body_come_whole(transport: Transport, method: str, answer: bytes) -> None:
    """Where HTTP says that nothing follows, nothing is waited for."""
    with listening(answering(answer, requests=[])) as port:
        assert whole(transport.send(replace(get(f"http://127.0.0.1:{port}/"), method=method))).body == b""


def test_nobody_there_is_unreachable(transport: Transport) -> None:
    """A refused connection says so, and that nothing was sent."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        outcome = failed(transport.send(get(f"http://127.0.0.1:{port}/")))
    assert (outcome.kind, outcome.sent, outcome.status) == (NotReceivedKind.UNREACHABLE, False, None)
    assert outcome.reached, "who refuses a connection is there"
    assert "ECONNREFUSED" in outcome.why


def test_a_name_that_is_not_known_is_unreachable() -> None:
    """A failing look-up says so."""

    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no")

    outcome = failed(Transport(agent="t/1", resolve=unknown).send(get("https://api.example.org/")))
    assert (outcome.kind, outcome.why) == (NotReceivedKind.UNREACHABLE, "the connection failed: the name is not known")
    assert not outcome.reached


def test_a_look_up_that_hangs_does_not_hold_the_call() -> None:
    """The system's resolver knows no limit, and ours holds all the same."""
    released = threading.Event()

    def hanging(_host: str, _port: int) -> Sequence[str]:
        released.wait(30)
        return ()

    outcome = failed(
        Transport(agent="t/1", resolve=hanging).send(replace(get("https://api.example.org/"), total_seconds=0.3))
    )
    released.set()
    assert (outcome.kind, outcome.sent, outcome.reached) == (NotReceivedKind.UNREACHABLE, False, False)
    assert outcome.seconds < 1.3


def test_connecting_has_a_limit_of_its_own() -> None:
    """A server that says nothing to TLS uses up the time to connect, not that of the call."""
    with listening(lambda connected: connected.recv(1) and threading.Event().wait(3)) as port:
        made = Transport(agent="t/1", connect_seconds=0.4)
        outcome = failed(made.send(replace(get(f"https://localhost:{port}/"), total_seconds=5)))
    assert (outcome.kind, outcome.sent, outcome.reached) == (NotReceivedKind.UNREACHABLE, False, True)
    assert outcome.seconds < 1.4


def test_a_host_that_answers_no_attempt_to_connect_is_not_reached() -> None:
    """A host that is silent is told from one that refuses: it may be our own network."""
    with socket.socket() as listener, contextlib.ExitStack() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        for _ in range(4):  # nobody accepts them: a full queue makes the system swallow what comes after
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        made = Transport(agent="t/1", connect_seconds=0.3)
        outcome = failed(made.send(get(f"http://127.0.0.1:{port}/")))
    assert (outcome.kind, outcome.why, outcome.reached) == (
        NotReceivedKind.UNREACHABLE,
        "no connection in time",
        False,
    )


@pytest.mark.parametrize("total_seconds", [0, -1, 1e-9])
def test_no_time_is_no_call(server: StandInServer, transport: Transport, total_seconds: float) -> None:
    """A call whose time is over before it begins sends nothing."""
    outcome = failed(transport.send(replace(get(server.url("openai")), total_seconds=total_seconds)))
    assert (outcome.kind, outcome.sent) == (NotReceivedKind.UNREACHABLE, False)


def test_a_server_that_does_not_read_does_not_hold_the_call(transport: Transport) -> None:
    """The deadline holds while the request is being sent."""
    with listening(lambda _connected: time.sleep(3)) as port:
        sent = replace(get(f"http://127.0.0.1:{port}/"), method="POST", body=bytes(50_000_000), total_seconds=0.5)
        outcome = failed(transport.send(sent))
    assert (outcome.kind, outcome.sent) == (NotReceivedKind.TIMEOUT, True)
    assert outcome.seconds < 1.5


def test_a_server_that_reads_slowly_does_not_hold_the_call(transport: Transport) -> None:
    """The deadline holds although every single packet is taken in time."""

    def sip(connected: socket.socket) -> None:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(100):
            connected.recv(4096)
            time.sleep(0.05)

    with listening(sip) as port:
        sent = replace(get(f"http://127.0.0.1:{port}/"), method="POST", body=bytes(50_000_000), total_seconds=0.5)
        outcome = failed(transport.send(sent))
    assert (outcome.kind, outcome.sent) == (NotReceivedKind.TIMEOUT, True)
    assert outcome.seconds < 1.5


def test_the_next_address_is_tried() -> None:
    """Where the first address of a name does not answer, the second does."""
    with listening(answering(OK + b"content-length: 2\r\n\r\nok", requests=[])) as port:
        came = whole(leading_to("127.0.0.9", "127.0.0.1").send(get(f"http://localhost:{port}/")))
    assert came.body == b"ok"


def test_this_machine_can_be_asked_by_its_newer_address(transport: Transport) -> None:
    """``[::1]`` is this machine too."""
    try:
        with listening(answering(OK + b"content-length: 2\r\n\r\nok", requests=[]), host="::1") as port:
            assert whole(transport.send(get(f"http://[::1]:{port}/"))).body == b"ok"
    except OSError:
        pytest.skip("this machine has no IPv6")


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("10.1.2.3",),
        ("169.254.169.254",),
        ("::1",),
        ("::ffff:127.0.0.1",),
        ("93.184.216.34", "192.168.0.1"),
        ("fe80::1%lo",),
    ],
)
def test_a_public_name_that_leads_inside_is_refused(addresses: tuple[str, ...]) -> None:
    """What a name leads to is checked at the moment of connecting, and one bad address refuses them all."""
    outcome = failed(leading_to(*addresses).send(get("https://api.example.org/v1")))
    assert (outcome.kind, outcome.sent) == (NotReceivedKind.REFUSED, False)
    assert not any(address in outcome.why for address in addresses)


def test_a_name_is_looked_up_once() -> None:
    """A name that is answered differently the second time is never asked a second time."""
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("127.0.0.2",)

    requests: list[bytes] = []
    with listening(answering(OK + b"content-length: 0\r\n\r\n", requests=requests)) as port:
        whole(Transport(agent="t/1", resolve=rebinding).send(get(f"http://localhost:{port}/")))
    assert (asked, len(requests)) == (["localhost"], 1)


def test_rules_of_the_transport_are_applied(server: StandInServer) -> None:
    """A transport that may not ask this machine does not."""
    strict = Transport(agent="t/1", rules=HostRules(loopback=False))
    assert failed(strict.send(get(server.url("openai")))).kind is NotReceivedKind.REFUSED
    assert server.asked == ()


def test_threads_share_a_transport(server: StandInServer, transport: Transport) -> None:
    """Calls from many threads at once do not touch one another."""
    outcomes: dict[int, Outcome] = {}

    def call(number: int) -> None:
        request = get(server.url("openai") + "/models", headers=(("authorization", f"Bearer {KEYS['openai']}"),))
        outcomes[number] = transport.send(replace(request, most_bytes=100_000 if number % 2 else 10))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(outcomes[number], Received) is bool(number % 2) for number in range(16))


def test_the_end_of_a_step_ends_the_call(server: StandInServer, transport: Transport) -> None:
    """The deadline of a whole step passes through a call that still has time."""
    server.always("openai", "hang")
    headers = (("authorization", f"Bearer {KEYS['openai']}"),)
    request = replace(get(server.url("openai") + "/chat/completions", headers=headers), method="POST")
    with pytest.raises(DeadlineReached), deadline(0.3):
        transport.send(replace(request, total_seconds=30))


def test_no_connection_is_left_open(transport: Transport) -> None:
    """When a call is over, the other side sees the end of its connection."""
    ended = threading.Event()

    def serve(connected: socket.socket) -> None:
        read_request(connected)
        connected.sendall(OK + b"content-length: 2\r\n\r\nok")
        if connected.recv(1) == b"":
            ended.set()

    with listening(serve) as port:
        whole(transport.send(get(f"http://127.0.0.1:{port}/")))
        assert ended.wait(5)


def test_a_call_that_nobody_wants_ends_at_once(server: StandInServer) -> None:
    """A call that waits for its answer is broken off soon after nobody wants it any more; it was sent."""
    unwanted = threading.Event()
    threading.Timer(0.2, unwanted.set).start()
    server.always("openai", "hang")
    sent = replace(get(server.url("openai") + "/chat/completions"), method="POST", body=b"{}")
    outcome = failed(Transport(agent="t/1", cancelled=unwanted.is_set).send(sent))
    assert (outcome.kind, outcome.sent) == (NotReceivedKind.BROKEN_OFF, True)
    assert outcome.seconds < 2
