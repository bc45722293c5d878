"""A database on a PostgreSQL server, by its address: one truth for several machines."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError

from neuralbrain.domain.database_address import shown_address
from neuralbrain.errors import SettingsError, StoreError, StoreUnavailableError
from neuralbrain.store.database import READERS, Database
from neuralbrain.store.sqlstate import store_error
from neuralbrain.store.turn import Turn, take_turn

WRITERS = 4  # connections that may write at one time: the cycle, its lease, the service and one to spare
NOTICE_SECONDS = 5  # within which a server that does not answer any more is noticed
# A statement waits for others first, and then has its own work; a transaction in which nothing happens for that long
# belongs to a process that hangs, and would keep the lock's row from everybody else.
STATEMENT_WAITS = 3

# A half-open connection is noticed by the operating system: probes after 2 s of silence, a second apart.
_WIRE = {
    "connect_timeout": NOTICE_SECONDS,
    "keepalives": 1,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": NOTICE_SECONDS * 1000,
    "application_name": "neuralbrain",
}

# What an acknowledged commit means is not left to the server's settings: it is on its disk, and on that of a
# synchronous standby where there is one. A setting that promises more stays.
_SESSION = """
SELECT set_config('lock_timeout', '{waits_ms}ms', false),
       set_config('statement_timeout', '{works_ms}ms', false),
       set_config('idle_in_transaction_session_timeout', '{works_ms}ms', false),
       set_config('timezone', 'UTC', false),
       set_config('datestyle', 'ISO', false),
       CASE WHEN current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
            THEN set_config('synchronous_commit', 'on', false) END
"""

# A standby that was promoted, or a server after a crash, gives numbers again that were lost with their transactions:
# what it says of one is about another transaction. Statistics begin anew where only the memory of a server was lost.
_RUN = "concat_ws(' ', pg_postmaster_start_time(), pg_stat_get_bgwriter_stat_reset_time())"
_ASK_NUMBER = text(f"SELECT pg_current_xact_id_if_assigned()::text AS number, {_RUN} AS run")
_ASK_OUTCOME = text(f"SELECT CASE WHEN {_RUN} = :run THEN pg_xact_status(CAST(:number AS xid8)) END")


class Sent(NamedTuple):
    """A transaction that was sent to be committed: its number, and in which run of which server."""

    number: str | None
    run: str


class PostgresqlDatabase(Database):
    """A database on a server.

    Args:
        address: ``postgresql://user:password@host/database``; it is kept where no sentence and no dump finds it.
        busy_timeout_seconds: How long a transaction waits for another one.

    Raises:
        SettingsError: If the driver is not installed.
    """

    # Machines have clocks and uptimes of their own; this is the one that they share.
    clock_question = "SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)"

    def __init__(self, address: str, *, busy_timeout_seconds: float) -> None:
        super().__init__(shown_address(address), busy_timeout_seconds=busy_timeout_seconds)
        url = make_url(address).set(drivername="postgresql+psycopg")
        self._writer = self._engine(url, isolation="READ COMMITTED", connections=WRITERS)
        self._foreign_errors = (*self._foreign_errors, self._writer.dialect.loaded_dbapi.Error)
        self._reader = self._engine(url, isolation="REPEATABLE READ", connections=READERS)
        event.listen(self._reader, "connect", _only_read)
        self._single = self._engine(url, isolation="AUTOCOMMIT", connections=1)

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Run a block as one transaction that may write; it commits at the end, or not at all.

        Others write at the same time. What was read may be outdated at the commit, unless its row was locked
        (``with_for_update``) or a turn was taken (``take_turn``).

        Raises:
            StoreError: In our words, whatever the database says.
        """
        with self.translated(hold=True), self._writer.connect() as connection:
            transaction = connection.begin()
            yield connection
            if transaction.is_active:
                self._commit(connection)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Run a block on one snapshot, without waiting for writers.

        Raises:
            StoreError: In our words, whatever the database says.
        """
        with self.translated(), self._reader.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Run a block as one transaction that may change tables, while no other process does so.

        Raises:
            StoreError: In our words, whatever the database says.
        """
        with self.write() as connection:
            for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
                connection.exec_driver_sql(f"SET LOCAL {limit} = 0")  # large tables take as long as they take
            take_turn(connection, Turn.MIGRATION)
            yield connection

    def library(self) -> str:
        """Return what keeps the data, with its version.

        Raises:
            StoreError: If the database cannot be opened.
        """
        with self.read() as connection:
            return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"

    def _commit(self, connection: Connection) -> None:
        """Commit; where the answer is lost with the connection, ask the server on another one what became of it.

        Raises:
            StoreUnavailableError: If nobody can say.
        """
        sent = Sent(*connection.execute(_ASK_NUMBER).one())
        try:
            connection.commit()
        except DBAPIError as lost:
            if sent.number is None or not lost.connection_invalidated:
                raise
            outcome = self._outcome(sent)
            if outcome == "aborted":
                raise
            if outcome != "committed":
                raise StoreUnavailableError(
                    f"The connection to the database {self.name} broke while something was written; whether it was "
                    "is not known.",
                    remedy="Look before it is tried again: what was written is there.",
                    code="store-outcome-unknown",
                ) from lost

    def _outcome(self, sent: Sent) -> str:
        """Return what the server says became of a transaction; empty where it cannot say within a few seconds.

        Empty too where another one answers, or the same one after a crash.
        """
        until = time.monotonic() + NOTICE_SECONDS
        while time.monotonic() < until:
            try:
                with self._reader.connect() as connection:
                    said = connection.execute(_ASK_OUTCOME, sent._asdict()).scalar_one() or ""
            except DBAPIError:
                said = "in progress"
            if said != "in progress":
                return str(said)
            time.sleep(0.1)
        return ""

    def _standing_alone(self) -> Engine:
        return self._single

    def _engines(self) -> Iterable[Engine]:
        return self._writer, self._reader, self._single

    def _engine(self, url: URL, *, isolation: Any, connections: int) -> Engine:  # noqa: ANN401 - a Literal of theirs
        try:
            engine = create_engine(
                url,
                isolation_level=isolation,
                connect_args={name: value for name, value in _WIRE.items() if name not in url.query},
                pool_size=connections,
                max_overflow=0,
                pool_timeout=self._busy_timeout_seconds,
                pool_pre_ping=True,  # a connection that the server dropped is replaced before it is used
                hide_parameters=True,
                use_native_hstore=False,
            )
        except ImportError as error:
            raise SettingsError(
                "The setting database_url names PostgreSQL, and its driver is not installed.",
                remedy="Install it (pip install 'neuralbrain[postgresql]'), or remove the setting.",
            ) from error
        event.listen(engine, "connect", self._configure)
        return engine

    def _configure(self, connection: Any, record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
        del record
        waits_ms = max(1, math.ceil(self._busy_timeout_seconds * 1000))
        with connection.cursor() as cursor:
            cursor.execute(_SESSION.format(waits_ms=waits_ms, works_ms=waits_ms * STATEMENT_WAITS))
        if not connection.autocommit:
            connection.commit()

    def _in_our_words(self, error: Exception) -> StoreError:
        return store_error(error, name=self.name)


def _only_read(connection: Any, record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
    del record
    connection.read_only = True
