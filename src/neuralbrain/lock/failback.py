"""Whether the lock goes back to a provider of higher priority between two editions: pure, over what checks saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from neuralbrain.domain.lock import LockState
from neuralbrain.domain.provider_check import CHECK_SECONDS, ProviderCheck

AVAILABLE_AGAIN = "available_again"  # the reason in the audit trail
LAST_RESORT = "local"
FIRST, NEXT = "first in the order", "next in the order"  # why a cycle gives the lock to a provider
BY_A_CYCLE = frozenset({FIRST, NEXT})
PASSED_IN_A_ROW = 3  # one good check may be luck; at one every five minutes three are a quarter of an hour
STALE_AFTER_INTERVALS = 3  # a check may be late by one; older ones say how it was, not how it is
HEALTHY_SECONDS = 3600.0  # before one AI provider gives way to another, where that is wanted at all


def failback_target(
    state: LockState,
    *,
    order: Sequence[str],
    checks: Mapping[str, Sequence[ProviderCheck]],
    lacking: Callable[[str], str],
    now: datetime,
    preferred: bool = False,
    healthy_seconds: float = HEALTHY_SECONDS,
    interval_seconds: float = CHECK_SECONDS,
) -> str | None:
    """Return the provider that the lock moves to before a new edition is begun, None where it stays.

    Away from ``local`` it moves to the first provider above it whose last three checks passed: an outage must not
    strand us with statistics alone. From one AI provider to another it moves only where that is ``preferred``.

    Args:
        state: The lock. While nobody holds it nothing goes back: a pass over all begins from the top anyway.
        order: The enabled providers, highest priority first.
        checks: The last checks of each provider, newest first; as many as ``healthy_seconds`` need.
        lacking: What a provider lacks to be asked, empty where nothing.
        now: The time; checks that claim to be later say nothing, because a clock was set back.
        preferred: Whether a provider of higher priority is taken back from another AI provider too.
        healthy_seconds: How long it must have passed every check before that.
        interval_seconds: Between two checks; three of them without one make those before stale.

    >>> failback_target(LockState(provider="local"), order=("groq", "local"), checks={}, lacking=lambda name: "",
    ...                 now=datetime(2026, 4, 1))
    """
    holder = state.provider
    if holder is None:
        return None
    needed = 0.0
    if holder == LAST_RESORT and state.reason not in BY_A_CYCLE:  # an operator gave it the lock, and may take it back
        return None
    if holder != LAST_RESORT:
        if not preferred or holder not in order:  # an operator gave it to one that cycles do not choose
            return None
        needed = healthy_seconds
    above = order[: order.index(holder)] if holder in order else order
    stale = timedelta(seconds=STALE_AFTER_INTERVALS * interval_seconds)
    for name in above:
        if lacking(name):
            continue
        passed = _passed(state, name, checks.get(name, ()), now=now, stale=stale)
        if len(passed) >= PASSED_IN_A_ROW and (now - passed[-1].at).total_seconds() >= needed:
            return name
    return None


def _passed(
    state: LockState, provider: str, checks: Sequence[ProviderCheck], *, now: datetime, stale: timedelta
) -> list[ProviderCheck]:
    """Return the checks, newest first, back to the first that shows no provider in health, or to a gap."""
    parking = state.parking_of(provider)
    known = [one for one in checks if one.at <= now]
    if not known or now - known[0].at > stale:
        return []
    passed: list[ProviderCheck] = []
    for one in known:
        left_alone = parking is not None and one.at < parking.until
        if not one.passed or one.network_down or left_alone:
            break
        passed.append(one)
    gap = next(
        (place for place, (later, earlier) in enumerate(pairwise(passed)) if later.at - earlier.at > stale), None
    )
    return passed if gap is None else passed[: gap + 1]
