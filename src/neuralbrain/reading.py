"""What the first step of the cycle does: read one feed and take in what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from neuralbrain.deadline import DeadlineReached, unstruck
from neuralbrain.domain.feed import Fetched, FetchOutcome, Intake, Validators, Vintages
from neuralbrain.errors import SourceAwayError, SourceError, SourceMissingError, SourceSchemaError, StoreError
from neuralbrain.source_ports import Feeds, Observations, Source

AN_INSTANT = timedelta(microseconds=1)
ALMOST = 0.9  # of the time between two readings: an hourly cycle that is seconds early must not wait another hour
CLOCK_OFF = timedelta(days=1)  # a clock that is further behind what it said before is not corrected, it is wrong
NEVER = datetime.min.replace(tzinfo=UTC)
WHOLE = ""  # the part that stands for all of a feed, where it cannot be said which


def in_reading_order(sources: Sequence[Source], feeds: Feeds) -> tuple[Source, ...]:
    """Return feeds in the order to read them: those last that failed last, the one that was tried latest at the end.

    Where several are silent, they then take each other's time, in turn, and not that of the others.
    """

    def failed_at(source: Source) -> datetime:
        try:
            last = feeds.last_fetches(source.name).values()
        except StoreError:  # its step meets with the same, and says so
            return NEVER
        newest = max(last, key=lambda one: one.at, default=None)
        return newest.at if newest is not None and newest.outcome is FetchOutcome.FAILED else NEVER

    return tuple(sorted(sources, key=failed_at))


def read_feed(
    source: Source,
    observations: Observations,
    feeds: Feeds,
    *,
    now: datetime,
    since: date | None = None,
    due_only: bool = True,
    again: bool = False,
    on_part: Callable[[Fetched, Intake], None] = lambda _fetched, _intake: None,
) -> int:
    """Read a feed: keep its words, then what they say; return how many values are new or revised.

    A part that cannot be had or read does not keep the others from being taken in; the first such fault is raised once
    all were tried, and each is remembered. Only parts that were had are not asked for again for a while.

    Args:
        source: The feed.
        observations: Where what it says is kept.
        feeds: Where it is remembered how reading went.
        now: The time.
        since: Have older vintages too, from this day on.
        due_only: Whether to leave out parts that were had well less than ``every_seconds`` ago.
        again: Whether to have what did not change again, too.
        on_part: Told what came of each part, and what it changed; of one that could not be read, why.

    Raises:
        SourceError: If a part cannot be had or read; its payload is kept all the same.
        DeadlineReached: If the time was over; what was being asked for or taken in is remembered as failed.
    """
    known = feeds.validators(source.name)
    faults, outcomes = list[SourceError](), dict[str, FetchOutcome]()
    taking_in = False
    fresh = _fresh(source, feeds, now=now) if due_only else frozenset[str]()
    changed = 0
    try:
        earliest = _in_order(source, feeds, now=now)
        for fetched in source.fetch(now=earliest, known={} if again else known, since=since, but=fresh):
            taking_in = True
            ended, intake = _take_part_in(source, fetched, observations, feeds)
            taking_in = False
            on_part(ended, intake)
            changed += intake.changed
            faults += [] if ended.fault is None else [ended.fault]
            outcomes[ended.part] = ended.outcome
            del fetched, ended  # their pages need not stay in memory while the next ones come
        _require_something(source, outcomes, known)
    except DeadlineReached:
        if not taking_in:  # else it is remembered already
            _note_too_slow(source, Fetched(part=WHOLE, origin=source.name, outcome=FetchOutcome.FAILED), feeds)
        raise
    except SourceError as error:  # it concerns no single part
        whole = Fetched(part=WHOLE, origin="", outcome=FetchOutcome.FAILED, fault=error)
        feeds.note(source.name, whole)
        on_part(whole, Intake())
        faults.append(error)
    if faults:
        raise faults[0]
    return changed


def _in_order(source: Source, feeds: Feeds, *, now: datetime) -> datetime:
    """Return the earliest time that what comes may be stamped with: what is read later is never known earlier.

    Raises:
        SourceSchemaError: If the clock must be wrong: what it says would not be known before the time it said once.
    """
    newest = next(iter(feeds.releases(source.name, 1)), None)
    if source.facts.vintages is Vintages.OWN or newest is None or newest.as_of < now:
        return now
    if newest.as_of - now > CLOCK_OFF:
        raise SourceSchemaError(
            f"{source.name} was read on {newest.as_of:%Y-%m-%d %H:%M} UTC, which has not come yet.",
            remedy="Nothing is read. Look at the clock of this machine.",
            code="source-clock",
        )
    return newest.as_of + AN_INSTANT


def _fresh(source: Source, feeds: Feeds, *, now: datetime) -> frozenset[str]:
    """Return the parts that are not to be asked for yet: they were had, or were normally missing, a short time ago."""
    enough = source.facts.every_seconds * ALMOST
    return frozenset(
        part
        for part, last in feeds.last_fetches(source.name).items()
        if last.outcome is not FetchOutcome.FAILED and 0 <= (now - last.at).total_seconds() < enough
    )


def _require_something(source: Source, outcomes: Mapping[str, FetchOutcome], known: Mapping[str, Validators]) -> None:
    """Refuse a reading in which everything was missing, though something was there once or nothing ever was.

    Raises:
        SourceMissingError: Naming the feed.
    """
    missing = bool(outcomes) and all(outcome is FetchOutcome.MISSING for outcome in outcomes.values())
    if missing and (not known or any(part in known for part in outcomes)):
        raise SourceMissingError(
            f"Nothing of {source.name} is there: each of its {len(outcomes)} parts that were asked for is missing.",
            remedy="Look whether the feed has moved, and set its base_url or path in [feeds.NAME] of neuralbrain.toml.",
        )


def _take_part_in(source: Source, fetched: Fetched, observations: Observations, feeds: Feeds) -> tuple[Fetched, Intake]:
    """Take one part in, and remember how that ended; what could not be taken in whole is asked for again."""
    numbers, intake = list[int](), Intake()
    try:
        for page in fetched.pages:
            numbers.append(observations.keep_payload(source.name, page))  # those that a deadline leaves are noted
        if fetched.outcome is FetchOutcome.NEW:
            intake = observations.take_in(
                source.parse(fetched.pages), source=source.name, part=fetched.part, payload_numbers=numbers
            )
    except SourceError as error:
        fetched = replace(fetched, outcome=FetchOutcome.FAILED, fault=error)
    except DeadlineReached:
        _note_too_slow(source, fetched, feeds, numbers)
        raise
    feeds.note(source.name, fetched, payload_numbers=numbers)
    return fetched, intake


def _note_too_slow(source: Source, fetched: Fetched, feeds: Feeds, payload_numbers: Sequence[int] = ()) -> None:
    fault = SourceAwayError(
        f"The time was over before what {fetched.origin} sent was taken in.",
        remedy="It is tried again at the next cycle. If it stays so, raise read_seconds.",
        code="step-deadline",
    )
    with unstruck():  # the timer strikes again while this is written
        feeds.note(
            source.name,
            replace(fetched, outcome=FetchOutcome.FAILED, fault=fault),
            payload_numbers=payload_numbers,
        )
