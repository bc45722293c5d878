"""Opens the database that the settings name: a server by its address, else a file."""

from __future__ import annotations

from pathlib import Path

from neuralbrain.store.database import Database
from neuralbrain.store.sqlite_database import SqliteDatabase


def open_database(path: Path, *, address: str = "", busy_timeout_seconds: float) -> Database:
    """Return the database at an address; without one, the file at a path.

    Args:
        path: The file; it and its folder are made if they are missing.
        address: ``postgresql://user:password@host/database``.
        busy_timeout_seconds: How long a writer waits for another one.

    Raises:
        SettingsError: If the address needs a driver that is not installed.
        StoreError: If the file cannot be opened safely.
    """
    if not address:
        return SqliteDatabase(path, busy_timeout_seconds=busy_timeout_seconds)
    # Imported here: whoever keeps everything in a file need not load it.
    from neuralbrain.store.postgresql_database import PostgresqlDatabase  # noqa: PLC0415

    return PostgresqlDatabase(address, busy_timeout_seconds=busy_timeout_seconds)
