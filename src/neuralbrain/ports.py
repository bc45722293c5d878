"""What we need from outside, as small as its caller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:  # words of the domain load NumPy; reading the lock should not
    from neuralbrain.domain.call import CallAnswered, CallBegun, CallReading, CallRecord, Spent
    from neuralbrain.domain.edition import Draft, Edition, EditionHeader
    from neuralbrain.domain.failure import Failure
    from neuralbrain.domain.forecast_table import ForecastTable
    from neuralbrain.domain.journal import CycleReport, StepRecord
    from neuralbrain.domain.lock import AuditEvent, LockState, RecordedEvent, Transition
    from neuralbrain.domain.provider_check import MonitorSettings, ProbeResult, ProviderCheck
    from neuralbrain.domain.request import Answer, ForecastRequest, Reply
    from neuralbrain.domain.score import Part, ScoredClaims, ScoredRows, Settled, Touched
    from neuralbrain.domain.slot import Schedule, SlotCode, SlotRecord


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the wall time, aware, UTC."""
        ...

    def uptime_seconds(self) -> float:
        """Return seconds since boot; never goes back while the machine runs."""
        ...

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass."""
        ...


class Provider(Protocol):
    """One author of forecasts."""

    @property
    def name(self) -> str:
        """Return its name in the order of priority."""
        ...

    @property
    def version(self) -> str:
        """Return its prompt and model version; another one is asked again."""
        ...

    def parts(self, request: ForecastRequest) -> tuple[ForecastRequest, ...]:
        """Return a request as questions that this provider can be asked, each of which stands alone."""
        ...

    def forecast(self, request: ForecastRequest) -> Answer | Failure:
        """Return the provider's own words, or why there are none; at most one call is made."""
        ...

    def repair(self, request: ForecastRequest, answer: Answer) -> Answer | Failure | None:
        """Return what it says when it is told what is wrong with its answer, None where nothing is.

        At most one call is made, and only where something is wrong.
        """
        ...


@runtime_checkable
class Prober(Protocol):
    """Asks a provider whether it can be asked, without a token being paid."""

    def probe(self) -> ProbeResult:
        """Return what it said; never raises for what the network does."""
        ...


class Calls(Protocol):
    """The record of every call that left for a provider; each method is one transaction, durable when it returns."""

    def begin(self, call: CallBegun) -> int:
        """Keep that a call is about to be made, and return its number."""
        ...

    def answered(self, number: int, answered: CallAnswered) -> None:
        """Keep what came back, before anybody reads it."""
        ...

    def read(self, number: int, reading: CallReading) -> None:
        """Keep what was read out of it."""
        ...

    def spent(self, provider: str, *, since: datetime) -> Spent:
        """Return what a provider's calls since a moment used."""
        ...

    def last(self, limit: int, *, provider: str | None = None) -> tuple[CallRecord, ...]:
        """Return the last calls, newest first, of one provider or of all, without their bytes."""
        ...


class ProviderChecks(Protocol):
    """What the health monitor saw of providers, and how it is to look; each method is one transaction."""

    def note(self, checks: Sequence[ProviderCheck]) -> None:
        """Keep the checks of one look; of each provider the newest thousand stay."""
        ...

    def last(self, provider: str, limit: int) -> tuple[ProviderCheck, ...]:
        """Return the last checks of a provider, newest first."""
        ...

    def settings(self) -> MonitorSettings:
        """Return how the monitor is to look."""
        ...

    def change(self, settings: MonitorSettings, *, actor: str) -> None:
        """Set how the monitor is to look, with an audit event."""
        ...


class Replies(Protocol):
    """The providers' own words."""

    def keep(self, request_digest: str, *, provider: str, version: str, lock_number: int, answer: Answer) -> Reply:
        """Keep a provider's words.

        Raises:
            FencedError: If the lock has another number by now.
        """
        ...

    def find(self, request_digest: str, *, provider: str, version: str, lock_number: int) -> Reply | None:
        """Return the kept answer to exactly this question under exactly this number, if one was usable."""
        ...

    def refuse(self, replies: Sequence[Reply], *, code: str) -> int:
        """Mark replies of one cycle as unusable, and return how many cycles' replies in a row now are."""
        ...


class Editions(Protocol):
    """What was published."""

    def publish(self, draft: Draft, *, holder: str) -> EditionHeader:
        """Make a draft the next edition, all of it or nothing.

        Raises:
            FencedError: If the lock has another number, or another process the runner lease, by now.
        """
        ...

    def headers(self, limit: int) -> tuple[EditionHeader, ...]:
        """Return the last editions, newest first, withdrawn ones included."""
        ...

    def current(self) -> EditionHeader | None:
        """Return the header of the newest edition that was not withdrawn."""
        ...

    def of_slot(self, slot: datetime) -> int | None:
        """Return the number of the edition that was published for a slot, None where none was."""
        ...

    def get(self, number: int | None = None) -> Edition | None:
        """Return one edition whole; without a number the newest that was not withdrawn."""
        ...

    def withdraw(self, number: int, *, reason: str, actor: str) -> None:
        """Mark an edition as withdrawn; it stays readable.

        Raises:
            NotFoundError: If there is no such edition, or it is withdrawn already.
        """
        ...


class Scores(Protocol):
    """What forecasts were worth; every method is one transaction, and nothing that was written is changed."""

    def plan(self) -> int:
        """Note what is to be scored of editions that nothing is noted of yet, and return how many those were."""
        ...

    def sources(self) -> tuple[str, ...]:
        """Return every feed that something of an edition was made from, in alphabetical order."""
        ...

    def unscored(self) -> tuple[Part, ...]:
        """Return every part of an edition that was not scored, in the order of editions."""
        ...

    def keep(
        self,
        scored: Sequence[Part],
        *,
        unknown: Sequence[int],
        rows: Sequence[ScoredRows],
        claims: Sequence[ScoredClaims],
    ) -> None:
        """Keep the scores of parts of one table, which are scored from then on; a part that is already is refused.

        Args:
            scored: Which parts.
            unknown: How many values of each had matured and have no truth.
            rows: Scores, by the moment as of which the truth was known.
            claims: What came of claims, the same.
        """
        ...

    def touched(self, source: str, *, now: datetime) -> Touched | None:
        """Return what new releases of a feed spoke of among its scored parts; None where none is new.

        One with an ``as_of`` after now is not new yet, nor is what was taken in after it.
        """
        ...

    def outline(self, edition: int, table: int, *, deaths: bool = False) -> ForecastTable:
        """Return a published table without its numbers: places, signals and dates.

        For deaths those of the deaths beside its cases, as if they were published alone; a row without has no date.
        """
        ...

    def settled(self, edition: int, table: int, *, deaths: bool = False) -> Settled:
        """Return what the newest scores of a table, or of the deaths in it, were made against."""
        ...

    def compared(
        self,
        edition: int,
        table: int,
        *,
        release: int,
        rows: Sequence[ScoredRows] = (),
        claims: Sequence[ScoredClaims] = (),
    ) -> None:
        """Note that a table was compared with what is known up to a release; keep what other truths gave beside it."""
        ...

    def looked(self, source: str, *, release: int) -> None:
        """Note that a feed's scores agree with what was known up to a release."""
        ...


class LockRow(Protocol):
    """The durable row of the lock and its audit trail."""

    @property
    def one_clock(self) -> bool:
        """Return whether leases of all machines are measured by one clock; else each by its machine's uptime."""
        ...

    def seconds(self) -> float:
        """Return the time that leases are measured by."""
        ...

    def read(self) -> LockState:
        """Return the state as committed."""
        ...

    def holder(self) -> str | None:
        """Return who holds the lock, as committed."""
        ...

    def change(self, decide: Callable[[LockState], Transition]) -> Transition:
        """Apply a pure decision to the current state: conditional update and audit events in one transaction.

        ``decide`` may be called again if another writer came between.

        Raises:
            LockContentionError: If it came between too often.
        """
        ...

    def note(self, event: AuditEvent) -> None:
        """Append an audit event that goes with no change of state."""
        ...

    def trail(self, limit: int) -> tuple[RecordedEvent, ...]:
        """Return the last events, oldest first."""
        ...

    def trail_length(self) -> int:
        """Return how many events were ever written, those that are not kept any more included."""
        ...


class Journal(Protocol):
    """The record of cycles and their steps."""

    def begin(self, *, trigger: str, holder: str, slot: datetime | None) -> int:
        """Record that a cycle began, and return its number."""
        ...

    def step(self, number: int, record: StepRecord) -> None:
        """Record how a step ended."""
        ...

    def end(self, report: CycleReport) -> None:
        """Record how a cycle ended."""
        ...

    def steps(self, number: int) -> tuple[StepRecord, ...]:
        """Return the steps of a cycle that have ended, in that order."""
        ...


class Slots(Protocol):
    """The one state of each hour, and how often hours are due."""

    def newest(self, *, at_most: datetime) -> datetime | None:
        """Return the newest slot that has a state and is not after a moment, None where there is none."""
        ...

    def find(self, slot: datetime) -> SlotRecord | None:
        """Return a slot's state, None while it has none."""
        ...

    def attempts(self, slot: datetime) -> int:
        """Return how many cycles were begun for a slot."""
        ...

    def last_cycle(self, slot: datetime) -> int | None:
        """Return the number of the last cycle that was begun for a slot, None where none was."""
        ...

    def begun_and_open(self, *, before: datetime) -> tuple[datetime, ...]:
        """Return earlier slots that a cycle was begun for and that have no state."""
        ...

    def record(self, record: SlotRecord) -> bool:
        """Write a slot's one state; False where it has one already, which stays."""
        ...

    def record_missed(self, slots: Sequence[tuple[datetime, SlotCode]], *, now: datetime) -> int:
        """Write the state of slots that passed without an end, and return how many had none yet.

        One that nobody began is skipped for the given reason; one that was begun failed as interrupted, or is done
        where its edition was published before its process ended; one whose cycle still runs is left open.
        """
        ...

    def schedules(self) -> tuple[Schedule, ...]:
        """Return every schedule that ever held, oldest first; the first is the one that nobody has changed."""
        ...

    def change(self, *, interval_seconds: int | None, paused: bool | None, reason: str, actor: str) -> Schedule:
        """Change interval or pause from now on, with an audit event; None leaves one as it is."""
        ...
