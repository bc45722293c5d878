"""What tests of faults start from."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from neuralbrain.store.database import Database
from neuralbrain.store.sqlite_database import SqliteDatabase
from neuralbrain.store.upgrade import upgrade


@pytest.fixture
def quiet() -> Iterator[None]:
    """Log nothing: thousands of provoked faults, each drawn with its traceback, take minutes."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture
def quick_database() -> Iterator[Database]:
    """Yield a real database, in memory where the machine has such a folder: for tests whose cost is its commits."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    database = SqliteDatabase(folder / "home" / "quick.sqlite3", busy_timeout_seconds=20)
    upgrade(database)
    yield database
    database.close()
    shutil.rmtree(folder)
