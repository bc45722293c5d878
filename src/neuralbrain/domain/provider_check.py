"""One look at a provider that costs nothing, as it is remembered, and the settings of the looking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from neuralbrain.domain.failure import FailureKind

CHECKS_KEPT = 1000  # per provider; at one every five minutes that is three and a half days
CHECK_SECONDS = 300  # between two checks, unless somebody sets another interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """What a provider said to a question that costs nothing.

    Args:
        kind: Why it failed, None where it went well.
        rule: The stable name of what decided, such as ``probed`` or ``key-refused``.
        message: One line, without keys; empty where it went well.
        seconds: How long it took.
        reached: Whether anybody answered at all; False where no connection came about, so it may be our own network.
        notes: What else should be known, such as the day on which the model is shut down; sentences.
    """

    kind: FailureKind | None
    rule: str
    message: str = ""
    seconds: float = 0.0
    reached: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCheck:
    """A probe as it is remembered.

    Args:
        provider: Who was asked.
        at: When, wall time.
        result: What was said.
        network_down: Whether at that moment no provider could be connected to: it says nothing about this one.
    """

    provider: str
    at: datetime
    result: ProbeResult
    network_down: bool = False

    @property
    def passed(self) -> bool:
        """Return whether the provider answered as one that can be asked."""
        return self.result.kind is None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorSettings:
    """How the health monitor works; changed while it runs.

    Args:
        interval_seconds: Between two checks, 10 to 86,400.
        enabled: Whether it checks at all.
    """

    interval_seconds: int = CHECK_SECONDS
    enabled: bool = True
