"""What a feed is to whoever reads it: what to ask for, and how to read what comes. Adapters do no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload
from neuralbrain.domain.observation import ObservationBatch


class Feed(Protocol):
    """One feed: pure but for looking into a local folder; how requests are made is not its business."""

    @property
    def facts(self) -> FeedFacts:
        """Return what is known of it beforehand."""
        ...

    def requests(self, *, now: datetime) -> Iterable[FeedRequest]:
        """Return what is to be had now, each part once; of paged parts the first page.

        Raises:
            SourceError: If it cannot say, as for a folder that is not there.
        """
        ...

    def older(self, *, since: date, until: date) -> Iterable[FeedRequest]:
        """Return what holds older vintages, oldest first; empty where the feed keeps none apart."""
        ...

    def following(self, request: FeedRequest, page: Payload) -> FeedRequest | None:
        """Return what asks for the page after a page, None where it was the last."""
        ...

    def parse(self, pages: Sequence[Payload]) -> Iterable[ObservationBatch]:
        """Return the releases that one part holds, given all of its pages.

        What cannot be used of single rows is in a batch's ``rejected``; what cannot be read at all raises.

        Raises:
            SourceSchemaError: If the pages are not of the documented shape; nothing of them is used.
        """
        ...
