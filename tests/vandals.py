"""Changes what is stored as somebody with the database in hand could: triggers and checks first."""

from __future__ import annotations

from sqlalchemy import Connection, text

from neuralbrain.store.database import Database
from neuralbrain.store.schema import APPEND_ONLY, metadata

# What SQLite says otherwise than PostgreSQL, and how that says it.
_SPOKEN = {
    "zeroblob(9)": "decode('000000000000000000', 'hex')",
    "zeroblob(length(quantiles))": "decode(repeat('00', length(quantiles)), 'hex')",
    "x'0011'": "decode('0011', 'hex')",
    "x'00'": "decode('00', 'hex')",
    "'rubbish'": "'infinity'",  # the nearest to a time that is none that the column takes
}


def unguarded(connection: Connection) -> None:
    """Take the triggers and the checks of references away, for the rest of a transaction at least."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for table in APPEND_ONLY:
        for change in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuses_{change}"))
    connection.execute(text("PRAGMA defer_foreign_keys=ON"))


def vandalise(database: Database, *statements: str) -> None:
    """Change what is stored; the statements are those of SQLite."""
    with database.write() as connection:
        unguarded(connection)
        for statement in statements:
            said = statement
            if connection.dialect.name == "postgresql":
                for here, there in _SPOKEN.items():
                    said = said.replace(here, there)
            connection.exec_driver_sql(said)


def removal_of(number: int) -> list[str]:
    """Return what removes an edition with all its rows and all that was ever said of them."""
    return [
        *(
            f"DELETE FROM {table.name} WHERE edition_number = {number}"
            for table in reversed(metadata.sorted_tables)
            if "edition_number" in table.c
        ),
        f"DELETE FROM edition WHERE number = {number}",
    ]
