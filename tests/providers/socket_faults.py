"""What a server can do wrong below the level of words: each takes the socket and misuses it."""

from __future__ import annotations

import contextlib
import functools
import gzip
import json
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

MEBIBYTE = 2**20
BOMB_MEBIBYTES = 300  # what 300 KB of gzip become
AWHILE = 60.0  # seconds that a server holds a call at most: longer than any deadline of a test


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A connection that is misused, and the sign that the server is being closed.

    Args:
        connected: The socket.
        closing: Set when nobody needs the server any more.
    """

    connected: socket.socket
    closing: threading.Event

    def say(self, sent: bytes) -> None:
        """Send bytes as they are."""
        self.connected.sendall(sent)

    def drip(self, pieces: Iterator[bytes], *, every: float) -> None:
        """Send a piece now and then, until the other side has had enough."""
        while not self.closing.wait(every):
            self.say(next(pieces))

    def hold(self) -> None:
        """Do nothing until the server is closed or the other side goes."""
        self.connected.settimeout(0.2)
        for _ in range(int(AWHILE / 0.2)):
            if self.closing.is_set():
                return
            try:
                if not self.connected.recv(65_536):
                    return
            except TimeoutError:
                continue


def head(*lines: str, status: str = "200 OK") -> bytes:
    """Return the beginning of an answer."""
    return "\r\n".join((f"HTTP/1.1 {status}", "content-type: application/json", *lines, "", "")).encode()


def _forever(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece


def _chunk(piece: bytes) -> bytes:
    return f"{len(piece):x}\r\n".encode() + piece + b"\r\n"


def hang(line: Line) -> None:
    """Take the request and never answer."""
    line.hold()


def hang_in_body(line: Line) -> None:
    """Send the headers and never the body."""
    line.say(head("content-length: 100"))
    line.hold()


def drip(line: Line) -> None:
    """Send one byte of the body every tenth of a second."""
    line.say(head("content-length: 1000000"))
    line.drip(_forever(b" "), every=0.1)


def drip_head(line: Line) -> None:
    """Send one byte of a header every tenth of a second."""
    line.say(b"HTTP/1.1 200 OK\r\nx-slow: ")
    line.drip(_forever(b"a"), every=0.1)


def drip_chunks(line: Line) -> None:
    """Send a chunk of one byte every tenth of a second."""
    line.say(head("transfer-encoding: chunked"))
    line.drip(_forever(_chunk(b" ")), every=0.1)


def go_on_for_ever(line: Line) -> None:
    """Say "continue" again and again, and never the answer."""
    line.drip(_forever(b"HTTP/1.1 100 Continue\r\n\r\n"), every=0.05)


def endless(line: Line) -> None:
    """Send a body without an end, as fast as it is taken."""
    line.say(head())
    while not line.closing.is_set():
        line.say(b" " * 65_536)


def endless_chunks(line: Line) -> None:
    """Send chunks without an end."""
    line.say(head("transfer-encoding: chunked"))
    while not line.closing.is_set():
        line.say(_chunk(b" " * 65_536))


def endless_head(line: Line) -> None:
    """Send headers without an end."""
    line.say(b"HTTP/1.1 200 OK\r\n")
    while not line.closing.is_set():
        line.say(b"x-more: " + b"a" * 1000 + b"\r\n")


@functools.cache
def _packed_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join(packer.compress(bytes(MEBIBYTE)) for _ in range(BOMB_MEBIBYTES)) + packer.flush()


def bomb(line: Line) -> None:
    """Send 300 MiB as 300 KB of gzip."""
    packed = _packed_bomb()
    line.say(head("content-encoding: gzip", f"content-length: {len(packed)}") + packed)


def empty_blocks(line: Line) -> None:
    """Send gzip that goes on for ever and holds nothing."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    line.say(head("content-encoding: gzip"))
    line.say(packer.compress(b""))
    while not line.closing.is_set():
        line.say(b"".join(packer.flush(zlib.Z_FULL_FLUSH) or b"\0\0\0\xff\xff" for _ in range(10_000)))


def not_gzip(line: Line) -> None:
    """Say gzip and send plain text."""
    line.say(head("content-encoding: gzip", "content-length: 5") + b"hello")


def cut_gzip(line: Line) -> None:
    """Send the first half of what was packed, as if it were all."""
    packed = gzip.compress(json.dumps([*range(1000)]).encode())
    half = packed[: len(packed) // 2]
    line.say(head("content-encoding: gzip", f"content-length: {len(half)}") + half)


def foreign_coding(line: Line) -> None:
    """Pack the body in a way that nobody asked for."""
    line.say(head("content-encoding: br", "content-length: 2") + b"{}")


def truncated(line: Line) -> None:
    """Promise a thousand bytes and send ten."""
    line.say(head("content-length: 1000") + b"0123456789")


def cut_chunks(line: Line) -> None:
    """Stop in the middle of a chunk."""
    line.say(head("transfer-encoding: chunked") + b"100\r\nabc")


def bad_chunk(line: Line) -> None:
    """Give a chunk a length that is no number."""
    line.say(head("transfer-encoding: chunked") + b"zz\r\nabc\r\n0\r\n\r\n")


def two_lengths(line: Line) -> None:
    """Promise two different lengths."""
    line.say(head("content-length: 5", "content-length: 9") + b"hello")


def negative_length(line: Line) -> None:
    """Promise fewer bytes than none."""
    line.say(head("content-length: -5") + b"hello")


def too_long_told(line: Line) -> None:
    """Promise a terabyte."""
    line.say(head(f"content-length: {10**12}"))
    line.hold()


def not_http(line: Line) -> None:
    """Speak another protocol."""
    line.say(b"SSH-2.0-OpenSSH_9.9\r\n")


def closed(line: Line) -> None:
    """Hang up without a word."""


def reset(line: Line) -> None:
    """Break the connection off before the answer."""
    line.connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_in_body(line: Line) -> None:
    """Break the connection off in the middle of the answer."""
    line.say(head("content-length: 1000") + b"0123456789")
    line.connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Fault = Callable[[Line], None]
FAULTS: Mapping[str, Fault] = {
    fault.__name__: fault
    for fault in (
        hang,
        hang_in_body,
        drip,
        drip_head,
        drip_chunks,
        go_on_for_ever,
        endless,
        endless_chunks,
        endless_head,
        bomb,
        empty_blocks,
        not_gzip,
        cut_gzip,
        foreign_coding,
        truncated,
        cut_chunks,
        bad_chunk,
        two_lengths,
        negative_length,
        too_long_told,
        not_http,
        closed,
        reset,
        reset_in_body,
    )
}


def prepare() -> None:
    """Make beforehand what takes long to make."""
    _packed_bomb()


def misuse(fault: Fault, line: Line) -> None:
    """Do it; the other side may go at any moment."""
    with contextlib.suppress(OSError):
        fault(line)
    with contextlib.suppress(OSError):
        line.connected.close()
