"""How much a provider is asked at once and waited for: the policy of asking, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLimits:
    """What the orchestrator keeps to.

    Args:
        concurrency: Calls in flight at one provider, at least 1.
        longest_wait_seconds: The longest single wait that a provider may ask for without that being a failure.
        cycle_wait_seconds: All waits of one cycle together.
        call_seconds: How long a call may take; none is begun that could outlast the runner lease.
        quota_strikes: Failures in a row until failover where the provider itself says that an allowance is used up.
    """

    concurrency: int = 1
    longest_wait_seconds: float = 20.0
    cycle_wait_seconds: float = 900.0
    call_seconds: float = 0.0
    quota_strikes: int = 1
