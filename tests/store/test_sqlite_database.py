"""A database file: opened safely, speaking our words, read where nothing can be written."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from neuralbrain.errors import StoreDamagedError, StoreError, StoreUnavailableError, StoreUnsafeError
from neuralbrain.store import upgrade as upgrading
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.sqlite_database import OLDEST_SAFE_SQLITE, SqliteDatabase, sqlite_driver
from stand_ins import StillClock


def test_the_driver_is_new_enough():
    """The SQLite in use has the fix for the corruption that two writers can cause."""
    assert sqlite_driver().sqlite_version_info >= OLDEST_SAFE_SQLITE


def test_an_old_sqlite_is_refused(monkeypatch):
    """An affected SQLite is refused with the remedy, not used in the hope of the best."""
    monkeypatch.setattr("neuralbrain.store.sqlite_database.OLDEST_SAFE_SQLITE", (99, 0, 0))
    with pytest.raises(StoreUnsafeError, match="pysqlite3"):
        sqlite_driver()


def test_durable_settings(database: SqliteDatabase):
    """Each connection uses WAL, syncs every commit and checks foreign keys."""
    with database.write() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20000}


def test_files_are_the_owners_alone(database: SqliteDatabase):
    """Nobody else may read the database or its folder."""
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(database.path.parent.stat().st_mode) == 0o700


def test_a_folder_that_everybody_may_write_is_refused(tmp_path: Path):
    """A world-writable data folder is refused, with the command that mends it."""
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(StoreUnsafeError, match="chmod o-w"):
        SqliteDatabase(folder / "x.sqlite3", busy_timeout_seconds=1)


def test_garbage_is_called_damage(home: Path):
    """A file that is no database is called damaged, with the remedy, in our words."""
    home.mkdir()
    path = home / "neuralbrain.sqlite3"
    path.write_bytes(b"not a database at all" * 100)
    damaged = SqliteDatabase(path, busy_timeout_seconds=1)
    with pytest.raises(StoreDamagedError, match="restore it"):
        upgrading.upgrade(damaged)
    damaged.close()


def test_a_locked_database_says_so(database: SqliteDatabase):
    """A writer that waits too long gets a transient error that names the remedy."""
    other = SqliteDatabase(database.path, busy_timeout_seconds=0.05)
    with database.write() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(StoreUnavailableError, match="hanging process") as caught, other.write():
            raise AssertionError
    assert caught.value.transient
    other.close()


@pytest.mark.parametrize("folder", ["a?b/c", "a%20b/nb", "a#b", "ä ö", "A.Z"])
def test_any_folder_name_will_do(tmp_path: Path, folder: str):
    """The database stands where it was told to, whatever the name, and nowhere else."""
    path = tmp_path / folder / "neuralbrain.sqlite3"
    database = SqliteDatabase(path, busy_timeout_seconds=1)
    upgrading.upgrade(database)
    database.close()
    assert path.stat().st_size > 0
    files = {one.name for one in tmp_path.rglob("*") if one.is_file()}
    assert files <= {"neuralbrain.sqlite3", "neuralbrain.migrating"}


def test_errors_name_the_path_as_it_is(tmp_path: Path):
    """A path in an error is the path, capitals included."""
    (tmp_path / "Taken").write_text("a file", encoding="utf-8")
    with pytest.raises(StoreUnavailableError, match=re.escape(str(tmp_path / "Taken"))):
        SqliteDatabase(tmp_path / "Taken" / "x.sqlite3", busy_timeout_seconds=1)


def test_a_second_writer_of_this_process_is_told_in_our_words(tmp_path: Path):
    """A thread that waits too long for the one writing connection gets our error, not the pool's."""
    database = SqliteDatabase(tmp_path / "x.sqlite3", busy_timeout_seconds=0.05)
    with database.write(), pytest.raises(StoreUnavailableError, match="of this process at once"), database.write():
        raise AssertionError
    database.close()


def test_close_lets_go_of_the_file(lock, database: SqliteDatabase):
    """After closing, no descriptor of the database, its log or its index stays open."""
    lock.acquire_lock("local")
    assert lock.is_locked("local")
    database.close()
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        pytest.skip("this system does not list open files")
    open_files = [str(one.readlink()) for one in descriptors.iterdir() if one.is_symlink()]
    assert [one for one in open_files if str(database.path) in one] == []
    assert lock.is_locked("local"), "and it can be used again"
    database.close()


@pytest.mark.parametrize(("why", "code"), [("read-only", "store-read-only"), ("no space", "store-full")])
def test_where_nothing_can_be_written_reading_goes_on(lock, database: SqliteDatabase, monkeypatch, why: str, code: str):
    """On a disk that is full or read-only the last state is read without writing a byte; a write says why not."""
    lock.acquire_lock("gemini")
    database.close()
    before = sorted(one.name for one in database.path.parent.iterdir())
    monkeypatch.setattr("neuralbrain.store.sqlite_database._cannot_be_written", lambda _path: why)
    frozen = SqliteDatabase(database.path, busy_timeout_seconds=1)
    upgrading.upgrade(frozen)
    row = StoredLockRow(frozen, clock=StillClock())
    assert row.holder() == "gemini"
    assert len(row.trail(10)) == 1
    with pytest.raises(StoreError) as caught, frozen.write():
        raise AssertionError
    assert caught.value.error_code == code
    frozen.close()
    assert sorted(one.name for one in database.path.parent.iterdir()) == before


@pytest.mark.parametrize("why", ["read-only", "no space"])
def test_when_it_can_be_written_again_no_restart_is_needed(lock, database: SqliteDatabase, monkeypatch, why: str):
    """Once a disk can be written again, the same object writes, and everybody sees what others wrote meanwhile."""
    lock.acquire_lock("gemini")
    database.close()
    monkeypatch.setattr("neuralbrain.store.sqlite_database._cannot_be_written", lambda _path: why)
    frozen = SqliteDatabase(database.path, busy_timeout_seconds=1)
    row = StoredLockRow(frozen, clock=StillClock())
    assert row.holder() == "gemini"
    monkeypatch.setattr("neuralbrain.store.sqlite_database._cannot_be_written", lambda _path: "")
    lock.acquire_lock("groq")  # by another process, as it were
    assert len(row.trail(10)) == 3
    assert row.holder() == "groq"
    with frozen.write() as connection:
        connection.execute(text("UPDATE lock SET reason = 'written again'"))
    assert row.read().reason == "written again"
    frozen.close()


def test_a_file_that_was_put_in_its_place_is_opened(lock, lock_row, database: SqliteDatabase, tmp_path: Path):
    """A database restored from a copy under a running process is what it reads and writes from then on."""
    lock.acquire_lock("gemini")
    database.hold_open().exec_driver_sql(f"VACUUM INTO '{tmp_path / 'copy'}'")
    lock.acquire_lock("groq")
    (tmp_path / "copy").replace(database.path)
    for beside in ("-wal", "-shm"):
        database.path.with_name(database.path.name + beside).unlink(missing_ok=True)
    assert len(lock_row.trail(10)) == 1
    assert lock_row.holder() == "gemini"
    lock.acquire_lock("cloudflare")
    assert lock.get_locked_provider() == "cloudflare"
