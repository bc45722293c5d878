"""Which provider is next and when it is time: pure, over the order of priority and the table of strikes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from neuralbrain.domain.failure import STRIKES, FailureKind
from neuralbrain.domain.lock import LockState


def next_provider(state: LockState, *, order: Sequence[str], enabled: Collection[str]) -> str | None:
    """Return the provider after the holder, by order alone.

    Args:
        state: The lock. With nobody holding it, the one after the last released counts; with nobody ever having
            held it, the first enabled one is next.
        order: Every provider, highest priority first.
        enabled: Those that may be chosen.

    Returns:
        A name, or None after the last enabled one.

    >>> next_provider(LockState(provider="gemini"), order=("openai", "gemini", "groq"), enabled={"openai", "groq"})
    'groq'
    """
    behind = state.provider or state.last_released
    start = order.index(behind) + 1 if behind in order else 0
    return next((name for name in order[start:] if name in enabled), None)


def must_hand_on(kind: FailureKind, failures_in_a_row: int, *, quota_strikes: int = 1) -> bool:
    """Return whether a failure of that kind, now counted, ends the holder's turn.

    Args:
        kind: What happened.
        failures_in_a_row: This one included.
        quota_strikes: How many it takes where the provider itself says that an allowance is used up.

    >>> must_hand_on(FailureKind.AUTHENTICATION, 1), must_hand_on(FailureKind.UNAVAILABLE, 2)
    (True, False)
    """
    strikes = quota_strikes if kind is FailureKind.QUOTA_CONFIRMED else STRIKES[kind]
    return strikes is not None and failures_in_a_row >= strikes
