"""Whether the database's own structure holds: its pages, its references, and the checks that watch over them."""

from __future__ import annotations

from sqlalchemy import Connection, ForeignKeyConstraint, and_, func, not_, select, text

from neuralbrain.store.columns import metadata

# NULL where the cluster was made without checksums: then the server notices no damaged page, and nobody else can.
_DAMAGED_PAGES = "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()"
_UNCHECKED = """
SELECT conname FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND NOT convalidated ORDER BY conname
"""
_SWITCHED_OFF = """
SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = current_schema()::regnamespace AND tgenabled IN ('D', 'R') ORDER BY relname
"""


def structure(connection: Connection) -> list[str]:
    """Return one sentence for each thing of the database's structure that does not hold."""
    return _of_a_file(connection) if connection.dialect.name == "sqlite" else _of_a_server(connection)


def _of_a_file(connection: Connection) -> list[str]:
    pages = connection.execute(text("PRAGMA quick_check")).scalars().all()
    broken_keys = connection.execute(text("PRAGMA foreign_key_check")).all()
    found = [] if list(pages) == ["ok"] else [f"The database file is damaged: {pages[0]}."]
    return found + _dangling(len(broken_keys))


def _of_a_server(connection: Connection) -> list[str]:
    """Look at what can be seen from here: a server's files cannot be, and it checks each page itself as it reads it."""
    pages = connection.execute(text(_DAMAGED_PAGES)).scalar_one() or 0
    keys = [key for table in metadata.sorted_tables for key in table.foreign_key_constraints]
    return [
        *([f"The server found {pages} damaged pages."] if pages else []),
        *_dangling(sum(_broken(connection, key) for key in keys)),
        *(f"The constraint {name} was never checked." for name in connection.execute(text(_UNCHECKED)).scalars()),
        *(
            f"A trigger of the table {name} is switched off."
            for name in connection.execute(text(_SWITCHED_OFF)).scalars()
        ),
    ]


def _broken(connection: Connection, key: ForeignKeyConstraint) -> int:
    """Return how many rows refer to rows that are not there."""
    meant = key.referred_table.alias()
    same = and_(*(meant.c[one.column.name] == one.parent for one in key.elements))
    given = and_(*(one.parent.is_not(None) for one in key.elements))
    dangling = select(func.count()).select_from(key.table).where(given, not_(select(1).where(same).exists()))
    return int(connection.execute(dangling).scalar_one())


def _dangling(rows: int) -> list[str]:
    return [f"{rows} rows refer to rows that are not there."] if rows else []
