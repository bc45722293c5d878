"""The database itself, whichever it is: its schema, all or nothing, refusing to change history."""

from __future__ import annotations

import signal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from neuralbrain.deadline import DeadlineReached, deadline, disarm, interrupt_between_blocks
from neuralbrain.errors import StoreDamagedError, StoreError, StoreUnsafeError
from neuralbrain.store import upgrade as upgrading
from neuralbrain.store.database import Database
from neuralbrain.store.schema import APPEND_ONLY, metadata

pytestmark = pytest.mark.both_databases(slow=True)


def test_migrations_make_the_schema(database: Database):
    """The revisions, run from nothing, make exactly the tables that the code speaks of."""
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert upgrading.revision(database) == upgrading.HEAD


def test_head_is_the_newest_revision():
    """The constant that start-up compares with is the newest revision file."""
    names = sorted(path.name for path in (upgrading.MIGRATIONS / "versions").glob("r*.py"))
    assert names[-1].startswith(f"r{upgrading.HEAD}_")


def test_upgrading_twice_changes_nothing(database: Database):
    """A database with the newest schema is left alone."""
    upgrading.upgrade(database)
    assert upgrading.revision(database) == upgrading.HEAD


def test_a_newer_schema_is_refused(database: Database):
    """A database of a newer version is refused rather than guessed at."""
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnsafeError, match="newer"):
        upgrading.upgrade(database)


def test_every_table_but_the_lock_is_append_only():
    """Only the lock's row ever changes in place, and what stands for work in hand: open alerts, unsent messages."""
    in_hand = {"lock", "provider_check", "monitor", "alert_open", "alert_message"}
    assert set(APPEND_ONLY) == set(metadata.tables) - in_hand


def test_change_of_history_is_refused(lock, database: Database):
    """Changing or deleting an audit event fails, and the event stays."""
    lock.acquire_lock("local")
    for statement in ("UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(StoreError, match="append-only"), database.write() as connection:
            connection.execute(text(statement))
    assert len(lock.get_audit_trail()) == 1


def test_a_failed_transaction_leaves_nothing(database: Database, lock):
    """An error in the middle of a transaction undoes all of it."""

    def break_off() -> None:
        with database.write() as connection:
            connection.execute(text("UPDATE lock SET provider = 'openai'"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert lock.get_locked_provider() is None


def test_deadlines_leave_the_store_usable(lock, database: Database):
    """However often a deadline strikes while the store is used, its one writing connection is there afterwards."""
    lock.acquire_lock("gemini")
    struck = 0
    for number in range(400):
        try:
            with deadline(0.0002 + (number % 40) * 0.00005):
                while True:
                    lock.increment_failure_count()
                    lock.get_status()
        except DeadlineReached:
            disarm()
            struck += 1
    assert struck == 400
    with database.write() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    assert lock.get_status()["audit_trail_count"] > 0


def test_interruptions_leave_the_store_usable(lock, database: Database):
    """However often somebody interrupts while the store is used, its one writing connection is there afterwards."""
    lock.acquire_lock("gemini")
    before = signal.getsignal(signal.SIGALRM)
    interrupt_between_blocks(signal.SIGALRM)  # the timer stands in for whoever presses Ctrl-C
    struck = 0
    try:
        for number in range(400):
            try:  # the timer is set in here: on a busy machine it can strike at once
                signal.setitimer(signal.ITIMER_REAL, 0.0002 + (number % 40) * 0.00005)
                while True:
                    lock.increment_failure_count()
                    lock.get_status()
            except KeyboardInterrupt:
                struck += 1
    finally:
        signal.signal(signal.SIGALRM, before)
    assert struck == 400
    with database.write() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_a_missing_row_of_the_lock_is_damage(database: Database, lock):
    """A lock table without its row is called damage, by whoever asks."""
    with database.write() as connection:
        connection.execute(text("DELETE FROM lock"))
    for ask in (lock.get_status, lock.get_locked_provider, lambda: lock.acquire_lock("local")):
        with pytest.raises(StoreDamagedError, match="the lock is not as it was written"):
            ask()
