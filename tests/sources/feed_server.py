"""A feed's server on loopback, with real sockets: it answers as a sample says, and misbehaves as it is told.

In a test::

    with FeedServer(load(folder)) as server:
        ...  # read from server.address
        server.always(status(503))                        # every answer from now on
        server.script(status(429, "retry-after: 7"))      # only the next one, before what always holds
        server.well()
        assert [asked.path for asked in server.asked] == ["/data.csv", "/data.csv"]
"""

from __future__ import annotations

import gzip
import hashlib
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from email.utils import formatdate
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from feed_samples import Sample
from listeners import listening, read_request
from socket_faults import Fault, Line, misuse

FIRST_MODIFIED = 1_700_000_000  # seconds since 1970; what is served has a time of change that goes with its bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request that came.

    Args:
        path: Without query.
        query: Name to value.
        headers: Name in small letters to value.
        at: When it came, seconds of ``time.monotonic``.
        status: What it was answered with, 0 where the socket was misused.
    """

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    at: float
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered.

    Args:
        status: The HTTP status.
        headers: Whole lines, without content-length.
        body: The bytes.
    """

    status: int = 200
    headers: tuple[str, ...] = ()
    body: bytes = b""

    def written(self, *, length: int | None = None) -> bytes:
        """Return it as it goes over the wire, perhaps with a length that is not its own."""
        lines = (
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
            *self.headers,
            f"content-length: {len(self.body) if length is None else length}",
            "connection: close",
        )
        return "\r\n".join((*lines, "", "")).encode("latin-1") + self.body


Turn = Callable[[Answer], Answer | Fault]
"""Makes of the right answer what is done instead: another answer, or something to do with the socket."""


class FeedServer:
    """A server of one sample.

    Args:
        sample: What is answered; whatever it does not have is not there (404).
    """

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.bodies = sample.bodies  # by file name; a test may put other bytes there
        self.marks = True  # whether answers have an ETag and a time of change
        self.packs = True  # whether answers are packed for who takes that
        self.ignores_query = False  # whether a path is answered the same whatever is asked of it
        self._script: deque[Turn] = deque()
        self._always: Turn | None = None
        self._asked: list[Asked] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._open = ExitStack()
        self._port = self._open.enter_context(listening(self._serve))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._open.close()

    @property
    def address(self) -> str:
        """Return the base URL."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Return every request so far."""
        with self._lock:
            return tuple(self._asked)

    def script(self, *turns: Turn) -> None:
        """Say what the next answers become."""
        with self._lock:
            self._script.extend(turns)

    def always(self, turn: Turn) -> None:
        """Say what every answer becomes that no script is about."""
        self._always = turn

    def well(self) -> None:
        """Answer rightly from now on."""
        with self._lock:
            self._script.clear()
        self._always = None

    def forget(self) -> None:
        """Forget which requests came."""
        with self._lock:
            self._asked.clear()

    def _serve(self, connected: socket.socket) -> None:
        came = read_request(connected)
        if not came:
            return
        first, *lines = came.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        target = urlsplit(first.split(" ")[1])
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        with self._lock:
            turn = self._script.popleft() if self._script else self._always
        right = self._right(unquote(target.path), query)
        done = self._polite(right, headers) if turn is None else turn(right)
        asked = Asked(
            path=unquote(target.path),
            query=query,
            headers=headers,
            at=time.monotonic(),
            status=done.status if isinstance(done, Answer) else 0,
        )
        with self._lock:
            self._asked.append(asked)
        if isinstance(done, Answer):
            connected.sendall(done.written())
        else:
            misuse(done, Line(connected=connected, closing=self._closing))

    def _right(self, path: str, query: Mapping[str, str]) -> Answer:
        for one in self.sample.answers:
            asked_so = self.ignores_query or all(query.get(name) == value for name, value in one.query.items())
            if one.path == path and asked_so:
                body = self.bodies[one.file]
                digest = hashlib.sha256(body).hexdigest()
                modified = formatdate(FIRST_MODIFIED + int(digest[:6], 16), usegmt=True)
                marks = (f'etag: "{digest[:16]}"', f"last-modified: {modified}") if self.marks else ()
                return Answer(headers=(f"content-type: {one.media_type}", *marks), body=body)
        return Answer(status=404, headers=("content-type: text/plain",), body=b"There is no such thing.")

    def _polite(self, right: Answer, headers: Mapping[str, str]) -> Answer:
        """Return the right answer to a request with these headers: shorter, where it says what it can do with that."""
        marks = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in right.headers)}
        wanted = headers.get("if-none-match", "")
        same = wanted == marks.get("etag") if wanted else headers.get("if-modified-since") == marks.get("last-modified")
        if right.status == 200 and self.marks and same:
            return replace(right, status=304, body=b"")
        if self.packs and "gzip" in headers.get("accept-encoding", ""):
            return replace(right, headers=(*right.headers, "content-encoding: gzip"), body=gzip.compress(right.body))
        return right


def status(code: int, *headers: str, body: bytes = b"{}") -> Turn:
    """Answer with another status."""
    return lambda _right: Answer(status=code, headers=headers, body=body)


def bytes_instead(make: Callable[[bytes], bytes]) -> Turn:
    """Answer with other bytes; what is not there stays so."""
    return lambda right: right if right.status != 200 else replace(right, body=make(right.body))


def socket_fault(fault: Fault) -> Turn:
    """Misuse the socket, whatever is asked."""
    return lambda _right: fault


def lying_about_length(of: Callable[[int], int]) -> Turn:
    """Say another length than the body has."""
    return lambda right: lambda line: line.say(right.written(length=of(len(right.body))))


def chunked_and_cut(right: Answer) -> Fault:
    """Send half of the body in chunks, and no end."""

    def act(line: Line) -> None:
        half = right.body[: max(1, len(right.body) // 2)]
        head = "\r\n".join(("HTTP/1.1 200 OK", *right.headers, "transfer-encoding: chunked", "", ""))
        line.say(head.encode("latin-1") + f"{len(half):x}\r\n".encode() + half + b"\r\n")

    return act


def cut_without_a_length(right: Answer) -> Fault:
    """Send half of the body and close, having said neither its length nor that it comes in chunks."""

    def act(line: Line) -> None:
        head = "\r\n".join((f"HTTP/1.1 {right.status} OK", *right.headers, "connection: close", "", ""))
        line.say(head.encode("latin-1") + right.body[: len(right.body) // 2])

    return act


def packed(make: Callable[[bytes], bytes] = gzip.compress) -> Turn:
    """Answer packed with gzip, whatever is accepted."""
    return lambda right: replace(right, headers=(*right.headers, "content-encoding: gzip"), body=make(right.body))
