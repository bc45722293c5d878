"""Words about feeds: what one is, what it is asked for, what came, and what that changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from neuralbrain.domain.observation import RejectedRow, Signal
from neuralbrain.errors import SourceError


class Vintages(StrEnum):
    """Where a feed's ``as_of`` comes from."""

    OWN = "own"  # the feed says for each value when it was published
    SNAPSHOTS = "snapshots"  # the feed keeps dated copies of itself
    RETRIEVAL = "retrieval"  # only when we read it


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """What is known of a feed beforehand.

    Args:
        name: As in the settings.
        title: What it is, in one line.
        home: Web page that describes it; empty for none.
        licence: Licence of its data.
        attribution: Whom to credit, as shown beside every table.
        signals: What it reports; with it, what each is (unit, measure, cadence).
        vintages: Where its ``as_of`` comes from.
        every_seconds: How often it is asked at most; 0 each cycle.
        stale_after_days: After how many days without a newer value it counts as stale.
        archive: Whether it no longer grows: its newest values are old and stay so.
        redistribute: Whether its licence allows to hand its values on.
        network: Whether the network is needed.
        key_variable: Environment variable of its key; empty where there is none.
        key_needed: Whether it cannot be read without.
        note: What whoever uses it should know, in a sentence; empty for nothing.
    """

    name: str
    title: str
    licence: str
    attribution: str
    signals: tuple[Signal, ...]
    home: str = ""
    vintages: Vintages = Vintages.RETRIEVAL
    every_seconds: float = 0.0
    stale_after_days: int = 16
    archive: bool = False
    redistribute: bool = True
    network: bool = True
    key_variable: str = ""
    key_needed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FeedRequest:
    """One thing that is to be had from a feed.

    Args:
        part: Stable name of the thing within the feed, such as the name of its file. The pages of one thing share it.
        url: ``https://…`` (``http`` on this machine), ``file:`` and an absolute path, or ``package:NAME/FILE`` for a
            file of an installed package. It may hold a key, so it is never shown whole.
        headers: Name and value; never shown.
        most_bytes: How long the answer may be, unpacked.
        total_seconds: How long getting it may take, one attempt.
        may_be_missing: Whether its absence (404) is normal, as of a dated copy that was never made.
        conditional: Whether it may be asked for only where it has changed; not so where the first of several pages says
            nothing about the others.
        page: Which page of the thing, from 0.
    """

    part: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    most_bytes: int = 64 * 2**20
    total_seconds: float = 120.0
    may_be_missing: bool = False
    conditional: bool = True
    page: int = 0

    def __repr__(self) -> str:
        return f"FeedRequest({self.part!r}, page {self.page}, {self.shown})"

    @property
    def shown(self) -> str:
        """Return the address without what may hold a secret: user, query and fragment."""
        scheme, slashes, rest = self.url.partition("?")[0].partition("#")[0].partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a feed sent, as it came.

    Args:
        body: The bytes, unpacked.
        media_type: As the sender says.
        origin: Where it came from, without secrets.
        retrieved_at: When it came, aware UTC; for feeds without an ``as_of`` of their own, from when on it is known.
        part: Which thing of the feed it is.
        etag: The sender's mark of this version, empty for none.
        last_modified: The sender's time of this version as it wrote it, empty for none.
    """

    body: bytes
    media_type: str
    origin: str
    retrieved_at: datetime
    part: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What is known of the version of a part that was last taken in whole.

    Args:
        at: When it was last asked for with success.
        etag: Empty for none.
        last_modified: Empty for none.
        sha256: Digest of its bytes, hexadecimal; of several pages that of their digests.
    """

    at: datetime
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""


class FetchOutcome(StrEnum):
    """How asking for a part of a feed ended."""

    NEW = "new"
    UNCHANGED = "unchanged"
    MISSING = "missing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of asking for one part of a feed.

    Args:
        part: Which.
        origin: Where it was asked for, without secrets.
        outcome: How it ended.
        pages: What came, in order; of a failed part only what somebody may want to look into. Else empty unless new.
        etag: The sender's mark of the version.
        last_modified: The sender's time of the version.
        sha256: Digest of what came, as in ``Validators``.
        seconds: From the first request to the last byte, waits and repeated requests included.
        fault: Why it failed, None where it did not.
    """

    part: str
    origin: str
    outcome: FetchOutcome
    pages: tuple[Payload, ...] = ()
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    seconds: float = 0.0
    fault: SourceError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRecord:
    """What is remembered of asking for one part.

    Args:
        number: Its number.
        source: Which feed.
        part: Which part of it.
        at: When it ended.
        outcome: How.
        code: Why it failed, empty where it did not.
        message: What happened, empty where nothing but success.
        origin: Where it was asked for, without secrets.
        n_bytes: How much came.
        seconds: How long it took.
    """

    number: int
    source: str
    part: str
    at: datetime
    outcome: FetchOutcome
    code: str
    message: str
    origin: str
    n_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What taking in a release, or several, changed.

    Args:
        releases: How many releases were new.
        rows: How many values they held.
        changed: How many of them were new or revised, withdrawals included: so many rows were added.
        withdrawn: How many values were withdrawn.
        rejected: How many rows could not be used; they are kept apart.
    """

    releases: int = 0
    rows: int = 0
    changed: int = 0
    withdrawn: int = 0
    rejected: int = 0

    def __add__(self, other: Intake) -> Intake:
        return Intake(
            releases=self.releases + other.releases,
            rows=self.rows + other.rows,
            changed=self.changed + other.changed,
            withdrawn=self.withdrawn + other.withdrawn,
            rejected=self.rejected + other.rejected,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRecord:
    """One release of a feed that was taken in.

    Args:
        number: Its number, in the order of taking in.
        source: Which feed.
        part: Which part of it.
        as_of: From when on its values are known.
        taken_in_at: When that was.
        intake: What it changed.
    """

    number: int
    source: str
    part: str
    as_of: datetime
    taken_in_at: datetime
    intake: Intake


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRecord:
    """A row that could not be used, as it is kept.

    Args:
        number: Its number, in the order of keeping.
        source: Which feed.
        part: Which part of it.
        as_of: Of the release that first held it.
        row: What it said.
    """

    number: int
    source: str
    part: str
    as_of: datetime
    row: RejectedRow
