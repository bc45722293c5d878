"""What leaves the process and what comes back: values that may be printed, because they show no key and no path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

REQUEST_NUMBER_HEADERS = ("x-request-id", "request-id", "x-amzn-requestid", "cf-ray", "x-goog-request-id")
"""Where providers and their edges put the number that their support asks for, most telling first."""
LONGEST_REQUEST_NUMBER = 100  # those seen have up to 40 characters; a longer one is not a number but a message

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OutgoingRequest:
    """One request that is to leave the process.

    Args:
        method: In capitals, such as ``POST``.
        url: Absolute, printable ASCII. It may hold a key in its path (webhooks do), so it is never shown.
        headers: Name and value; never shown.
        body: The bytes to send; empty for none.
        total_seconds: How long everything together may take: name, connection, TLS, sending, headers, body.
        most_bytes: How long the body of the answer may be, counted after it is unpacked.
        packed: Whether the answer may come packed with gzip; worth it for feeds, which are long.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    total_seconds: float
    most_bytes: int
    packed: bool = False

    def __repr__(self) -> str:
        return f"OutgoingRequest({self.method} {shown_url(self.url)}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Received:
    """An answer that came whole, whatever it says.

    Args:
        status: The HTTP status; a redirect is one like any other and is not followed.
        headers: Name in small letters and value, in the order they came; a name may come twice.
        body: The bytes as the sender had them before it packed them.
        seconds: From the call to the last byte.
        request_id: The sender's own number of the call, empty where it gave none.
    """

    status: int
    headers: Headers
    body: bytes
    seconds: float
    request_id: str = ""

    def __repr__(self) -> str:
        return f"Received({self.status}, {len(self.body)} bytes, {self.seconds:.3f} s, request_id={self.request_id!r})"

    def header(self, name: str) -> str | None:
        """Return the first value of a header, None where it is missing.

        Args:
            name: In small letters.
        """
        return first_header(self.headers, name)


class NotReceivedKind(StrEnum):
    """Why there is no whole answer."""

    REFUSED = "refused"  # by our own rules; nothing left the process
    UNREACHABLE = "unreachable"  # before anything of the request was sent
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    BROKEN_OFF = "broken_off"  # the connection ended, or what came is not HTTP


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReceived:
    """There is no whole answer.

    Args:
        kind: Which kind of failure.
        why: One phrase in our own words; it quotes neither the request nor the answer.
        sent: Whether anything of the request was sent: it may have been worked on, and billed.
        seconds: From the call to the failure.
        status: The HTTP status, where that much came.
        reached: Whether the host answered at all, be it by refusing the connection. False where its name led nowhere,
            no route led to it, or nothing answered the attempt to connect: that may be our own network.
    """

    kind: NotReceivedKind
    why: str
    sent: bool
    seconds: float
    status: int | None = None
    reached: bool = True


Outcome = Received | NotReceived


def first_header(headers: Sequence[tuple[str, str]], name: str) -> str | None:
    """Return the first value of a header, None where it is missing.

    >>> first_header((("retry-after", "3"), ("retry-after", "9")), "retry-after")
    '3'
    """
    return next((value for given, value in headers if given == name), None)


def request_number(headers: Sequence[tuple[str, str]]) -> str:
    """Return the sender's own number of a call, empty where it gave none that can be printed.

    >>> request_number((("cf-ray", "8f1-FRA"), ("x-request-id", "req_7")))
    'req_7'
    """
    for name in REQUEST_NUMBER_HEADERS:
        value = first_header(headers, name)
        if value and value.isascii() and value.isprintable():
            return value[:LONGEST_REQUEST_NUMBER]
    return ""


def shown_url(url: str) -> str:
    """Return as much of a URL as may be shown: scheme and host.

    >>> shown_url("https://name:secret@example.org/hook/secret?key=secret")
    'https://example.org/…'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "a URL that cannot be read"
    return f"{parts.scheme}://{parts.hostname or ''}/…"
