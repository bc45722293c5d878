"""The audit trail notices what is done to it."""

from __future__ import annotations

import pytest

from neuralbrain.store import audit
from neuralbrain.store.database import Database
from vandals import vandalise

pytestmark = pytest.mark.both_databases(slow=True)


@pytest.fixture
def trail(lock):
    """Return a lock with six events."""
    for name in ("openai", "gemini", "local"):
        lock.acquire_lock(name)
    lock.increment_failure_count()
    return lock


def test_an_untouched_trail_is_whole(trail, database: Database):
    """A trail that nobody touched has no broken event."""
    with database.read() as connection:
        assert audit.broken_at(connection) is None


@pytest.mark.parametrize(
    ("statement", "event"),
    [
        ("UPDATE audit_event SET provider = 'groq' WHERE sequence = 3", 3),
        ("UPDATE audit_event SET details = '{}' WHERE sequence = 1", 1),
        ("UPDATE audit_event SET at = '2020-01-01 00:00:00' WHERE sequence = 2", 2),
        ("UPDATE audit_event SET number = number + 1 WHERE sequence = 4", 4),
        ("DELETE FROM audit_event WHERE sequence = 2", 2),
        ("DELETE FROM audit_event WHERE sequence = 6", 6),
        ("DELETE FROM audit_event", 1),
    ],
)
def test_every_change_is_noticed(trail, database: Database, statement: str, event: int):
    """A changed, missing or cut-off event is found, and named."""
    assert len(trail.get_audit_trail()) == 6
    vandalise(database, statement)
    with database.read() as connection:
        assert audit.broken_at(connection) == event
