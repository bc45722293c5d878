"""How the service is: one verdict, the findings behind it, and when it ran."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """How the service is doing, best first."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"  # it serves, and something needs looking after
    FAILING = "failing"  # it cannot do what it is for


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFinding:
    """One thing that is not as it should be.

    Args:
        code: Its stable name.
        verdict: How bad it is.
        message: What is wrong, in one sentence.
        remedy: What to do, in one sentence.
    """

    code: str
    verdict: Verdict
    message: str
    remedy: str


NOBODY_LEFT = "provider-none-left"
"""The code of the finding that no provider holds the lock after one did."""


def is_ready(findings: Sequence[HealthFinding]) -> bool:
    """Return whether a service with these findings serves: the last edition stays up for want of a provider."""
    return all(one.code == NOBODY_LEFT for one in findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """What one look at the service found.

    Args:
        at: When, wall time.
        verdict: The worst of its findings; healthy where there are none.
        findings: In the order they were looked for.
    """

    at: datetime
    verdict: Verdict
    findings: tuple[HealthFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord:
    """One start of the service.

    Args:
        number: Grows with each start.
        started_at: Wall time.
        address: Where it serves, as a URL.
        version: Of NeuralBrain.
        pid: Process id.
        alive: Whether that process is there, as far as can be told from here.
        ended_at: When it ended in order, None where it runs or was killed.
        end_reason: Why it ended, empty with ``ended_at``.
    """

    number: int
    started_at: datetime
    address: str
    version: str
    pid: int
    alive: bool
    ended_at: datetime | None
    end_reason: str
