"""What the addresses of health answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from neuralbrain.client.shapes.cycles import SlotShape
from neuralbrain.client.shapes.lock import LockEventShape, LockShape


class FindingShape(TypedDict):
    """One thing that is not as it should be."""

    code: str
    verdict: Literal["healthy", "degraded", "failing"]
    message: str
    remedy: str


class EditionUp(TypedDict):
    """The edition that is up."""

    number: int
    provider: str
    timestamp: str
    age_seconds: int


class LockHeld(TypedDict):
    """Who holds the provider lock."""

    provider: str | None
    number: int
    consecutive_failures: int


class ServiceShape(TypedDict):
    """The process that answers."""

    version: str
    started_at: str
    uptime_seconds: int


class HealthShape(TypedDict):
    """How the service is; null where it could not be found out.

    Attributes:
        verdict: Of the last check; null before the first.
        edition_trouble: Why the edition that is up may be old; null where it is not.
        unreadable: The error code where the store could not be read just now.
    """

    verdict: Literal["healthy", "degraded", "failing"] | None
    checked_at: str | None
    findings: list[FindingShape]
    edition: EditionUp | None
    edition_trouble: str | None
    lock: LockHeld | None
    last_slot: SlotShape | None
    next_slot: str | None
    schedule_paused: bool | None
    unreadable: str | None
    service: ServiceShape


class Alive(TypedDict):
    """The process answers."""

    status: NotRequired[Literal["alive"]]


class Ready(TypedDict):
    """Whether there is something to serve and the service does its work."""

    status: Literal["ready", "not ready"]
    findings: list[FindingShape]


class Problem(TypedDict):
    """Why a request got no answer.

    Attributes:
        type: Which kind of problem: the address of its page, or about:blank where it has none.
        title: The HTTP status in words.
        status: The HTTP status.
        detail: What happened, in one sentence.
        instance: The path that was asked for.
        code: The error code, as the reference lists it; null where HTTP says it all.
        remedy: What to do, in one sentence.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str | None
    remedy: str


class CheckShape(TypedDict):
    """One check: a question that costs nothing.

    Attributes:
        kind: Why it failed, in the words of the table of reasons; null where it passed.
        reached: Whether anybody answered at all.
        network_down: Nobody could be connected to then: it says nothing about this provider.
    """

    at: str
    passed: bool
    kind: str | None
    rule: str
    message: str
    seconds: float
    reached: bool
    network_down: bool
    notes: list[str]


class ErrorShape(TypedDict):
    """The newest failure of a check or a call."""

    kind: str
    rule: str
    message: str
    at: str


class ProviderHealthShape(TypedDict):
    """How one provider is doing.

    Attributes:
        check_seconds: Median of the checks that passed.
        calls: How many of its last calls were looked at; at most 20, of the last day.
        call_seconds: Median of those that went well.
        error_rate: Share of those that failed, 0 to 1.
        parked_until: Until when it is neither asked nor checked; null where it is.
    """

    provider: str
    status: Literal["healthy", "degraded", "unavailable", "unconfigured"]
    why: str
    last_check: CheckShape | None
    checks_failed_in_a_row: int
    check_seconds: float | None
    calls: int
    call_seconds: float | None
    error_rate: float | None
    consecutive_failures: int
    last_error: ErrorShape | None
    parked_until: str | None


class MonitorShape(TypedDict):
    """How the monitor is to look at providers, and whether this process does.

    Attributes:
        running: Whether this process looks by itself.
        last_look_at: When this process last looked.
        looks: How often it did since its start.
        network_down: Whether its last look could connect to nobody.
    """

    enabled: bool
    interval_seconds: int
    running: bool
    last_look_at: str | None
    looks: int
    network_down: bool


class ProvidersHealthShape(TypedDict):
    """How every provider is doing, in the order of priority."""

    providers: list[ProviderHealthShape]
    monitor: MonitorShape


class OneProviderShape(TypedDict):
    """How one provider is doing, with its last checks.

    Attributes:
        check_seconds: Median of the checks that passed.
        calls: How many of its last calls were looked at; at most 20, of the last day.
        call_seconds: Median of those that went well.
        error_rate: Share of those that failed, 0 to 1.
        parked_until: Until when it is neither asked nor checked; null where it is.
        history: Newest first.
    """

    provider: str
    status: Literal["healthy", "degraded", "unavailable", "unconfigured"]
    why: str
    last_check: CheckShape | None
    checks_failed_in_a_row: int
    check_seconds: float | None
    calls: int
    call_seconds: float | None
    error_rate: float | None
    consecutive_failures: int
    last_error: ErrorShape | None
    parked_until: str | None
    history: list[CheckShape]


class HistoryShape(TypedDict):
    """The last checks of a provider.

    Attributes:
        checks: Newest first.
    """

    provider: str
    checks: list[CheckShape]


class CheckNumbers(TypedDict):
    """What the checks of a day come to.

    Attributes:
        failed: By the provider's doing.
        network_down: Of a moment at which nobody could be connected to.
        seconds_p95: Within which 95 of 100 ended.
    """

    count: int
    passed: int
    failed: int
    network_down: int
    seconds_median: float | None
    seconds_p95: float | None


class CallNumbers(TypedDict):
    """What the calls of a day come to.

    Attributes:
        error_rate: Share of those that were read, 0 to 1.
        possibly_billed: That may have been paid for without anybody telling what they used.
        tokens: Prompt and answer; possibly billed calls with their upper bound.
        cost_usd: As far as prices are known.
    """

    count: int
    failed: int
    error_rate: float | None
    possibly_billed: int
    tokens: int
    cost_usd: float
    seconds_median: float | None
    seconds_p95: float | None


class ProviderNumbers(TypedDict):
    """What a provider's checks and calls of a day come to."""

    provider: str
    checks: CheckNumbers
    calls: CallNumbers


class MetricsShape(TypedDict):
    """What every provider's checks and calls of the last day come to, in the order of priority."""

    hours: NotRequired[int]
    providers: list[ProviderNumbers]


class DashboardShape(TypedDict):
    """How the service and its providers are, at one moment.

    Attributes:
        verdict: Of the last check of the service; null before the first.
        changes: The last changes of the lock's holder, oldest first.
        providers: In the order of priority.
        metrics: Of the last day.
    """

    at: str
    verdict: Literal["healthy", "degraded", "failing"] | None
    lock: LockShape
    changes: list[LockEventShape]
    providers: list[ProviderHealthShape]
    metrics: list[ProviderNumbers]
    monitor: MonitorShape


class DatabaseShape(TypedDict):
    """Where everything is kept.

    Attributes:
        size_bytes: Null for a server, which knows that itself.
    """

    kind: str
    version: str
    size_bytes: int | None


class SystemShape(TypedDict):
    """The process that answers.

    Attributes:
        memory_bytes: What lies in memory now; null where the system does not say.
    """

    version: str
    python: str
    system: str
    uptime_seconds: int
    memory_bytes: int | None
    peak_memory_bytes: int
    threads: int
    processors: int | None
    disk_free_bytes: int | None
    database: DatabaseShape
