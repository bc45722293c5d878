"""Which provider is next, and when."""

from __future__ import annotations

import itertools

import pytest

from neuralbrain.domain.failure import STRIKES, FailureKind
from neuralbrain.domain.lock import PRIORITY, LockState
from neuralbrain.lock.failover import must_hand_on, next_provider

CASES = [
    (None, None, "openai"),
    ("openai", None, "gemini"),
    ("gemini", None, "groq"),
    ("groq", None, "cloudflare"),
    ("cloudflare", None, "huggingface"),
    ("huggingface", None, "local"),
    ("local", None, None),
    (None, "openai", "gemini"),
    (None, "local", None),
]


@pytest.mark.parametrize(("holder", "released", "following"), CASES)
def test_priority_order(holder, released, following):
    """The order is openai, gemini, groq, cloudflare, huggingface, local, and after the last there is none."""
    state = LockState(provider=holder, last_released=released)
    assert next_provider(state, order=PRIORITY, enabled=PRIORITY) == following


def test_failover_moves_on():
    """With nobody holding the lock, the next is never again the one just released."""
    for name in PRIORITY:
        assert next_provider(LockState(last_released=name), order=PRIORITY, enabled=PRIORITY) != name


def test_only_enabled_ones_are_next():
    """For every set of enabled providers, the next one is the first enabled one behind the holder."""
    for size in range(len(PRIORITY) + 1):
        for enabled in itertools.combinations(PRIORITY, size):
            for at, holder in enumerate(PRIORITY):
                behind = [name for name in PRIORITY[at + 1 :] if name in enabled]
                found = next_provider(LockState(provider=holder), order=PRIORITY, enabled=enabled)
                assert found == (behind[0] if behind else None)


@pytest.mark.parametrize("kind", FailureKind)
def test_strikes(kind):
    """The lock is handed on at exactly the number of failures that the table names, and never for our own fault."""
    strikes = STRIKES[kind]
    if strikes is None:
        assert not must_hand_on(kind, 1000)
    else:
        assert not must_hand_on(kind, strikes - 1)
        assert must_hand_on(kind, strikes)
