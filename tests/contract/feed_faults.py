"""What the world does to a feed, and what each is to be called: one table for every adapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import socket_faults
from feed_bodies import in_latin_1, with_a_column
from feed_server import (
    Turn,
    bytes_instead,
    chunked_and_cut,
    cut_without_a_length,
    lying_about_length,
    packed,
    socket_fault,
    status,
)

SOON = {"call_seconds": 0.25}
SMALL = {"most_megabytes": 1}
PAGE = b"<!DOCTYPE html>\n<html><body>Please log in.</body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFault:
    """One thing that goes wrong.

    Args:
        turn: What the server does instead of answering rightly.
        code: What it is called.
        transient: Whether it is worth another attempt at once.
        or_well: Whether an adapter may read it all the same; then nothing that it reads may be otherwise.
        settings: What is set for it.
        slow: Whether it takes seconds, or is much like another one.
    """

    turn: Turn
    code: str
    transient: bool = False
    or_well: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    slow: bool = False


FAULTS: Mapping[str, FeedFault] = {
    "429 without saying for how long": FeedFault(turn=status(429), code="source-rate-limited", transient=True),
    "429 for a day": FeedFault(turn=status(429, "retry-after: 86400"), code="source-rate-limited", transient=True),
    "429 until a date that cannot be read": FeedFault(
        turn=status(429, "retry-after: soon"), code="source-rate-limited", transient=True, slow=True
    ),
    "500 for ever": FeedFault(turn=status(500), code="source-server-error", transient=True),
    "502 with a web page": FeedFault(
        turn=status(502, body=PAGE), code="source-server-error", transient=True, slow=True
    ),
    "503 for ten seconds": FeedFault(
        turn=status(503, "retry-after: 10"), code="source-server-error", transient=True, slow=True
    ),
    "400": FeedFault(turn=status(400), code="source-refused", slow=True),
    "401": FeedFault(turn=status(401), code="source-refused", slow=True),
    "403": FeedFault(turn=status(403), code="source-refused"),
    "404": FeedFault(turn=status(404), code="source-missing"),
    "410": FeedFault(turn=status(410), code="source-missing", slow=True),
    "301": FeedFault(turn=status(301, "location: /elsewhere"), code="source-moved"),
    "302 to another host": FeedFault(
        turn=status(302, "location: https://example.org/"), code="source-moved", slow=True
    ),
    "304 though nothing was known": FeedFault(turn=status(304, body=b""), code="source-not-data"),
    "204": FeedFault(turn=status(204, body=b""), code="source-not-data", slow=True),
    "206": FeedFault(turn=status(206), code="source-not-data", slow=True),
    "a slow drip": FeedFault(
        turn=socket_fault(socket_faults.drip), code="source-timeout", transient=True, settings=SOON
    ),
    "a slow drip of headers": FeedFault(
        turn=socket_fault(socket_faults.drip_head), code="source-timeout", transient=True, settings=SOON, slow=True
    ),
    "silence": FeedFault(turn=socket_fault(socket_faults.hang), code="source-timeout", transient=True, settings=SOON),
    "silence after the headers": FeedFault(
        turn=socket_fault(socket_faults.hang_in_body), code="source-timeout", transient=True, settings=SOON, slow=True
    ),
    "hung up": FeedFault(turn=socket_fault(socket_faults.closed), code="source-broken-off", transient=True, slow=True),
    "reset": FeedFault(turn=socket_fault(socket_faults.reset), code="source-broken-off", transient=True, slow=True),
    "half of the body": FeedFault(
        turn=lying_about_length(lambda length: 2 * length), code="source-broken-off", transient=True
    ),
    "one byte less than said": FeedFault(
        turn=lying_about_length(lambda length: length + 1), code="source-broken-off", transient=True, slow=True
    ),
    "chunks cut off": FeedFault(turn=chunked_and_cut, code="source-broken-off", transient=True),
    "half of a body of no length": FeedFault(turn=cut_without_a_length, code="source-schema"),
    "two lengths": FeedFault(
        turn=socket_fault(socket_faults.two_lengths), code="source-broken-off", transient=True, slow=True
    ),
    "another protocol": FeedFault(
        turn=socket_fault(socket_faults.not_http), code="source-broken-off", transient=True, slow=True
    ),
    "gzip that is none": FeedFault(turn=packed(lambda body: body), code="source-broken-off", transient=True, slow=True),
    "gzip cut off": FeedFault(
        turn=socket_fault(socket_faults.cut_gzip), code="source-broken-off", transient=True, slow=True
    ),
    "a coding that nobody asked for": FeedFault(
        turn=socket_fault(socket_faults.foreign_coding), code="source-broken-off", transient=True, slow=True
    ),
    "a bomb": FeedFault(turn=socket_fault(socket_faults.bomb), code="source-too-large", settings=SMALL),
    "a terabyte": FeedFault(
        turn=socket_fault(socket_faults.too_long_told), code="source-too-large", settings=SMALL, slow=True
    ),
    "much longer than it was": FeedFault(
        turn=bytes_instead(lambda body: body * (2**20 // len(body) + 1)), code="source-too-large", settings=SMALL
    ),
    "200 with a web page": FeedFault(turn=status(200, body=PAGE), code="source-not-data"),
    "200 with a web page behind a mark": FeedFault(
        turn=status(200, body=b"\xef\xbb\xbf\r\n " + PAGE), code="source-not-data", slow=True
    ),
    "an empty body": FeedFault(turn=status(200, body=b""), code="source-empty"),
    "only white space": FeedFault(turn=status(200, body=b"\r\n" * 5000), code="source-empty", slow=True),
    "a sentence": FeedFault(turn=status(200, body=b"The service is busy."), code="source-schema"),
    "a number": FeedFault(turn=status(200, body=b"7"), code="source-schema", slow=True),
    "JSON null": FeedFault(turn=status(200, body=b"null"), code="source-schema", slow=True),
    "an error as JSON": FeedFault(
        turn=status(200, body=b'{"error": true, "message": "no such column"}'), code="source-schema"
    ),
    "zeros": FeedFault(turn=status(200, body=bytes(1000)), code="source-schema"),
    "noise": FeedFault(turn=status(200, body=bytes(range(1, 256)) * 20), code="source-schema"),
    "JSON that goes deep": FeedFault(turn=status(200, body=b"[" * 100_000), code="source-schema"),
    "a parquet file that is none": FeedFault(
        turn=status(200, body=b"PAR1" + bytes(64) + b"PAR1"), code="source-schema"
    ),
    "a column more": FeedFault(turn=bytes_instead(with_a_column), code="source-schema", or_well=True),
    "a letter in Latin-1": FeedFault(turn=bytes_instead(in_latin_1), code="source-schema", or_well=True),
    "a byte order mark": FeedFault(
        turn=bytes_instead(lambda body: b"\xef\xbb\xbf" + body.removeprefix(b"\xef\xbb\xbf")),
        code="source-schema",
        or_well=True,
    ),
}
"""What is done, in words, to what it is."""
