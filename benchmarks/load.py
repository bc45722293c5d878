"""Readers of an API on this machine, in a process of their own: raw HTTP over keep-alive connections."""

from __future__ import annotations

import multiprocessing
import re
import selectors
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

HOST = "127.0.0.1"
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
CHUNK_BYTES = 1 << 18
LATE_SECONDS = 30.0  # without any answer: far beyond what is promised of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET.

    Args:
        path: What is asked for.
        status: What must come back.
        headers: Further header fields.
    """

    path: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    def words(self) -> bytes:
        """Return what is sent."""
        fields = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return f"GET {self.path} HTTP/1.1\r\nhost: {HOST}\r\n{fields}\r\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, whole."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of some seconds of asking.

    Args:
        answers: How many came back.
        seconds: From the first question to the last answer.
        taken: For each path the seconds from question to answer; empty where they were not measured.
    """

    answers: int
    seconds: float
    taken: Mapping[str, tuple[float, ...]]

    @property
    def each(self) -> float:
        """Return the seconds an answer, with every connection busy: one over the answers a second."""
        return self.seconds / self.answers


class Reading:
    """Finds the ends of answers in a stream of bytes.

    Args:
        status: What every answer must say; None takes any.
    """

    def __init__(self, status: int | None = None) -> None:
        self._begins = b"HTTP/1.1 " if status is None else b"HTTP/1.1 %d" % status
        self._head = b""
        self._left = 0

    def ends(self, chunk: bytes) -> int:
        """Return how many answers ended with these bytes.

        Raises:
            RuntimeError: If an answer has another status, or a length that cannot be known.
        """
        if self._left > len(chunk):
            self._left -= len(chunk)
            return 0
        ended, start = 0, self._left
        if start:
            ended, self._left = 1, 0
        elif self._head:
            chunk, self._head = self._head + chunk, b""
        while start < len(chunk):
            end = chunk.find(HEAD_END, start)
            if end < 0:
                self._head = chunk[start:]
                break
            start = end + len(HEAD_END) + self._length(chunk, start, end)
            self._left = max(0, start - len(chunk))
            ended += not self._left
        return ended

    def _length(self, chunk: bytes, start: int, end: int) -> int:
        if not chunk.startswith(self._begins, start):
            raise RuntimeError(f"an answer is not {self._begins.decode()}: {chunk[start : start + 500]!r}")
        place = chunk.find(LENGTH, start, end)
        if place >= 0:
            return int(chunk[place + len(LENGTH) : end].split(b"\r", 1)[0])
        if chunk.startswith(b"HTTP/1.1 304", start):
            return 0
        raise RuntimeError(f"an answer says no length: {chunk[start : start + 500]!r}")


def fetched(port: int, request: Request) -> Answer:
    """Return one answer, over a connection of its own.

    Raises:
        RuntimeError: If its status is another than was wanted.
        OSError: If nobody answers.
    """
    with socket.create_connection((HOST, port), timeout=LATE_SECONDS) as line:
        line.sendall(request.words())
        reading, whole = Reading(request.status), b""
        while True:
            chunk = line.recv(CHUNK_BYTES)
            if not chunk:
                raise ConnectionError(f"the answer to {request.path} broke off")
            whole += chunk
            if reading.ends(chunk):
                break
    head, _, content = whole.partition(HEAD_END)
    first, *fields = head.decode("latin-1").split("\r\n")
    named = tuple((name, value) for name, _, value in (one.partition(": ") for one in fields))
    return Answer(status=int(first.split()[1]), headers=named, content=content)


class _Line:
    """A connection that always has questions open, each path in turn."""

    def __init__(self, port: int, requests: Sequence[Request], *, first: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=LATE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._words = [one.words() for one in requests]
        self._readings = [Reading(one.status) for one in requests]
        self._next = first
        self.asked = 0.0

    def ask(self, times: int = 1) -> None:
        """Ask for the next thing, so often at once."""
        self.asked = perf_counter()
        self.socket.sendall(self._words[self._next] * times)

    def hear(self) -> int:
        """Return how many answers have ended."""
        chunk = self.socket.recv(CHUNK_BYTES)
        if not chunk:
            raise ConnectionError(f"the connection was closed while {self.path} was asked for")
        return self._readings[self._next].ends(chunk)

    def turn(self) -> None:
        """Go on to the next path."""
        self._next = (self._next + 1) % len(self._requests)

    @property
    def path(self) -> str:
        """Return what is asked for just now."""
        return self._requests[self._next].path


def one_after_another(port: int, requests: Sequence[Request], *, connections: int, seconds: float) -> Load:
    """Ask for some seconds, each connection for one thing at a time and each path in turn, and time each answer.

    Each path is asked for at least once, however long that takes.
    """
    taken: dict[str, list[float]] = {one.path: [] for one in requests}
    with _lines(port, requests, connections) as (lines, ready):
        began = perf_counter()
        until = began + seconds
        asked: set[str] = set()
        for line in lines:
            line.ask()
            asked.add(line.path)
        open_lines = len(lines)
        while open_lines:
            for line in _heard(ready):
                if not line.hear():
                    continue
                now = perf_counter()
                taken[line.path].append(now - line.asked)
                line.turn()
                if now < until or len(asked) < len(taken):
                    line.ask()
                    asked.add(line.path)
                else:
                    open_lines -= 1
        ended = perf_counter() - began
    return Load(
        answers=sum(map(len, taken.values())),
        seconds=ended,
        taken={path: tuple(each) for path, each in taken.items()},
    )


def flood(port: int, request: Request, *, connections: int, seconds: float, deep: int = 1) -> Load:
    """Ask for one thing for some seconds, with so many questions open on each connection, and count the answers.

    One open question a connection is what browsers and `wrk` have; more, as pipelining allows, need less of the
    machine for the readers, and change what a server needs for an answer by less than the rounds differ.
    """
    answers = 0
    with _lines(port, [request], connections) as (lines, ready):
        began = perf_counter()
        until = began + seconds
        for line in lines:
            line.ask(deep)
        awaited = deep * len(lines)
        while awaited:
            asking = perf_counter() < until
            for line in _heard(ready):
                ended = line.hear()
                answers += ended
                if ended and asking:
                    line.ask(ended)
                else:
                    awaited -= ended
        took = perf_counter() - began
    return Load(answers=answers, seconds=took, taken={})


@contextmanager
def _lines(
    port: int, requests: Sequence[Request], connections: int
) -> Iterator[tuple[list[_Line], selectors.BaseSelector]]:
    """Yield open connections, and what says which of them has something to be heard."""
    lines: list[_Line] = []
    with selectors.DefaultSelector() as ready:
        try:
            for number in range(connections):
                lines.append(_Line(port, requests, first=number % len(requests)))
                ready.register(lines[-1].socket, selectors.EVENT_READ, lines[-1])
            yield lines, ready
        finally:
            for line in lines:
                line.socket.close()


def _heard(ready: selectors.BaseSelector) -> list[_Line]:
    found = ready.select(LATE_SECONDS)
    if not found:
        raise TimeoutError(f"nothing was answered for {LATE_SECONDS:.0f} s")
    return [key.data for key, _ in found]


class Wrk:
    """The load generator `wrk`, where this machine has it.

    Args:
        command: Its path.
    """

    name = "wrk"

    def __init__(self, command: str) -> None:
        self._command = command

    def flood(self, port: int, request: Request, *, connections: int, seconds: float) -> Load:
        """Ask for one thing for some seconds, whole ones and at least one.

        Raises:
            RuntimeError: If something else than an answer came back.
        """
        fields = [part for name, value in request.headers for part in ("-H", f"{name}: {value}")]
        counted = ["-t", "1", "-c", str(connections), "-d", f"{max(1, round(seconds))}s"]
        ended = subprocess.run(
            [self._command, *counted, *fields, f"http://{HOST}:{port}{request.path}"],
            capture_output=True,
            text=True,
            check=True,
            timeout=seconds + LATE_SECONDS,
        )
        return read_wrk(ended.stdout)


def read_wrk(printed: str) -> Load:
    """Return what `wrk` counted.

    Raises:
        RuntimeError: If it met with errors, or its words are not understood.
    """
    found = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m),", printed)
    if found is None or "Socket errors" in printed or "Non-2xx" in printed:
        raise RuntimeError(f"wrk did not get what it asked for: {printed[-500:]}")
    seconds = float(found[2]) * {"ms": 1e-3, "s": 1.0, "m": 60.0}[found[3]]
    return Load(answers=int(found[1]), seconds=seconds, taken={})


class Readers:
    """The process in which readers of ours ask.

    Args:
        pool: The process.
    """

    name = "own readers"

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self.pool = pool

    def flood(self, port: int, request: Request, *, connections: int, seconds: float) -> Load:
        """Ask for one thing for some seconds, as :func:`flood`."""
        return self.pool.submit(flood, port, request, connections=connections, seconds=seconds).result()

    def ask(self, port: int, requests: Sequence[Request], *, connections: int, seconds: float) -> Load:
        """Ask for things in turn for some seconds, as :func:`one_after_another`."""
        return self.begin(port, requests, connections=connections, seconds=seconds).result()

    def begin(self, port: int, requests: Sequence[Request], *, connections: int, seconds: float) -> Future[Load]:
        """Begin to ask, and return at once what will come of it."""
        return self.pool.submit(one_after_another, port, requests, connections=connections, seconds=seconds)


@contextmanager
def readers() -> Iterator[Readers]:
    """Yield readers in a fresh process, so that what they do is not the measuring process's time."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(perf_counter).result()  # started before anything is timed
        yield Readers(pool)


def generator(ours: Readers) -> Readers | Wrk:
    """Return what floods: `wrk` where this machine has it, which needs the least of the machine, else our own."""
    command = shutil.which("wrk")
    return ours if command is None else Wrk(command)
