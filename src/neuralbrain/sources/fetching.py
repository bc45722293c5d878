"""Gets one thing of a feed: over HTTP, politely and again where that helps; from a file; or from a package."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from neuralbrain.domain.feed import FeedRequest, FetchOutcome, Payload, Validators
from neuralbrain.errors import (
    SourceAwayError,
    SourceBusyError,
    SourceError,
    SourceMissingError,
    SourceRefusedError,
    SourceUnusableError,
)
from neuralbrain.outgoing.message import Headers, NotReceived, NotReceivedKind, Outcome, OutgoingRequest, Received
from neuralbrain.outgoing.retry_after import told_in_headers
from neuralbrain.ports import Clock
from neuralbrain.sources.on_this_machine import FILE, PACKAGE, from_file, from_package
from neuralbrain.sources.page import NEXT_TIME, Page, empty, failed, is_blank, too_large

ATTEMPTS = 4
FIRST_WAIT_SECONDS = 1.0  # doubled each time, and up to half as much more by chance: many readers must not come at once
LONGEST_WAIT_SECONDS = 60.0  # a feed that asks for more is read at the next cycle
HTML = (b"<!doctype html", b"<html")
SEE_ADDRESS = "Look whether the feed has moved, and set its base_url in [feeds.NAME] of neuralbrain.toml."


class Sends(Protocol):
    """The one way out of the process."""

    def send(self, request: OutgoingRequest, /) -> Outcome:
        """Return the answer to a request, or why there is none."""
        ...


class Fetcher:
    """Gets things, one after the other.

    Args:
        way_out: The one way out of the process.
        clock: Waits between attempts.
        chance: A number from 0 to 1, to spread repeated requests.
        cancelled: Whether nobody wants answers any more: nothing is asked for then.
    """

    def __init__(
        self,
        way_out: Sends,
        *,
        clock: Clock,
        chance: Callable[[], float] = random.random,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._way_out = way_out
        self._clock = clock
        self._chance = chance
        self._cancelled = cancelled

    def get(
        self,
        request: FeedRequest,
        *,
        now: datetime,
        known: Validators | None = None,
        until: float = math.inf,
        attempts: int = ATTEMPTS,
    ) -> Page:
        """Return what came of a request; never raises for what the world does.

        Args:
            request: What to get.
            now: What the payload is stamped with.
            known: Of the version that was last taken in; None to have it whatever it is.
            until: When it must have ended, waits included, in the clock's ``uptime_seconds``.
            attempts: How often it may be asked for at most.
        """
        if request.url.startswith(FILE):
            return from_file(request, now=now, known=known)
        if request.url.startswith(PACKAGE):
            return from_package(request, now=now, known=known)
        conditions = _conditions(known if request.conditional else None)
        page = failed(_no_time(request))
        for attempt in range(1, attempts + 1):
            left = until - self._clock.uptime_seconds()
            if self._cancelled():
                return failed(_not_wanted(request))
            if left <= 0:
                break
            outcome = self._way_out.send(_outgoing(request, conditions, seconds=min(request.total_seconds, left)))
            page = _read(outcome, request, now=now, on_condition=bool(conditions))
            if page.fault is None or not page.fault.transient or attempt == attempts:
                break
            wait = self._wait_before_another(outcome, attempt)
            if wait is None or self._clock.uptime_seconds() + wait >= until:
                break
            self._clock.wait(wait)
        return page

    def _wait_before_another(self, outcome: Outcome, attempt: int) -> float | None:
        """Return how long to wait after an attempt, seconds; None where the feed asks for too long a wait."""
        wait = FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1) * (1 + self._chance() / 2)
        told = told_in_headers(outcome.headers, now=self._clock.now()) if isinstance(outcome, Received) else None
        if told is not None and told > LONGEST_WAIT_SECONDS:
            return None
        return wait if told is None else max(wait, told)


def _outgoing(request: FeedRequest, conditions: Headers, *, seconds: float) -> OutgoingRequest:
    return OutgoingRequest(
        method="GET",
        url=request.url,
        headers=(*request.headers, *conditions),
        total_seconds=seconds,
        most_bytes=request.most_bytes,
        packed=True,
    )


def _conditions(known: Validators | None) -> Headers:
    if known is None:
        return ()
    etag = (("If-None-Match", known.etag),) if known.etag else ()
    modified = (("If-Modified-Since", known.last_modified),) if known.last_modified and not etag else ()
    return (*etag, *modified)


def _read(outcome: Outcome, request: FeedRequest, *, now: datetime, on_condition: bool) -> Page:
    if isinstance(outcome, NotReceived):
        return failed(_not_received(outcome, request))
    if outcome.status == 304 and on_condition:
        return Page(outcome=FetchOutcome.UNCHANGED)
    if outcome.status == 200:
        return _received(outcome, request, now=now)
    if outcome.status in {404, 410} and request.may_be_missing:
        return Page(outcome=FetchOutcome.MISSING)
    return failed(_refused(outcome.status, request.shown))


def _received(answer: Received, request: FeedRequest, *, now: datetime) -> Page:
    body = answer.body
    if is_blank(body):
        return failed(empty(request.shown))
    if body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower().startswith(HTML):
        fault = SourceUnusableError(
            f"{request.shown} sent a web page instead of data.",
            remedy="Look at the address in a browser: the feed may have moved, or a proxy asks for something.",
        )
        return failed(fault)
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


def _kept(validator: str | None) -> str:
    """Return a validator that can be sent back as it is, empty where it cannot."""
    return validator if validator and validator.isascii() and validator.isprintable() and len(validator) < 200 else ""


def _refused(status: int, shown: str) -> SourceError:
    """Return the fault that an answer other than 200 is."""
    fault: SourceError
    match status:
        case 429:
            said = f"{shown} asks for fewer requests (429)."
            fault = SourceBusyError(said, remedy=NEXT_TIME, code="source-rate-limited")
        case 401 | 403:
            fault = SourceRefusedError(
                f"{shown} does not let us read ({status}).",
                remedy="Look at the feed's terms, and at its key where it takes one: `neuralbrain sources show NAME`.",
            )
        case 404 | 410:
            fault = SourceMissingError(f"{shown} is not there ({status}).", remedy=SEE_ADDRESS)
        case 301 | 302 | 303 | 307 | 308:
            said = f"{shown} leads elsewhere ({status}); that is not followed."
            fault = SourceRefusedError(said, remedy=SEE_ADDRESS, code="source-moved")
        case _ if status in {408, 425} or status >= 500:  # edges of networks have numbers of their own, such as 522
            fault = SourceBusyError(f"{shown} failed ({status}).", remedy=NEXT_TIME)
        case _ if status >= 400:
            fault = SourceRefusedError(f"{shown} refuses the request ({status}).", remedy=SEE_ADDRESS)
        case _:
            said = f"{shown} answered in a way that nobody asked for ({status})."
            fault = SourceUnusableError(said, remedy=f"Nothing of it is used. {NEXT_TIME}")
    return fault


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
            return too_large(request)
        case NotReceivedKind.UNREACHABLE:
            return SourceAwayError(said, remedy=NEXT_TIME)
        case NotReceivedKind.TIMEOUT:
            return SourceAwayError(said, remedy=NEXT_TIME, code="source-timeout")
        case NotReceivedKind.BROKEN_OFF:
            return SourceAwayError(said, remedy=NEXT_TIME, code="source-broken-off")


def _no_time(request: FeedRequest) -> SourceError:
    return SourceAwayError(
        f"There was no time left to ask for {request.shown}.",
        remedy=f"{NEXT_TIME} If it stays so, raise read_seconds.",
        code="source-timeout",
    )


def _not_wanted(request: FeedRequest) -> SourceError:
    said = f"{request.shown} was not asked for: this process is not to make calls any more."
    return SourceAwayError(said, remedy=NEXT_TIME, code="source-broken-off")
