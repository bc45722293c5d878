"""How a feed is doing: what it is, when it was last read, how fresh its values are, and what went wrong last."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.feed import FeedFacts, FetchOutcome, FetchRecord, RejectedRecord, ReleaseRecord
from neuralbrain.domain.feed_totals import FeedTotals
from neuralbrain.domain.observation import Signal
from neuralbrain.publish.columns import Column, Kind
from neuralbrain.source_ports import Feeds

PartsAsked = Callable[[], Collection[str] | None]  # the parts that a feed asks for as it is set; None where unknown
SOURCE_COLUMNS = (
    *(Column(name=name) for name in ("name", "title", "home", "licence", "attribution")),
    Column(name="redistribute", kind=Kind.FLAG),
    *(Column(name=name) for name in ("note", "vintages")),
    *(Column(name=name, kind=Kind.FLAG) for name in ("archive", "network", "key_needed", "key_is_set", "read")),
    *(Column(name=name) for name in ("unusable", "signals", "freshness_outcome")),
    Column(name="freshness_last_success_at", kind=Kind.MOMENT),
    Column(name="freshness_newest_target_date", kind=Kind.DATE),
    Column(name="freshness_newest_as_of", kind=Kind.MOMENT),
    *(Column(name=f"freshness_{name}", kind=Kind.WHOLE) for name in ("age_days", "stale_after_days")),
    Column(name="freshness_stale", kind=Kind.FLAG),
    Column(name="last_fault_at", kind=Kind.MOMENT),
    *(Column(name=name) for name in ("last_fault_part", "last_fault_code", "last_fault_message", "failing_parts")),
    *(Column(name=f"counts_{name}", kind=Kind.WHOLE) for name in ("releases", "values", "withdrawn", "rejected")),
)
"""Of the list of sources as a file; what stands in an object bears its name before its own."""

FETCHES_LOOKED_AT = 200  # the last of a feed, for its last fault: an older one that is over is no news


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """How a feed is doing at one moment.

    Args:
        facts: What is known of it beforehand.
        is_read: Whether the cycle reads it.
        last_fetch: The last time that a part of it was asked for, None before the first.
        last_success_at: When a part of it was last had and taken in, or found unchanged; None before the first.
        last_fault: The newest fetch that failed, None where none did lately; a success may have come after it.
        outcome: How it was last read: failed where one of its parts did, else as its newest fetch ended.
        failing_parts: The parts that it asks for and whose newest fetch failed, in the order of their names.
        totals: What was taken in.
        rejected: How many rows could not be used, by the code of why.
        age_days: Days from its newest target date to today (UTC), 0 where that lies ahead; None before the first value.
    """

    facts: FeedFacts
    is_read: bool
    last_fetch: FetchRecord | None
    last_success_at: datetime | None
    last_fault: FetchRecord | None
    outcome: FetchOutcome | None
    failing_parts: tuple[str, ...]
    totals: FeedTotals
    rejected: Mapping[str, int]
    age_days: int | None

    @property
    def stale(self) -> bool | None:
        """Return whether its newest value is older than it should be; None where it has none, never of an archive."""
        if self.facts.archive:
            return False
        return None if self.age_days is None else self.age_days > self.facts.stale_after_days


def feed_state(
    facts: FeedFacts,
    *,
    is_read: bool,
    last_fetches: Mapping[str, FetchRecord],
    last_fault: FetchRecord | None,
    last_success_at: datetime | None,
    totals: FeedTotals,
    rejected: Mapping[str, int],
    now: datetime,
    asked: PartsAsked = lambda: None,
) -> FeedState:
    """Return how a feed is doing, from what is remembered of it.

    Args:
        facts: What is known of it beforehand.
        is_read: Whether the cycle reads it.
        last_fetches: The last fetch of each part.
        last_fault: The newest fetch that failed.
        last_success_at: When a part of it was last had or found unchanged.
        totals: What was taken in.
        rejected: How many rows could not be used, by code.
        now: The time.
        asked: As for ``failing_parts``.
    """
    failing = failing_parts(last_fetches, asked=asked)
    return FeedState(
        facts=facts,
        is_read=is_read,
        last_fetch=max(last_fetches.values(), key=lambda one: one.number, default=None),
        last_success_at=last_success_at,
        last_fault=last_fault,
        outcome=_outcome(last_fetches, failing),
        failing_parts=failing,
        totals=totals,
        rejected=rejected,
        age_days=_days_since(totals.newest_date, now),
    )


def failing_parts(last_fetches: Mapping[str, FetchRecord], *, asked: PartsAsked = lambda: None) -> tuple[str, ...]:
    """Return the parts whose newest fetch failed, in the order of their names.

    The newest fetch of all counts whatever it was of. A fault before it counts only where its part is still asked for:
    parts are named by what the settings say of them, so that a mended setting leaves a part that nobody asks for again.
    One that concerned no single part, which is kept under an empty name, is over once anything is asked for again.

    Args:
        last_fetches: The last fetch of each part of a feed.
        asked: Tells which parts the feed asks for now; only called where that matters. None counts every part.
    """
    failed = [one for one in last_fetches.values() if one.outcome is FetchOutcome.FAILED]
    newest = max((one.number for one in last_fetches.values()), default=0)
    counting = [one for one in failed if one.number == newest]
    before = [one for one in failed if one.number != newest and one.part]
    parts = asked() if before else None
    counting += [one for one in before if parts is None or one.part in parts]
    return tuple(sorted(one.part for one in counting))


def outcome_of(last_fetches: Mapping[str, FetchRecord], *, asked: PartsAsked = lambda: None) -> FetchOutcome | None:
    """Return how a feed was last read: failed where one of its parts did, else as its newest fetch; None before it.

    Args:
        last_fetches: The last fetch of each part of a feed.
        asked: As for ``failing_parts``.
    """
    return _outcome(last_fetches, failing_parts(last_fetches, asked=asked))


def _outcome(last_fetches: Mapping[str, FetchRecord], failing: Collection[str]) -> FetchOutcome | None:
    if not last_fetches:
        return None
    newest = max(last_fetches.values(), key=lambda one: one.number)
    return FetchOutcome.FAILED if failing else newest.outcome


def last_success(feeds: Feeds, source: str) -> datetime | None:
    """Return when a part of a feed was last had and taken in, or found unchanged; None before the first time."""
    return max((one.at for one in feeds.validators(source).values()), default=None)


def state_of(
    facts: FeedFacts,
    feeds: Feeds,
    *,
    is_read: bool,
    now: datetime,
    asked: PartsAsked = lambda: None,
    has_series: bool = True,
) -> FeedState:
    """Return how a feed is doing, asking what is remembered of it.

    Args:
        facts: What is known of it beforehand.
        feeds: What is remembered of reading feeds.
        is_read: Whether the cycle reads it.
        now: The time.
        asked: As for ``failing_parts``.
        has_series: Whether a series of it is kept; of one never asked for that has none nothing more is asked.

    Raises:
        StoreError: If what is remembered cannot be read.
    """
    last_fetches = feeds.last_fetches(facts.name)
    if not last_fetches and not has_series:
        return feed_state(
            facts,
            is_read=is_read,
            last_fetches={},
            last_fault=None,
            last_success_at=None,
            totals=FeedTotals(),
            rejected={},
            now=now,
        )
    lately = (*feeds.fetches(facts.name, FETCHES_LOOKED_AT), *last_fetches.values())
    faults = (one for one in lately if one.outcome is FetchOutcome.FAILED)
    return feed_state(
        facts,
        is_read=is_read,
        last_fetches=last_fetches,
        last_fault=max(faults, key=lambda one: one.number, default=None),
        last_success_at=last_success(feeds, facts.name),
        totals=feeds.totals(facts.name),
        rejected=feeds.count_rejected(facts.name),
        now=now,
        asked=asked,
    )


def facts_of_stranger(name: str) -> FeedFacts:
    """Return what is known of a feed that is kept, but is no longer in the settings or the catalogue: nothing.

    >>> facts_of_stranger("clinic").redistribute
    False
    """
    return FeedFacts(
        name=name,
        title=name,
        licence="unknown",
        attribution="unknown",
        signals=(),
        redistribute=False,  # what is not known to be allowed is not
        note="Values of it are kept, but neither the settings nor the catalogue know it.",
    )


def state_as_json(state: FeedState) -> dict[str, Any]:
    """Return how a feed is doing as plain values, null where nothing is known; no address that it is read from."""
    facts, totals = state.facts, state.totals
    return {
        "name": facts.name,
        "title": facts.title,
        "home": facts.home or None,
        "licence": facts.licence,
        "attribution": facts.attribution,
        "redistribute": facts.redistribute,
        "note": facts.note or None,
        "vintages": facts.vintages.value,
        "archive": facts.archive,
        "network": facts.network,
        "key_variable": facts.key_variable or None,
        "key_needed": facts.key_needed,
        "read": state.is_read,
        "every_seconds": facts.every_seconds,
        "signals": [signal_as_json(one) for one in facts.signals],
        "freshness": {
            "last_fetch": None if state.last_fetch is None else fetch_as_json(state.last_fetch),
            "outcome": None if state.outcome is None else state.outcome.value,
            "last_success_at": None if state.last_success_at is None else utc_text(state.last_success_at),
            "newest_target_date": None if totals.newest_date is None else totals.newest_date.isoformat(),
            "newest_as_of": None if totals.newest_as_of is None else utc_text(totals.newest_as_of),
            "age_days": state.age_days,
            "stale_after_days": facts.stale_after_days,
            "stale": state.stale,
        },
        "last_fault": None if state.last_fault is None else fetch_as_json(state.last_fault),
        "failing_parts": list(state.failing_parts),
        "counts": {
            "releases": totals.releases,
            "values": totals.values,
            "withdrawn": totals.withdrawn,
            "rejected": sum(state.rejected.values()),
            "rejected_by_code": dict(sorted(state.rejected.items())),
        },
    }


def signal_as_json(signal: Signal) -> dict[str, Any]:
    """Return a signal as plain values."""
    return {
        "signal": signal.name,
        "unit": signal.unit.value,
        "measure": signal.measure.value,
        "cadence": signal.cadence.value,
        "deaths": signal.deaths,
        "primary": signal.primary,
        "asked": signal.asked,
    }


def fetch_as_json(fetch: FetchRecord) -> dict[str, Any]:
    """Return how asking for a part ended, as plain values; ``message`` says what happened and what to do."""
    return {
        "part": fetch.part,
        "at": utc_text(fetch.at),
        "outcome": fetch.outcome.value,
        "code": fetch.code or None,
        "message": fetch.message or None,
        "n_bytes": fetch.n_bytes,
        "seconds": round(fetch.seconds, 3),
    }


def release_as_json(release: ReleaseRecord) -> dict[str, Any]:
    """Return a release as plain values."""
    return {
        "part": release.part,
        "as_of": utc_text(release.as_of),
        "taken_in_at": utc_text(release.taken_in_at),
        "rows": release.intake.rows,
        "changed": release.intake.changed,
        "withdrawn": release.intake.withdrawn,
        "rejected": release.intake.rejected,
    }


def rejected_as_json(rejected: RejectedRecord) -> dict[str, Any]:
    """Return a row that could not be used as plain values, its words as the feed wrote them."""
    row = rejected.row
    return {
        "part": rejected.part,
        "as_of": utc_text(rejected.as_of),
        "location": row.location,
        "signal": row.signal,
        "target_date": row.target_date,
        "value": row.value,
        "code": row.code,
        "message": row.message,
    }


def _days_since(day: date | None, now: datetime) -> int | None:
    return None if day is None else max(0, (now.date() - day).days)
