"""The state of the lock, what may be asked of it, and the events it writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

PRIORITY = ("openai", "gemini", "groq", "cloudflare", "huggingface", "local")
"""Every known provider, in the default order of priority."""

TRAIL_AT_HAND = 1000
"""The newest events of the audit trail: as many are handed out at once, and they are never pruned."""


class ProviderStatus(StrEnum):
    """How a provider is doing."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNAVAILABLE = "unavailable"
    UNCONFIGURED = "unconfigured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A process that runs the cycle, as the lease knows it.

    Args:
        holder: A UUID per process start.
        boot: Identity of the machine's boot: uptimes are comparable only within one.
        namespace: Identity of the process namespace: process ids are comparable only within one.
        pid: Process id there.
        started: A mark of when the process started: a process id that is used again has another one.
        lease_until: When its lease ends: seconds since boot of that machine, or on the one clock that machines share.
        since: When it took the lease, wall time, for people.
    """

    holder: str
    boot: str
    namespace: str
    pid: int
    started: str
    lease_until: float
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A provider that lost the lock for a failure, and is not asked for a while.

    Args:
        provider: Its name.
        reason: The kind of the failure.
        since: When it lost the lock, or failed a probe after that.
        until: Before then it is neither asked nor probed.
        streak: How many times in a row, without a success in between.
    """

    provider: str
    reason: str
    since: datetime
    until: datetime
    streak: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LockState:
    """The lock row.

    Args:
        number: Grows on acquire, release, switch and takeover; never on renewal or counts.
        revision: Grows on every write of the row; the condition of the next one.
        provider: Who holds the provider lock, None when nobody does.
        reason: Why it is as it is.
        acquired_at: Since when the provider holds it.
        consecutive_failures: Since the last success.
        total_failures: Since the lock was first made.
        last_released: Who held it last, while nobody does.
        runner: Who may run the cycle, None when nobody does.
        parked: Providers that failed and are not asked for a while, by name.
    """

    number: int = 0
    revision: int = 0
    provider: str | None = None
    reason: str = "never acquired"
    acquired_at: datetime | None = None
    consecutive_failures: int = 0
    total_failures: int = 0
    last_released: str | None = None
    runner: Runner | None = None
    parked: tuple[Parked, ...] = ()

    def parking_of(self, provider: str) -> Parked | None:
        """Return why a provider is not asked for a while; also there after that while, until it has had a success."""
        return next((one for one in self.parked if one.provider == provider), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One entry of the audit trail, as it is asked for; the store adds number, time and hash."""

    event_type: str
    provider: str | None
    number: int
    actor: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """One entry of the audit trail as it stands in the store."""

    sequence: int
    at: datetime
    event: AuditEvent
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """What a command does to the lock: the new state and its events, or a refusal that changes nothing.

    Args:
        state: The state afterwards; the one before where the command is refused.
        events: Written in the same transaction.
        refusal: Why nothing was done, empty where it was.
    """

    state: LockState
    events: tuple[AuditEvent, ...] = ()
    refusal: str = ""
