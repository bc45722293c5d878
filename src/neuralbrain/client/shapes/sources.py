"""What the addresses of sources answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict


class SignalShape(TypedDict):
    """What is counted, and how.

    Attributes:
        unit: A share is a proportion, 0 to 1.
        measure: incident for new events of a period, cumulative for totals.
        deaths: Signal of the same source that counts the deaths of the same disease.
        primary: Whether a region with several signals answers with this one.
        asked: Whether it is forecast; others are kept beside.
    """

    signal: str
    unit: Literal["count", "per_100k", "share"]
    measure: Literal["incident", "cumulative"]
    cadence: Literal["daily", "weekly"]
    deaths: str | None
    primary: bool
    asked: bool


class FetchShape(TypedDict):
    """How asking for a part of a feed ended.

    Attributes:
        code: Error code; null where it did not fail.
        message: What happened and what to do; null where there is nothing to say.
    """

    part: str
    at: str
    outcome: Literal["new", "unchanged", "missing", "failed"]
    code: str | None
    message: str | None
    n_bytes: int
    seconds: float


class FreshnessShape(TypedDict):
    """How fresh what is kept of a source is.

    Attributes:
        outcome: Failed where the newest fetch of any part did.
        last_success_at: When a part was last had, or found unchanged.
        newest_target_date: Of the newest value that still stands.
        newest_as_of: When the newest release became known.
        age_days: Days from the newest target date to today, UTC.
        stale: Whether that is too long; never of an archive, null before the first value.
    """

    last_fetch: FetchShape | None
    outcome: Literal["new", "unchanged", "missing", "failed"] | None
    last_success_at: str | None
    newest_target_date: str | None
    newest_as_of: str | None
    age_days: int | None
    stale_after_days: int
    stale: bool | None


class CountsShape(TypedDict):
    """What was taken in, over all releases.

    Attributes:
        values: New or revised values, withdrawals included.
        rejected: Rows that could not be used; they are kept apart.
    """

    releases: int
    values: int
    withdrawn: int
    rejected: int
    rejected_by_code: dict[str, int]


class SourceShape(TypedDict):
    """A source: what it is, whose, how fresh, and what went wrong last.

    Attributes:
        home: Web page that describes it.
        attribution: Whom to credit beside every table.
        redistribute: Whether its licence allows to hand its values on.
        note: What whoever uses it should know.
        vintages: Where as_of comes from: the feed says it, keeps dated copies, or it is when it was read.
        archive: Whether it no longer grows.
        network: Whether the network is needed to read it.
        key_variable: Name of the environment variable of its key; never the key.
        key_needed: Whether it cannot be read without.
        unusable: Why it cannot be read as things are set; null where it can.
        read: Whether the cycle reads it, as the setting sources says.
        every_seconds: How often it is asked at most; 0 is each cycle.
        last_fault: The newest fetch that failed; a later one may have gone well.
        failing_parts: Parts whose newest fetch failed.
    """

    name: str
    title: str
    home: str | None
    licence: str
    attribution: str
    redistribute: bool
    note: str | None
    vintages: Literal["own", "snapshots", "retrieval"]
    archive: bool
    network: bool
    key_variable: str | None
    key_needed: bool
    key_is_set: bool
    unusable: str | None
    read: bool
    every_seconds: float
    signals: list[SignalShape]
    freshness: FreshnessShape
    last_fault: FetchShape | None
    failing_parts: list[str]
    counts: CountsShape


class SourcesShape(TypedDict):
    """Every source: those that are read, in order, then the others that are known or that something is kept of.

    Attributes:
        next_cursor: Leads to the next page; null where there is none.
    """

    sources: list[SourceShape]
    next_cursor: str | None


class ReleaseShape(TypedDict):
    """One release that was taken in."""

    part: str
    as_of: str
    taken_in_at: str
    rows: int
    changed: int
    withdrawn: int
    rejected: int


class RejectedShape(TypedDict):
    """A row that could not be used, in the words of the feed."""

    part: str
    as_of: str
    location: str
    signal: str
    target_date: str
    value: str
    code: str
    message: str


class OneSourceShape(TypedDict):
    """A source with its last fetches, releases and rejected rows, each newest first.

    Attributes:
        home: Web page that describes it.
        attribution: Whom to credit beside every table.
        redistribute: Whether its licence allows to hand its values on.
        note: What whoever uses it should know.
        vintages: Where as_of comes from: the feed says it, keeps dated copies, or it is when it was read.
        archive: Whether it no longer grows.
        network: Whether the network is needed to read it.
        key_variable: Name of the environment variable of its key; never the key.
        key_needed: Whether it cannot be read without.
        unusable: Why it cannot be read as things are set; null where it can.
        read: Whether the cycle reads it, as the setting sources says.
        every_seconds: How often it is asked at most; 0 is each cycle.
        last_fault: The newest fetch that failed; a later one may have gone well.
        failing_parts: Parts whose newest fetch failed.
    """

    name: str
    title: str
    home: str | None
    licence: str
    attribution: str
    redistribute: bool
    note: str | None
    vintages: Literal["own", "snapshots", "retrieval"]
    archive: bool
    network: bool
    key_variable: str | None
    key_needed: bool
    key_is_set: bool
    unusable: str | None
    read: bool
    every_seconds: float
    signals: list[SignalShape]
    freshness: FreshnessShape
    last_fault: FetchShape | None
    failing_parts: list[str]
    counts: CountsShape
    fetches: list[FetchShape]
    releases: list[ReleaseShape]
    rejected: list[RejectedShape]
