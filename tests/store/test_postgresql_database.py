"""A database on a PostgreSQL server: durable, one snapshot a reader, back by itself, and silent about its password."""

from __future__ import annotations

import builtins
import threading
import time
import traceback

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from neuralbrain.errors import SettingsError, StoreDamagedError, StoreError, StoreFullError, StoreUnavailableError
from neuralbrain.store import upgrade as upgrading
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.opening import open_database
from neuralbrain.store.postgresql_database import _ASK_NUMBER, PostgresqlDatabase, Sent
from stand_ins import StillClock

pytestmark = pytest.mark.slow

SECRET = "s3cret-Passw0rd"


@pytest.fixture
def backend() -> str:
    """Return the one kind of database that these tests are about."""
    return "postgresql"


def dropped(postgresql, database) -> None:
    """End every connection to a database, as a server that restarts does."""
    name = database.name.partition(" ")[0]
    postgresql.do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def raising(state: str) -> str:
    """Return a statement that fails with an SQLSTATE."""
    return f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = 'as told'; END $$"


def test_durable_settings(database):
    """A writer waits for its disk at READ COMMITTED; waits and statements have limits; times are told in UTC."""
    names = (
        "transaction_isolation", "transaction_read_only", "synchronous_commit", "lock_timeout", "statement_timeout",
        "idle_in_transaction_session_timeout", "timezone",
    )  # fmt: skip
    with database.write() as connection:
        found = [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names]
    assert found == ["read committed", "off", "on", "20s", "1min", "1min", "UTC"]


def test_a_promise_of_more_stays(postgresql, postgresql_address):
    """A server that waits for more than its own disk is left to; one that waits for less is told to."""
    name = postgresql_address.partition("?")[0].rpartition("/")[2]
    found = []
    for promise in ("remote_apply", "off"):
        postgresql.do(f"ALTER DATABASE {name} SET synchronous_commit = {promise}")
        database = PostgresqlDatabase(postgresql_address, busy_timeout_seconds=1)
        with database.write() as connection:
            found.append(connection.exec_driver_sql("SHOW synchronous_commit").scalar_one())
        database.close()
    assert found == ["remote_apply", "on"]


def test_a_reader_sees_one_snapshot_and_cannot_write(lock, database):
    """What others commit meanwhile is not seen by a block that reads, and it can write nothing."""
    with database.read() as connection:
        before = connection.exec_driver_sql("SELECT number FROM lock").scalar_one()
        lock.acquire_lock("local")
        assert connection.exec_driver_sql("SELECT number FROM lock").scalar_one() == before
    with pytest.raises(StoreUnavailableError, match="read-only") as caught, database.read() as connection:
        connection.exec_driver_sql("UPDATE lock SET number = 5")
    assert caught.value.error_code == "store-read-only"


@pytest.mark.parametrize(
    ("state", "kind", "code"),
    [
        ("53100", StoreFullError, "store-full"),
        ("25006", StoreUnavailableError, "store-read-only"),
        ("40001", StoreUnavailableError, "store-unavailable"),
        ("40P01", StoreUnavailableError, "store-unavailable"),
        ("55P03", StoreUnavailableError, "store-unavailable"),
        ("57014", StoreUnavailableError, "store-unavailable"),
        ("53300", StoreUnavailableError, "store-unavailable"),
        ("XX001", StoreDamagedError, "store-damaged"),
        ("23514", StoreError, "store-rule-broken"),
        ("22001", StoreError, "store-rule-broken"),
        ("P0001", StoreError, "store-rule-broken"),
    ],
)
def test_errors_are_told_by_their_state(database, state, kind, code):
    """Whatever a server says becomes the error that fits its SQLSTATE, and the same object can be used on."""
    with pytest.raises(StoreError) as caught, database.write() as connection:
        connection.exec_driver_sql(raising(state))
    assert (type(caught.value), caught.value.error_code) == (kind, code)
    with database.write() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1


def test_what_no_column_takes_is_refused_in_our_words(lock, database):
    """A letter that the server cannot store is our error, and nothing is changed."""
    with pytest.raises(StoreError, match="no column takes"):
        lock.acquire_lock("local", reason="a \x00 letter")
    assert lock.get_locked_provider() is None


def test_a_missing_table_is_damage(database):
    """A table that is gone is damage."""
    with pytest.raises(StoreDamagedError), database.read() as connection:
        connection.exec_driver_sql("SELECT * FROM gone")


def test_who_waits_too_long_is_told(database, open_again):
    """A writer that waits too long for another one's row gets a transient error."""
    other = open_again(busy_timeout_seconds=0.05)
    with database.write() as connection:
        connection.exec_driver_sql("SELECT * FROM lock FOR UPDATE")
        with pytest.raises(StoreUnavailableError, match="hanging process") as caught, other.write() as second:
            second.exec_driver_sql("SELECT * FROM lock FOR UPDATE")
    assert caught.value.transient


def test_two_that_wait_for_each_other(lock, database):
    """Of two transactions that wait for each other one gets a transient error, and the other goes on."""
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE pair AS SELECT 1 AS one UNION SELECT 2")
    both, said = threading.Barrier(2, timeout=20), []

    def cross(first: int, second: int) -> None:
        try:
            with database.write() as connection:
                connection.exec_driver_sql(f"UPDATE pair SET one = one WHERE one = {first}")
                both.wait()
                connection.exec_driver_sql(f"UPDATE pair SET one = one WHERE one = {second}")
            said.append("done")
        except StoreUnavailableError as error:
            said.append(error.error_code)

    threads = [threading.Thread(target=cross, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "store-unavailable"]


def test_what_the_server_dropped_is_replaced(postgresql, lock, lock_row, database):
    """After the server ended every connection, each way of asking goes on at once, without an error."""
    lock.acquire_lock("gemini")
    for _ in range(2):
        dropped(postgresql, database)
        began = time.monotonic()
        assert lock_row.holder() == "gemini"
        assert len(lock_row.trail(10)) == 1
        assert lock.acquire_lock("gemini")
        assert time.monotonic() - began < 5


def test_a_connection_that_breaks_in_the_middle(postgresql, lock, database):
    """A transaction whose connection is ended fails as transient, leaves nothing, and the next one is well."""

    def broken_off() -> None:
        with database.write() as connection:
            connection.exec_driver_sql("UPDATE lock SET provider = 'openai'")
            dropped(postgresql, database)
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(StoreUnavailableError) as caught:
        broken_off()
    assert caught.value.transient
    assert lock.get_locked_provider() is None
    assert lock.acquire_lock("local")


@pytest.mark.parametrize("committed", [True, False])
def test_a_lost_answer_to_a_commit_is_looked_up(lock, monkeypatch, committed):
    """Where the connection breaks at the commit, the server is asked what became of it: done is done, and no error."""
    commit = Connection.commit

    def broken(connection: Connection) -> None:
        commit(connection) if committed else connection.rollback()
        raise OperationalError("COMMIT", {}, Exception("gone"), connection_invalidated=True)

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "commit", broken)
        if committed:
            assert lock.acquire_lock("gemini")
        else:
            with pytest.raises(StoreUnavailableError) as caught:
                lock.acquire_lock("gemini")
            assert caught.value.error_code == "store-unavailable"
    assert lock.is_locked("gemini") is committed


def test_only_the_run_of_the_server_that_was_told_is_believed(database):
    """Another server, or the same one after a crash, may have given the number again: it is not asked about it."""
    sent = []
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE lock SET revision = revision + 1")
        sent.append(Sent(*connection.execute(_ASK_NUMBER).one()))
    assert database._outcome(sent[0]) == "committed"
    assert database._outcome(sent[0]._replace(run="2026-01-01 00:00:00+00 2026-01-01 00:00:00+00")) == ""


def test_an_outcome_that_nobody_knows_is_said(lock, database, monkeypatch):
    """Where nobody can say whether a commit was done, the error says so under a code that is not tried again."""

    def broken(_connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("gone"), connection_invalidated=True)

    monkeypatch.setattr(database, "_outcome", lambda _number: "")
    monkeypatch.setattr(Connection, "commit", broken)
    with pytest.raises(StoreUnavailableError) as caught:
        lock.acquire_lock("gemini")
    assert caught.value.error_code == "store-outcome-unknown"


def test_many_start_at_once(postgresql):
    """Of many processes that find an empty database, one makes the tables and the others wait for it."""
    name = postgresql.make(migrated=False)
    faults: list[BaseException] = []

    def start() -> None:
        database = open_database(None, address=postgresql.address_of(name), busy_timeout_seconds=20)
        try:
            upgrading.upgrade(database)
            assert upgrading.revision(database) == upgrading.HEAD
        except BaseException as error:  # noqa: BLE001 - told by the test
            faults.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    postgresql.drop(name)
    assert faults == []


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://reader:{SECRET}@127.0.0.1:1/forecasts",
        f"postgresql://reader:{SECRET}@host.invalid/forecasts",
        f"postgresql://reader:{SECRET}@/forecasts?host=/nowhere",
    ],
)
def test_no_error_shows_the_password(address):
    """What cannot be reached is said by database and host; neither sentence nor traceback has user or password."""
    database = PostgresqlDatabase(address, busy_timeout_seconds=0.5)
    for block in (database.write, database.read):
        with pytest.raises(StoreUnavailableError) as caught, block():
            raise AssertionError
        assert "forecasts on " in caught.value.happened
        assert caught.value.error_code == "store-unavailable"
        assert "reader" not in str(caught.value)
        assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in repr(database) + repr(vars(database))
    database.close()


def test_a_missing_driver_says_what_to_install(monkeypatch):
    """Where the driver is not installed, the error names the extra that brings it."""
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("psycopg"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SettingsError, match=r"neuralbrain\[postgresql\]"):
        PostgresqlDatabase("postgresql://h/d", busy_timeout_seconds=1)


def test_times_come_back_to_the_microsecond(lock, database, clock):
    """A time is stored and read as the same moment, whatever zone the server lives in."""
    clock.forward(microseconds=7)
    lock.acquire_lock("local")
    row = StoredLockRow(database, clock=StillClock())
    assert row.read().acquired_at == clock.now()
