"""Reads a feed: asks for its parts, page by page, and has what came read as releases."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
from polars.exceptions import PanicException

from neuralbrain.domain.feed import FeedFacts, FeedRequest, Fetched, FetchOutcome, Payload, Validators
from neuralbrain.domain.observation import ObservationBatch, RejectedRow, Signal
from neuralbrain.errors import (
    NeuralBrainError,
    SourceError,
    SourceMissingError,
    SourceSchemaError,
    SourceUnusableError,
    printable,
)
from neuralbrain.ports import Clock
from neuralbrain.sources.feed import Feed
from neuralbrain.sources.fetching import ATTEMPTS, Fetcher
from neuralbrain.sources.page import Page, failed

MOST_PAGES = 1000  # of one part: a server that ignores where to begin would otherwise be read for ever
MOST_ANSWERS = 8  # all pages of a part together are as long as so many answers may be: they are read as one
AHEAD = timedelta(days=1)  # how far an as_of may lie ahead: a day begins earlier in the east
FIRST_DAY = np.datetime64("1900-01-01", "D")  # before it no feed begins: an earlier day is a year that lost digits
DAYS_AHEAD = 366  # a value about a later day is a slip of the pen, and would stretch every table to that day
LONGEST_WORD = 200  # characters kept of each field of a row that cannot be used; all of it stands in the payload


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReader:
    """One feed and the way to it.

    Args:
        feed: What to ask for and how to read it.
        fetcher: The way to it.
        clock: Tells when something came, and how long it took.
        most_seconds: How long fetching all parts may take, waits included; older vintages may take longer.
        most_pages: How many pages a part may have.
    """

    feed: Feed
    fetcher: Fetcher
    clock: Clock
    most_seconds: float = math.inf
    most_pages: int = MOST_PAGES

    @property
    def facts(self) -> FeedFacts:
        """Return what is known of the feed beforehand."""
        return self.feed.facts

    @property
    def name(self) -> str:
        """Return its name in the settings."""
        return self.facts.name

    @property
    def title(self) -> str:
        """Return what it is, in one line."""
        return self.facts.title

    @property
    def licence(self) -> str:
        """Return the licence of its data."""
        return self.facts.licence

    @property
    def attribution(self) -> str:
        """Return whom to credit, as shown beside every table."""
        return self.facts.attribution

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Return what it reports."""
        return self.facts.signals

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return what would be asked for.

        Raises:
            SourceError: If that cannot be said.
        """
        return tuple(self._requests(now=now, since=None))

    def fetch(
        self,
        *,
        now: datetime,
        known: Mapping[str, Validators],
        since: date | None = None,
        but: Collection[str] = (),
    ) -> Iterator[Fetched]:
        """Yield what came of each part; a part that fails does not keep the others from being had.

        Where one fails for the moment, the others are asked for once each; a feed that asks for fewer requests is
        asked for nothing more.

        Args:
            now: The time. Nothing is stamped with an earlier one, nor with an earlier one than what came before it.
            known: Of each part that was taken in before.
            since: Have older vintages too, from this day on.
            but: Parts that are not asked for.

        Raises:
            SourceError: If the feed cannot say what to ask for.
        """
        until = math.inf if since is not None else self.clock.uptime_seconds() + self.most_seconds
        attempts, asked, stamp = ATTEMPTS, set(but), now
        for request in self._requests(now=now, since=since):
            if request.part in asked:
                continue
            asked.add(request.part)
            fetched = self._part(request, now=stamp, known=known.get(request.part), until=until, attempts=attempts)
            fault, stamp = fetched.fault, max((stamp, *(page.retrieved_at for page in fetched.pages)))
            yield fetched
            del fetched  # two parts at once need not fit into memory
            if fault is not None and fault.error_code == "source-rate-limited":
                return
            if fault is not None and fault.transient:
                attempts = 1

    def _requests(self, *, now: datetime, since: date | None) -> Sequence[FeedRequest]:
        try:
            older = () if since is None else self.feed.older(since=since, until=now.date())
            return (*older, *self.feed.requests(now=now))
        except OSError as error:
            raise SourceMissingError(
                f"What {self.name} is read from cannot be looked into: {error.strerror}.",
                remedy="See whether it is there and who may read it, or set another path in [feeds.NAME].",
            ) from error

    def parse(self, pages: Sequence[Payload]) -> Iterable[ObservationBatch]:
        """Return the releases that the pages of one part hold, oldest first.

        Raises:
            SourceSchemaError: If they are not of the documented shape; nothing of them is used.
        """
        try:
            batches = sorted(self.feed.parse(pages), key=lambda batch: batch.as_of)
            latest = pages[0].retrieved_at + AHEAD
            ahead = next((batch for batch in batches if batch.as_of > latest), None)
        except NeuralBrainError:
            raise
        except (Exception, PanicException) as error:  # foreign bytes break a reader in any way there is
            raise _not_as_documented(pages[0], error) from error
        if ahead is not None:
            raise SourceSchemaError(
                f"{pages[0].origin} says it was published on {ahead.as_of:%Y-%m-%d}, after it was read.",
                remedy="Nothing of it is used. Look at the clock of this machine, and at the feed.",
                code="source-clock",
            )
        for batch in batches:
            _require_possible_days(batch, pages[0])
        return [_with_short_words(batch) for batch in batches]

    def _part(
        self, request: FeedRequest, *, now: datetime, known: Validators | None, until: float, attempts: int
    ) -> Fetched:
        """Return what came of one part; its pages are read as one, so all are stamped with when the last one came."""
        began = self.clock.uptime_seconds()
        pages = list[Payload]()
        digests = list[str]()
        ended: Page | None = None
        asked: FeedRequest | None = request
        came = now
        while asked is not None and ended is None:
            page = self.fetcher.get(asked, now=now, known=None if pages else known, until=until, attempts=attempts)
            came = max(came, self.clock.now())  # a clock that is set back meanwhile gives no foresight
            if page.payload is None:
                ended = page if not pages or page.fault is not None else failed(_breaks_off(asked))
                pages.clear()  # they come again
                break
            digest = hashlib.sha256(page.payload.body).hexdigest()
            fault = _repeats(request) if digest in digests else None
            pages.append(page.payload)
            digests.append(digest)
            asked, fault = self._next(asked, pages) if fault is None else (None, fault)
            ended = None if fault is None else failed(fault)
        seconds = self.clock.uptime_seconds() - began
        stamped = tuple(replace(page, retrieved_at=came) for page in pages)
        if ended is not None:
            return _ended(request, ended, stamped, known=known, seconds=seconds)
        digest = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
        unchanged = known is not None and known.sha256 == digest
        return Fetched(
            part=request.part,
            origin=request.shown,
            outcome=FetchOutcome.UNCHANGED if unchanged else FetchOutcome.NEW,
            pages=() if unchanged else stamped,
            etag=pages[0].etag,  # it is the first page that is asked for on condition
            last_modified=pages[0].last_modified,
            sha256=digest,
            seconds=seconds,
        )

    def _next(self, asked: FeedRequest, pages: Sequence[Payload]) -> tuple[FeedRequest | None, SourceError | None]:
        """Return what asks for the page after the last one, None where there is none, and why it must not."""
        try:
            following = self.feed.following(asked, pages[-1])
        except SourceError as error:
            return None, error
        except (Exception, PanicException) as error:  # noqa: BLE001 - it looks into foreign bytes, as parse does
            return None, _not_as_documented(pages[-1], error)
        if following is None:
            return None, None
        if len(pages) >= self.most_pages or sum(len(page.body) for page in pages) > MOST_ANSWERS * asked.most_bytes:
            return None, _too_many(asked, len(pages))
        return following, None


def _ended(
    request: FeedRequest, page: Page, pages: Sequence[Payload], *, known: Validators | None, seconds: float
) -> Fetched:
    """Return what came of a part where nothing new did; pages are what is kept of a failed one."""
    kept = known if known is not None and page.outcome is FetchOutcome.UNCHANGED else None
    return Fetched(
        part=request.part,
        origin=request.shown,
        outcome=page.outcome,
        pages=tuple(pages),
        etag=kept.etag if kept else "",
        last_modified=kept.last_modified if kept else "",
        sha256=kept.sha256 if kept else "",
        seconds=seconds,
        fault=page.fault,
    )


def _repeats(request: FeedRequest) -> SourceError:
    return SourceUnusableError(
        f"{request.shown} sent the same page twice.",
        remedy="Nothing of it is used. If the next cycle finds the same, the feed's paging has changed.",
        code="source-pages-repeat",
    )


def _breaks_off(request: FeedRequest) -> SourceError:
    return SourceMissingError(
        f"Page {request.page + 1} of {request.shown} is not there, though the page before it says that it is.",
        remedy="Nothing of it is used. If the next cycle finds the same, the feed's paging has changed.",
    )


def _too_many(request: FeedRequest, count: int) -> SourceError:
    return SourceUnusableError(
        f"{request.shown} goes on after {count:,} pages, which is too much.",
        remedy="Nothing of it is used. If it has really grown, raise most_megabytes in [feeds.NAME], or read a shorter "
        "time with since.",
        code="source-too-large",
    )


def _not_as_documented(page: Payload, error: BaseException) -> SourceSchemaError:
    """Return the fault of what cannot be read, with the first line of why: some readers quote whole tables."""
    said = str(error).strip().splitlines()
    why = f"{type(error).__name__}, {_printable(said[0])}" if said else type(error).__name__
    return SourceSchemaError(
        f"What {page.origin} sent is not of the documented shape: {why}.",
        remedy="Nothing of it is used; it is kept. See the feed's page for a change of its format.",
    )


def _require_possible_days(batch: ObservationBatch, page: Payload) -> None:
    """Refuse a release with days that cannot be: a table reaches from its first day to its last.

    Raises:
        SourceSchemaError: Naming the first of them.
    """
    days = batch.target_date.astype("datetime64[D]")
    latest = np.datetime64(page.retrieved_at.replace(tzinfo=None), "D") + DAYS_AHEAD
    impossible = np.flatnonzero(~((days >= FIRST_DAY) & (days <= latest)))  # NaT is neither
    if len(impossible):
        one = batch.series[batch.series_index[impossible[0]]]
        raise SourceSchemaError(
            f"{page.origin} has a value of {one.signal.name} of {one.location} about the day {days[impossible[0]]}.",
            remedy="Nothing of it is used. See the feed's page for a change of how it writes days.",
        )


def _with_short_words(batch: ObservationBatch) -> ObservationBatch:
    """Return a release whose rejected rows can be kept and shown: short, and without characters that do something."""
    rejected = tuple(
        RejectedRow(
            location=_printable(one.location),
            signal=_printable(one.signal),
            target_date=_printable(one.target_date),
            value=_printable(one.value),
            code=one.code,
            message=_printable(one.message),
        )
        for one in batch.rejected
    )
    return batch if rejected == batch.rejected else replace(batch, rejected=rejected)


def _printable(text: str) -> str:
    return printable(text, longest=LONGEST_WORD)
