"""A database file of SQLite, opened so that what was acknowledged is durable and readers never wait."""

from __future__ import annotations

import contextlib
import importlib
import os
import stat
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from filelock import FileLock
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from neuralbrain.errors import StoreError, StoreFullError, StoreUnavailableError, StoreUnsafeError
from neuralbrain.store.database import READERS, Database

# Older versions can corrupt a WAL database when two connections write or checkpoint at once; fixed in 3.51.3.
OLDEST_SAFE_SQLITE = (3, 51, 3)


def sqlite_driver() -> ModuleType:
    """Return the DBAPI module to use: the bundled, newer SQLite where it is installed, else Python's own.

    Raises:
        StoreUnsafeError: If neither is new enough to be safe with two processes.
    """
    try:
        driver = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        driver = importlib.import_module("sqlite3.dbapi2")
    if driver.sqlite_version_info < OLDEST_SAFE_SQLITE:
        raise StoreUnsafeError(
            f"SQLite {driver.sqlite_version} can damage a database that two processes write to.",
            remedy="Install the package pysqlite3, or a Python whose SQLite is "
            f"{'.'.join(map(str, OLDEST_SAFE_SQLITE))} or newer.",
        )
    return driver


LEAST_SPACE_BYTES = 64 * 1024  # SQLite's shared index beside a WAL database needs 32 KiB before anything can be read


class SqliteDatabase(Database):
    """One file on this machine.

    Args:
        path: The database file; its folder is made if it is missing, for the owner alone.
        busy_timeout_seconds: How long a writer waits for another one.
    """

    def __init__(self, path: Path, *, busy_timeout_seconds: float) -> None:
        super().__init__(str(path), busy_timeout_seconds=busy_timeout_seconds)
        self.path = path
        with self.translated():
            _prepare_folder(path)
        self._looking = threading.Lock()
        self._frozen = _cannot_be_written(path)
        self._open()

    def _open(self) -> None:
        self._file = _identity(self.path)
        # One writer a process: SQLite serves waiting writers in no fair order, so they queue here, in order.
        self._writer = self._engine(begin="BEGIN IMMEDIATE", connections=1)
        self._reader = self._engine(begin="BEGIN", connections=READERS)
        self._single = self._engine(begin="", connections=1)

    def _look(self) -> None:
        """Open the file anew where it could not be written and now can be, or where another stands in its place.

        What was read without writing a byte takes the file for one that nobody changes: that ends here. And a
        database that was restored from a copy is another file, though it has the same name.
        """
        if not self._frozen and _identity(self.path) in (self._file, None):
            return
        with self._looking:
            frozen = _cannot_be_written(self.path) if self._frozen else ""
            if frozen and _identity(self.path) in (self._file, None):
                return
            before = (self._writer, self._reader, self._single)
            self._frozen = frozen
            self._open()
            self.opened += 1
            for engine in before:  # connections in use go on to the end of what they read
                engine.dispose()

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Run a block as one transaction that may write; it commits at the end, or not at all.

        The write lock is taken at the start, so nothing that was read inside can be outdated at the commit.

        Raises:
            StoreError: In our words, whatever the database says.
        """
        self._look()
        if self._frozen:
            raise self._said(self._frozen)
        with self.translated(hold=True), self._writer.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Run a block on one snapshot, without waiting for writers.

        Raises:
            StoreError: In our words, whatever the database says.
        """
        self._look()
        with self.translated(), self._reader.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Run a block as one transaction that may change tables, while no other process does so.

        Raises:
            StoreError: In our words, whatever the database says.
        """
        with FileLock(self.path.with_suffix(".migrating")), self.write() as connection:
            yield connection

    def library(self) -> str:
        """Return what keeps the data, with its version.

        Raises:
            StoreError: If the database cannot be opened.
        """
        with self.read() as connection:
            return f"SQLite {connection.exec_driver_sql('SELECT sqlite_version()').scalar_one()}"

    def _standing_alone(self) -> Engine:
        return self._single

    def _engines(self) -> Iterable[Engine]:
        return self._writer, self._reader, self._single

    def _engine(self, *, begin: str, connections: int) -> Engine:
        """Return an engine whose transactions begin with that statement.

        The dialect's own hook is used: an event listener for the same would slow every statement down.
        """
        address = URL.create("sqlite", database=str(self.path))
        if self._frozen and not _has_log(self.path):
            # Nobody can write there, so the file will not change under us; the usual way would have to write to read.
            file = f"file:{quote(str(self.path))}"
            address = URL.create("sqlite", database=file, query={"immutable": "1", "uri": "true"})
        engine = create_engine(
            address,
            module=sqlite_driver(),
            connect_args={"timeout": self._busy_timeout_seconds},
            pool_size=connections,
            max_overflow=0,
            pool_timeout=self._busy_timeout_seconds,
        )
        event.listen(engine, "connect", self._configure)
        vars(engine.dialect)["do_begin"] = (lambda connection: connection.execute(begin)) if begin else _nothing
        return engine

    def _configure(self, connection: Any, record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
        del record
        connection.isolation_level = None  # transactions begin where we say so, not where the driver guesses
        cursor = connection.cursor()
        if not self._frozen:
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # NORMAL loses acknowledged commits when the power fails
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={int(self._busy_timeout_seconds * 1000)}")
        cursor.close()

    def _in_our_words(self, error: Exception) -> StoreError:
        said = error.orig if isinstance(error, DBAPIError) else getattr(error, "strerror", None)
        return self._said(str(said or error))

    def _said(self, said: str) -> StoreError:
        where = f"the database {self.path}"
        lowered = said.lower()
        if "full" in lowered or "no space" in lowered or ("disk i/o" in lowered and _is_full(self.path)):
            return StoreFullError(
                f"The disk of {where} is full.", remedy="Free space there; nothing is lost and no restart is needed."
            )
        if "malformed" in lowered or "not a database" in lowered or "no such table" in lowered:
            return self._damaged("its file")
        if "read-only" in lowered or "readonly" in lowered:
            return StoreUnavailableError(
                f"Nobody may write to {where}: it is read-only.",
                remedy="Reading goes on. To publish, make it writable, or name another folder with NEURALBRAIN_HOME.",
                code="store-read-only",
            )
        if "locked" in lowered:
            return StoreUnavailableError(
                f"Another process kept {where} locked for {self._busy_timeout_seconds:g} s.",
                remedy="Try again; if it stays so, look for a hanging process that has the file open.",
            )
        if "constraint" in lowered or "append-only" in lowered:
            return StoreError(
                f"The database {self.path} refused a change that would break its rules ({said}).",
                remedy="This is a fault of NeuralBrain: please report it with this sentence.",
            )
        return StoreUnavailableError(
            f"The database {self.path} cannot be used ({said}).",
            remedy="Check that the folder exists and may be written; NEURALBRAIN_HOME names another one.",
        )


def _nothing(connection: object) -> None:
    del connection


def _prepare_folder(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.parent.stat().st_mode & stat.S_IWOTH:
        raise StoreUnsafeError(
            f"Everybody on this machine may write to {path.parent}.",
            remedy=f"Take that right away (chmod o-w {path.parent}), or name another folder with NEURALBRAIN_HOME.",
            code="store-permissions",
        )
    if not path.exists():
        path.touch(mode=0o600)


def _cannot_be_written(path: Path) -> str:
    """Return why nothing can be written at a path, empty where something can."""
    if os.statvfs(path).f_flag & os.ST_RDONLY or not os.access(path, os.W_OK):
        return "read-only"
    return "no space" if path.stat().st_size and _is_full(path) else ""


def _identity(path: Path) -> tuple[int, int] | None:
    """Return which file stands at a path, None where none does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_full(path: Path) -> bool:
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize < LEAST_SPACE_BYTES


def _has_log(path: Path) -> bool:
    """Return whether commits stand in the log beside the file: then the file alone is not the database."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0
