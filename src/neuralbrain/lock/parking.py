"""How long a provider that failed is left alone: pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import LockState, Parked

FIRST = timedelta(minutes=5)  # as long as between two health checks
LONGEST = timedelta(hours=6)  # a provider that came back is noticed the same day


def parked_after(
    state: LockState, provider: str, kind: FailureKind, *, now: datetime, resets_at: datetime | None = None
) -> Parked:
    """Return how long a provider is left alone after a failure: 5 minutes, doubled with each one in a row.

    Args:
        state: The lock, with what is known of earlier ones.
        provider: Who failed.
        kind: By what.
        now: When.
        resets_at: When its allowance is given again. Where the provider itself confirms that, nothing can help before,
            however long it is; what is only suspected is looked at again after six hours.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 4, 1, 12, tzinfo=UTC)
    >>> parked_after(LockState(), "groq", FailureKind.UNAVAILABLE, now=noon).until.isoformat()
    '2026-04-01T12:05:00+00:00'
    """
    before = state.parking_of(provider)
    streak = 1 if before is None else before.streak + 1
    doubled = min(LONGEST, FIRST * 2 ** min(streak - 1, 10))
    until = now + doubled
    if resets_at is not None and resets_at > now:
        until = resets_at if kind is FailureKind.QUOTA_CONFIRMED else min(resets_at, now + LONGEST)
    return Parked(provider=provider, reason=kind.value, since=now, until=until, streak=streak)


def is_parked(state: LockState, provider: str, *, now: datetime) -> bool:
    """Return whether a provider is left alone now."""
    parked = state.parking_of(provider)
    return parked is not None and now < parked.until


def must_be_probed(state: LockState, provider: str, *, now: datetime) -> bool:
    """Return whether a provider failed, was left alone long enough, and is to be probed before it is asked."""
    parked = state.parking_of(provider)
    return parked is not None and now >= parked.until


def with_parking(state: LockState, parked: Parked) -> tuple[Parked, ...]:
    """Return what is parked with one more, or another, entry."""
    others = [one for one in state.parked if one.provider != parked.provider]
    return tuple(sorted((*others, parked), key=lambda one: one.provider))


def without_parking(state: LockState, provider: str | None) -> tuple[Parked, ...]:
    """Return what is parked without a provider."""
    return tuple(one for one in state.parked if one.provider != provider)
