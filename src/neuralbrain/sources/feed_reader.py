"""Reads a feed: asks for its parts, page by page, and has what came read as releases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from polars.exceptions import PolarsError

from neuralbrain.domain.feed import FeedFacts, FeedRequest, Fetched, FetchOutcome, Payload, Validators
from neuralbrain.domain.observation import ObservationBatch, Signal
from neuralbrain.errors import SourceSchemaError, SourceUnusableError
from neuralbrain.ports import Clock
from neuralbrain.sources.feed import Feed
from neuralbrain.sources.fetching import Fetcher, Page

MOST_PAGES = 1000  # of one part: a server that ignores where to begin would otherwise be read for ever
AHEAD = timedelta(days=1)  # how far an as_of may lie ahead: a day begins earlier in the east


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReader:
    """One feed and the way to it.

    Args:
        feed: What to ask for and how to read it.
        fetcher: The way to it.
        clock: Tells how long it took.
    """

    feed: Feed
    fetcher: Fetcher
    clock: Clock

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
        return tuple(self.feed.requests(now=now))

    def fetch(self, *, now: datetime, known: Mapping[str, Validators], since: date | None = None) -> Iterator[Fetched]:
        """Yield what came of each part; a part that fails does not keep the others from being had.

        Args:
            now: What payloads are stamped with.
            known: Of each part that was taken in before.
            since: Have older vintages too, from this day on.

        Raises:
            SourceError: If the feed cannot say what to ask for.
        """
        older = () if since is None else self.feed.older(since=since, until=now.date())
        for request in (*older, *self.feed.requests(now=now)):
            yield self._part(request, now=now, known=known.get(request.part))

    def parse(self, pages: Sequence[Payload]) -> Iterable[ObservationBatch]:
        """Return the releases that the pages of one part hold, oldest first.

        Raises:
            SourceSchemaError: If they are not of the documented shape; nothing of them is used.
        """
        try:
            batches = sorted(self.feed.parse(pages), key=lambda batch: batch.as_of)
        except (PolarsError, ValueError, KeyError, TypeError, IndexError, OverflowError, ArithmeticError) as error:
            raise SourceSchemaError(
                f"What {pages[0].origin} sent is not of the documented shape: {_first_line(error)}.",
                remedy="Nothing of it is used; it is kept. See the feed's page for a change of its format.",
            ) from error
        latest = pages[0].retrieved_at + AHEAD
        ahead = next((batch for batch in batches if batch.as_of > latest), None)
        if ahead is not None:
            raise SourceSchemaError(
                f"{pages[0].origin} says it was published on {ahead.as_of:%Y-%m-%d}, after it was read.",
                remedy="Nothing of it is used. Look at the clock of this machine, and at the feed.",
                code="source-clock",
            )
        return batches

    def _part(self, request: FeedRequest, *, now: datetime, known: Validators | None) -> Fetched:
        began = self.clock.uptime_seconds()
        pages: list[Payload] = []
        asked: FeedRequest | None = request
        while asked is not None:
            page = self.fetcher.get(asked, now=now, known=known if not pages else None)
            if page.payload is None:
                return self._without(request, page, known, seconds=self.clock.uptime_seconds() - began)
            if pages and page.payload.body == pages[-1].body:
                return self._without(request, _repeats(request), known, seconds=self.clock.uptime_seconds() - began)
            pages.append(page.payload)
            asked = self.feed.following(asked, page.payload) if len(pages) < MOST_PAGES else None
        digest = _digest(pages)
        unchanged = known is not None and known.sha256 == digest
        return Fetched(
            part=request.part,
            origin=request.shown,
            outcome=FetchOutcome.UNCHANGED if unchanged else FetchOutcome.NEW,
            pages=() if unchanged else tuple(pages),
            etag=pages[-1].etag,
            last_modified=pages[-1].last_modified,
            sha256=digest,
            seconds=self.clock.uptime_seconds() - began,
        )

    def _without(self, request: FeedRequest, page: Page, known: Validators | None, *, seconds: float) -> Fetched:
        """Return what came of a part where nothing new did."""
        kept = known if known is not None and page.outcome is FetchOutcome.UNCHANGED else None
        return Fetched(
            part=request.part,
            origin=request.shown,
            outcome=page.outcome,
            etag=kept.etag if kept else "",
            last_modified=kept.last_modified if kept else "",
            sha256=kept.sha256 if kept else "",
            seconds=seconds,
            fault=page.fault,
        )


def _repeats(request: FeedRequest) -> Page:
    fault = SourceUnusableError(
        f"{request.shown} sent the same page twice.",
        remedy="Nothing of it is used. If the next cycle finds the same, the feed's paging has changed.",
        code="source-pages-repeat",
    )
    return Page(outcome=FetchOutcome.FAILED, fault=fault)


def _digest(pages: Sequence[Payload]) -> str:
    digests = [hashlib.sha256(page.body).hexdigest() for page in pages]
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _first_line(error: Exception) -> str:
    """Return the first line of what a reader says, shortened: some quote whole tables."""
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}, {said[0][:200]}" if said else type(error).__name__
