"""The public methods of the lock, over the real database."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from neuralbrain.domain.lock import PRIORITY
from neuralbrain.lock.provider_lock import ProviderLockManager
from neuralbrain.store.database import Database
from neuralbrain.store.lock_row import StoredLockRow
from stand_ins import StillClock, lock_over

pytestmark = pytest.mark.both_databases(slow=True)


def test_acquire_release_and_who_holds(lock: ProviderLockManager):
    """Who acquires holds, who is released does not, and an unknown name is refused."""
    assert lock.get_locked_provider() is None
    assert not lock.acquire_lock("deepmind")
    assert lock.acquire_lock("gemini")
    assert lock.is_locked("gemini")
    assert not lock.is_locked("openai")
    assert lock.release_lock("done")
    assert not lock.release_lock("again")
    assert lock.get_locked_provider() is None


def test_switching_is_one_change_with_two_events(lock: ProviderLockManager):
    """While another holds the lock, acquiring switches: release and acquire under one number."""
    lock.acquire_lock("openai")
    before = lock.state()
    assert lock.acquire_lock("local")
    assert lock.state().number == before.number + 1
    assert lock.state().revision == before.revision + 1, "one update of the row"
    released, acquired = lock.get_audit_trail(2)
    assert (released["event_type"], released["provider"]) == ("lock_release", "openai")
    assert released["details"]["reason"] == "switching_provider"
    assert (acquired["event_type"], acquired["provider"]) == ("lock_acquire", "local")
    assert released["details"]["number"] == acquired["details"]["number"] == before.number + 1


def test_acquire_is_compare_and_set(lock: ProviderLockManager):
    """A caller whose number is old is refused, and nothing changes."""
    lock.acquire_lock("openai")
    old = lock.state().number
    lock.acquire_lock("gemini")
    assert not lock.acquire_lock("groq", expected_number=old)
    assert not lock.release_lock("x", expected_number=old)
    assert lock.increment_failure_count(expected_number=old) == 0
    assert lock.get_locked_provider() == "gemini"
    assert lock.acquire_lock("groq", expected_number=lock.state().number)


def test_only_one_of_many_threads_gets_a_number(lock: ProviderLockManager):
    """Of many threads that acquire under the same number exactly one succeeds."""
    number = lock.state().number
    won: list[str] = []
    start = threading.Barrier(6)

    def race(name: str) -> None:
        start.wait()
        if lock.acquire_lock(name, expected_number=number):
            won.append(name)

    threads = [threading.Thread(target=race, args=(name,)) for name in PRIORITY]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [lock.get_locked_provider()] == won


def test_failures_are_counted_and_audited_but_never_switch(lock: ProviderLockManager):
    """Counting a hundred failures leaves the holder where it is; a reset keeps the total."""
    lock.acquire_lock("openai")
    assert lock.increment_failure_count() == 1
    assert lock.increment_failure_count(99) == 100
    assert lock.is_locked("openai")
    lock.reset_failure_count()
    status = lock.get_status()
    assert (status["consecutive_failures"], status["total_failures"]) == (0, 100)
    assert [event["event_type"] for event in lock.get_audit_trail()] == [
        "lock_acquire", "failure_recorded", "failure_recorded", "recovered",
    ]  # fmt: skip


def test_next_is_pure_order(lock: ProviderLockManager):
    """The next provider follows the order, and after the last it is none."""
    assert lock.get_next_provider() == "openai"
    lock.acquire_lock("huggingface")
    assert lock.get_next_provider() == "local"
    lock.acquire_lock("local")
    assert lock.get_next_provider() is None
    lock.release_lock("x")
    assert lock.get_next_provider() is None


def test_without_local_huggingface_is_last(lock_row: StoredLockRow, clock: StillClock):
    """With local switched off, nothing comes after huggingface."""
    lock = lock_over(lock_row, clock, enabled=PRIORITY[:-1])
    lock.acquire_lock("huggingface")
    assert lock.get_next_provider() is None


def test_status_has_every_field(lock: ProviderLockManager):
    """The status carries the required fields under their names."""
    lock.acquire_lock("groq", reason="a test")
    status = lock.get_status()
    assert status.keys() >= {
        "locked_provider", "is_locked", "lock_acquired_at", "consecutive_failures", "total_failures",
        "next_provider", "provider_priority", "audit_trail_count", "number", "reason", "providers",
    }  # fmt: skip
    assert status["locked_provider"] == "groq"
    assert status["is_locked"] is True
    assert status["lock_acquired_at"] == "2026-04-01T12:00:00Z"
    assert status["next_provider"] == "cloudflare"
    assert status["provider_priority"] == list(PRIORITY)
    assert status["reason"] == "a test"
    assert status["audit_trail_count"] == 1
    assert status["providers"]["groq"] == "healthy"


def test_audit_trail_is_oldest_first_and_bounded(lock: ProviderLockManager):
    """The trail hands out the last events, oldest first, and at most 1,000."""
    for name in ("openai", "gemini", "groq"):
        lock.acquire_lock(name)
    trail = lock.get_audit_trail(2)
    assert [event["provider"] for event in trail] == ["gemini", "groq"]
    assert set(trail[0]) == {"timestamp", "event_type", "provider", "details"}
    with pytest.raises(ValueError, match="at least 1"):
        lock.get_audit_trail(0)


def test_state_survives_a_restart(lock: ProviderLockManager, open_again: Callable[[], Database], clock: StillClock):
    """Another process that opens the same database sees the same lock and the same trail."""
    lock.acquire_lock("cloudflare", reason="before")
    lock.increment_failure_count(2)
    again = lock_over(StoredLockRow(open_again(), clock=clock), clock)
    assert again.state() == lock.state()
    assert again.get_audit_trail() == lock.get_audit_trail()
