"""What the first step of the cycle does: read one feed and take in what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from neuralbrain.domain.feed import Fetched, FetchOutcome, Intake, Validators, Vintages
from neuralbrain.errors import SourceError
from neuralbrain.source_ports import Feeds, Observations, Source

AN_INSTANT = timedelta(microseconds=1)
ALMOST = 0.9  # of the time between two readings: an hourly cycle that is seconds early must not wait another hour


def read_feed(
    source: Source,
    observations: Observations,
    feeds: Feeds,
    *,
    now: datetime,
    since: date | None = None,
    due_only: bool = True,
    on_part: Callable[[Fetched, Intake], None] = lambda _fetched, _intake: None,
) -> int:
    """Read a feed: keep its words, then what they say; return how many values are new or revised.

    A part that cannot be had or read does not keep the others from being taken in; the first such fault is raised once
    all were tried, and each is remembered.

    Args:
        source: The feed.
        observations: Where what it says is kept.
        feeds: Where it is remembered how reading went.
        now: The time.
        since: Have older vintages too, from this day on.
        due_only: Whether to leave out a feed that was read well less than its ``every_seconds`` ago.
        on_part: Told what came of each part, and what it changed.

    Raises:
        SourceError: If a part cannot be had or read; its payload is kept all the same.
    """
    known = feeds.validators(source.name)
    if due_only and not _is_due(source, feeds, known, now=now):
        return 0
    if source.facts.vintages is Vintages.RETRIEVAL:
        # What is kept later is never known earlier, should the clock have been set back.
        now = max([now, *(one.as_of + AN_INSTANT for one in feeds.releases(source.name, 1))])
    changed, faults = 0, list[SourceError]()
    for fetched in source.fetch(now=now, known=known, since=since):
        intake, fault = _take_part_in(source, fetched, observations, feeds)
        on_part(fetched, intake)
        changed += intake.changed
        faults += [] if fault is None else [fault]
    if faults:
        raise faults[0]
    return changed


def _is_due(source: Source, feeds: Feeds, known: Mapping[str, Validators], *, now: datetime) -> bool:
    """Return whether a feed is to be asked again: it was never read, its last part failed, or it is time."""
    last = feeds.fetches(source.name, 1)
    if not known or not last or last[0].outcome is FetchOutcome.FAILED or now < last[0].at:
        return True
    return (now - last[0].at).total_seconds() >= source.facts.every_seconds * ALMOST


def _take_part_in(
    source: Source, fetched: Fetched, observations: Observations, feeds: Feeds
) -> tuple[Intake, SourceError | None]:
    """Take one part in, and remember how that ended; what could not be taken in whole is asked for again."""
    numbers = [observations.keep_payload(source.name, page) for page in fetched.pages]
    intake = Intake()
    if fetched.pages:
        try:
            intake = observations.take_in(
                source.parse(fetched.pages), source=source.name, part=fetched.part, payload_numbers=numbers
            )
        except SourceError as error:
            fetched = replace(fetched, outcome=FetchOutcome.FAILED, fault=error)
    feeds.note(source.name, fetched, payload_numbers=numbers)
    return intake, fetched.fault
