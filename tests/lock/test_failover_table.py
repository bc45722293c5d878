"""T4: every provider, every reason, every set of others that are healthy."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest

from neuralbrain.domain.failure import STRIKES, FailureKind
from neuralbrain.domain.lock import PRIORITY, AuditEvent, LockState, RecordedEvent, Transition
from neuralbrain.lock import transition
from neuralbrain.lock.failover import must_hand_on, next_provider
from neuralbrain.ports import LockRow
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.opening import open_database
from neuralbrain.store.upgrade import upgrade
from stand_ins import START, StillClock, lock_over


def test_the_order():
    """The order of priority is the one that is promised."""
    assert PRIORITY == ("openai", "gemini", "groq", "cloudflare", "huggingface", "local")


def sets_of(names: tuple[str, ...]) -> Iterator[frozenset[str]]:
    """Yield every set of some of the names, none and all of them included."""
    return (frozenset(some) for count in range(len(names) + 1) for some in combinations(names, count))


class RowInMemory:
    """The lock's row without a store: as quick as the rules themselves, so that the whole table fits."""

    one_clock = False

    def __init__(self) -> None:
        self._state = LockState()
        self._events: list[AuditEvent] = []

    def read(self) -> LockState:
        """Return the state."""
        return self._state

    def holder(self) -> str | None:
        """Return who holds the lock."""
        return self._state.provider

    def seconds(self) -> float:
        """Return always the same time."""
        return 0.0

    def change(self, decide: Callable[[LockState], Transition]) -> Transition:
        """Apply a decision."""
        decided = decide(self._state)
        self._state = decided.state
        self._events += decided.events
        return decided

    def note(self, event: AuditEvent) -> None:
        """Append an event."""
        self._events.append(event)

    def trail(self, limit: int) -> tuple[RecordedEvent, ...]:
        """Return the last events, oldest first."""
        last = list(enumerate(self._events, start=1))[-limit:]
        return tuple(RecordedEvent(sequence=at, at=START, event=event, digest="") for at, event in last)

    def trail_length(self) -> int:
        """Return how many events there are."""
        return len(self._events)


@pytest.fixture(scope="module")
def stored_row() -> Iterator[StoredLockRow]:
    """Yield one real row for the whole table, in memory where the machine has such a folder."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    database = open_database(folder / "home" / "table.sqlite3", busy_timeout_seconds=20)
    upgrade(database)
    yield StoredLockRow(database, clock=StillClock())
    database.close()
    shutil.rmtree(folder)


def fail(row: LockRow, holder: str, kind: FailureKind, healthy: frozenset[str]) -> None:
    """Let a holder fail as often as it takes, with some others healthy, and hold what becomes of the lock to it."""
    lock, strikes = lock_over(row, StillClock()), STRIKES[kind]
    lock.acquire_lock(holder)
    number, length = row.read().number, row.trail_length()
    if strikes is None:
        assert not must_hand_on(kind, 1000), "a fault of ours is nobody's failure"
        return
    in_a_row = lock.increment_failure_count(strikes, expected_number=number)
    assert must_hand_on(kind, in_a_row)
    assert not must_hand_on(kind, in_a_row - 1)
    assert lock.hand_on(kind, expected_number=number)
    assert not lock.hand_on(kind, expected_number=number), "nobody is handed on twice"
    following = next_provider(row.read(), order=PRIORITY, enabled=healthy | {holder})
    behind = PRIORITY[PRIORITY.index(holder) + 1 :]
    assert following == next((name for name in behind if name in healthy), None)
    if following is not None:
        assert lock.acquire_lock(following, expected_number=number + 1)
    assert row.holder() == following
    acquired = [] if following is None else ["lock_acquire"]
    since = [one.event.event_type for one in row.trail(row.trail_length() - length)]
    assert since == ["failure_recorded", "lock_release", *acquired]


@pytest.mark.parametrize("kind", FailureKind)
@pytest.mark.parametrize("holder", PRIORITY)
def test_a_failure_hands_the_lock_on(holder: str, kind: FailureKind):
    """The next healthy one behind the holder gets the lock, or none: one release, and at most one acquire."""
    for healthy in sets_of(tuple(name for name in PRIORITY if name != holder)):
        fail(RowInMemory(), holder, kind, healthy)


@pytest.mark.parametrize("kind", FailureKind)
@pytest.mark.parametrize("holder", PRIORITY)
def test_the_stored_lock_is_handed_on(stored_row: StoredLockRow, holder: str, kind: FailureKind):
    """The real row says the same, with all others healthy, with none, and with every second."""
    for healthy in (PRIORITY, (), PRIORITY[1::2]):
        fail(stored_row, holder, kind, frozenset(healthy) - {holder})


@pytest.mark.parametrize("first", PRIORITY)
def test_a_pass_in_which_all_fail_ends(first: str):
    """Where each that is asked fails, each enabled one behind the first has one turn, in order; then there is none."""
    for enabled in sets_of(PRIORITY):
        state = transition.acquire(LockState(), first, reason="r", actor="a", now=START).state
        turns = [first]
        while True:
            state = transition.release(state, reason="r", actor="a", expected_number=state.number).state
            name = next_provider(state, order=PRIORITY, enabled=enabled)
            if name is None:
                break
            turns.append(name)
            state = transition.acquire(state, name, reason="r", actor="a", now=START).state
        assert turns == [first, *(name for name in PRIORITY[PRIORITY.index(first) + 1 :] if name in enabled)]
        assert state.provider is None
        assert state.number == 2 * len(turns)
