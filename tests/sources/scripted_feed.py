"""A feed that asks and reads as a test says, and a way out that answers from a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np

from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload
from neuralbrain.domain.observation import ObservationBatch, Scope, Series, Signal
from neuralbrain.outgoing.message import NotReceived, Outcome, OutgoingRequest, Received
from neuralbrain.sources.feed_reader import FeedReader
from neuralbrain.sources.fetching import Fetcher
from stand_ins import StillClock

CASES = Signal(name="cases")
HOST = "https://feed.example.org"
Reply = Outcome | Callable[[OutgoingRequest], Outcome]


def received(body: bytes = b"1", *, status: int = 200, **headers: str) -> Received:
    """Return an answer; underscores in the names of headers stand for hyphens."""
    lines = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Received(status=status, headers=lines, body=body, seconds=0.1)


@dataclass(kw_only=True)
class ScriptedWayOut:
    """Answers each request with the next of its replies, and with the last one for ever.

    Args:
        replies: What comes; something to call is given the request.
        clock: Moves by how long each call takes.
        seconds: How long that is; no call takes longer than it may.
    """

    replies: list[Reply]
    clock: StillClock
    seconds: float = 0.0
    sent: list[OutgoingRequest] = field(default_factory=list)

    def send(self, request: OutgoingRequest, /) -> Outcome:
        """Return the next reply."""
        reply = self.replies[min(len(self.sent), len(self.replies) - 1)]
        self.sent.append(request)
        self.clock.forward(seconds=min(self.seconds, request.total_seconds))
        return reply if isinstance(reply, Received | NotReceived) else reply(request)


class ScriptedFeed:
    """A feed whose parts are names of files, each with one page after another, and whose bytes are numbers.

    Args:
        parts: What is asked for.
        pages: How many pages each part has.
        **facts: Facts other than those of a feed of weekly cases.
    """

    def __init__(self, *parts: str, pages: int = 1, **facts: Any) -> None:
        self.parts = parts
        self.pages = pages
        self.asking: dict[str, Any] = {"conditional": pages == 1}
        self.raising: dict[str, BaseException] = {}  # by the name of the method
        self.facts = FeedFacts(
            **{"name": "scripted", "title": "T", "licence": "L", "attribution": "A", "signals": (CASES,)} | facts
        )

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return one request a part."""
        del now
        self._raise("requests")
        return tuple(FeedRequest(part=part, url=f"{HOST}/{part}?key=canary", **self.asking) for part in self.parts)

    def older(self, *, since: date, until: date) -> Iterable[FeedRequest]:
        """Return the same parts as snapshots of a day, and those of today again."""
        self._raise("older")
        today = datetime.combine(until, time(), UTC)
        return (FeedRequest(part=f"{since}", url=f"{HOST}/{since}"), *self.requests(now=today))

    def following(self, request: FeedRequest, page: Payload) -> FeedRequest | None:
        """Return the next page, as long as there is one."""
        del page
        self._raise("following")
        if request.page + 1 >= self.pages:
            return None
        return FeedRequest(
            part=request.part,
            url=f"{HOST}/{request.part}?page={request.page + 1}",
            page=request.page + 1,
            **self.asking,
        )

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return one value a page, a week apart, known from when it was read."""
        self._raise("parse")
        count = len(pages)
        batch = ObservationBatch(
            series=(Series(source=self.facts.name, location="AGO", signal=CASES),),
            series_index=np.zeros(count, np.int64),
            target_date=np.datetime64("2026-01-04") + 7 * np.arange(count),
            value=np.array([float(page.body) for page in pages]),
            as_of=pages[0].retrieved_at,
            scope=Scope(signals=frozenset({"cases"})),
            page=np.arange(count),
        )
        return (batch,)

    def _raise(self, method: str) -> None:
        if method in self.raising:
            raise self.raising[method]


def reader_over(
    feed: ScriptedFeed, *replies: Reply, clock: StillClock, **how: Any
) -> tuple[FeedReader, ScriptedWayOut]:
    """Return the reader of a scripted feed, and what counts its calls."""
    way_out = ScriptedWayOut(replies=list(replies), clock=clock, seconds=how.pop("seconds", 0.0))
    fetcher = Fetcher(way_out, clock=clock, chance=lambda: 0.0, cancelled=how.pop("cancelled", lambda: False))
    return FeedReader(feed=feed, fetcher=fetcher, clock=clock, **how), way_out
