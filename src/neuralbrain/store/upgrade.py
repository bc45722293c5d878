"""Brings a database to the newest schema; one process at a time, and only when it is needed."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from neuralbrain.errors import StoreUnsafeError
from neuralbrain.store.database import Database

HEAD = "0012"
"""The newest revision in ``migrations/versions``; a test holds the two together."""

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Bring the database to HEAD.

    Raises:
        StoreUnsafeError: If it was made by a newer NeuralBrain.
    """
    if _is_newest(database, revision(database)):
        return
    with database.migrating() as connection:
        if not _is_newest(database, _revision(connection)):  # another process may have been first
            _run_alembic(connection)


def revision(database: Database) -> str | None:
    """Return the schema revision of a database, None for an empty one."""
    with database.read() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _is_newest(database: Database, found: str | None) -> bool:
    if found is not None and found > HEAD:
        raise StoreUnsafeError(
            f"The database {database.name} has schema {found}; this version knows only up to {HEAD}.",
            remedy="Install the newer NeuralBrain again, or name another folder with NEURALBRAIN_HOME.",
            code="store-too-new",
        )
    return found == HEAD


def _run_alembic(connection: Connection) -> None:
    # Imported here: it costs a quarter of a second that only the first start after an update should pay.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
