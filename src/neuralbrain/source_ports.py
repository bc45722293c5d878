"""What we need from outside to read feeds and to remember what they said, as small as its caller."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # words of the domain load NumPy; reading the lock should not
    from neuralbrain.domain.feed import (
        FeedFacts,
        Fetched,
        FetchRecord,
        Intake,
        Payload,
        RejectedRecord,
        ReleaseRecord,
        Validators,
    )
    from neuralbrain.domain.feed_totals import FeedTotals
    from neuralbrain.domain.observation import ObservationBatch, Panel, Series, Signal
    from neuralbrain.domain.revisions import Revisions


class Source(Protocol):
    """One feed."""

    @property
    def name(self) -> str:
        """Return its name in the settings."""
        ...

    @property
    def title(self) -> str:
        """Return what it is, in one line."""
        ...

    @property
    def licence(self) -> str:
        """Return the licence of its data."""
        ...

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Return what it reports."""
        ...

    @property
    def attribution(self) -> str:
        """Return whom to credit, as shown beside every table."""
        ...

    @property
    def facts(self) -> FeedFacts:
        """Return all that is known of it beforehand."""
        ...

    def fetch(
        self,
        *,
        now: datetime,
        known: Mapping[str, Validators],
        since: date | None = None,
        but: Collection[str] = (),
    ) -> Iterable[Fetched]:
        """Return what came of each of its parts, one after the other; one that fails does not end the others.

        Args:
            now: The time. Payloads are stamped with when they came, and never with an earlier time than this.
            known: Of each part that was taken in before: what has not changed does not come again.
            since: Have older vintages too, from this day on.
            but: Parts that are not asked for.

        Raises:
            SourceError: If it cannot say what to ask for.
        """
        ...

    def parse(self, pages: Sequence[Payload]) -> Iterable[ObservationBatch]:
        """Return the releases that the pages of one part hold, oldest first.

        Raises:
            SourceSchemaError: If they are not of the documented shape.
        """
        ...


class Feeds(Protocol):
    """What is remembered of reading feeds; every method is one transaction."""

    def validators(self, source: str) -> Mapping[str, Validators]:
        """Return, by part, what is known of the version of it that was last taken in whole."""
        ...

    def note(self, source: str, fetched: Fetched, *, payload_numbers: Sequence[int] = ()) -> int:
        """Remember how asking for a part ended; what came must have been taken in."""
        ...

    def last_fetches(self, source: str) -> Mapping[str, FetchRecord]:
        """Return the last fetch of each part of a feed, by part."""
        ...

    def fetches(self, source: str, limit: int) -> tuple[FetchRecord, ...]:
        """Return the last fetches of a feed, newest first."""
        ...

    def releases(self, source: str, limit: int) -> tuple[ReleaseRecord, ...]:
        """Return the last releases of a feed, by ``as_of``, newest first."""
        ...

    def rejected(self, source: str, limit: int) -> tuple[RejectedRecord, ...]:
        """Return the last rows of a feed that could not be used, newest first."""
        ...

    def count_rejected(self, source: str) -> Mapping[str, int]:
        """Return how many rows of a feed could not be used, by the code of why."""
        ...

    def totals(self, source: str) -> FeedTotals:
        """Return what all that was taken in of a feed comes to."""
        ...


class Observations(Protocol):
    """What was observed, and what was known of it when."""

    def keep_payload(self, source: str, received: Payload) -> int:
        """Keep a raw payload and return its number; the same content is kept once."""
        ...

    def take_in(
        self,
        batches: Iterable[ObservationBatch],
        *,
        source: str,
        part: str = "",
        payload_numbers: Sequence[int],
    ) -> Intake:
        """Take releases in, oldest first, each as a transaction of its own, and return what they changed.

        Raises:
            SourceSchemaError: If one contradicts itself or what its series were; those before it stay.
        """
        ...

    def panels(self, source: str, *, cutoff: datetime, every_signal: bool = False) -> tuple[Panel, ...]:
        """Return what was known of a source at a cutoff: one panel a cadence and grid of dates.

        With ``every_signal`` also of signals that are not forecast.
        """
        ...

    def series(self, source: str | None = None) -> tuple[Series, ...]:
        """Return every series that is kept, of one feed or of all, in the order of feed, place and signal."""
        ...

    def series_of_place(self, location: str) -> tuple[Series, ...]:
        """Return every series that is kept of one place, in the order of feed and signal."""
        ...

    def revisions(
        self,
        source: str,
        *,
        signal: str | None = None,
        location: str | None = None,
        cutoff: datetime | None = None,
        since: date | None = None,
    ) -> Revisions:
        """Return every value that was known of a feed's series up to a cutoff, with its ``as_of``.

        With ``since`` only of target dates from that day on.
        """
        ...

    def count_releases(self, source: str, *, cutoff: datetime) -> int:
        """Return how many releases of a feed were known at a cutoff."""
        ...
