"""History is added to, never changed: each table that holds some refuses it, on each database."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from neuralbrain.errors import StoreError
from neuralbrain.store.schema import APPEND_ONLY, metadata

pytestmark = pytest.mark.both_databases


def changes_of(table: str, backend: str) -> list[str]:
    """Return a statement for each kind of change."""
    column = metadata.tables[table].columns.keys()[0]
    known = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
    return [*known, f"TRUNCATE {table} CASCADE"] if backend == "postgresql" else known


def test_each_table_refuses_each_change(database, backend):
    """Each append-only table refuses to change or lose a row, or all of them."""
    for table in APPEND_ONLY:
        for statement in changes_of(table, backend):
            with pytest.raises(StoreError, match="append-only"):
                _change(database, table, statement)


def _change(database, table: str, statement: str) -> None:
    with database.write() as connection:
        _with_a_row(connection, table)
        connection.execute(text(statement))


def _with_a_row(connection, table: str) -> None:
    """Put the least row into a table, without looking at what it refers to: SQLite asks its triggers a row."""
    if connection.dialect.name == "postgresql":  # it asks them a statement, but for whether an audit event is kept
        if table == "audit_event":
            connection.exec_driver_sql("INSERT INTO audit_event VALUES (1, now(), '', '', 1, '', '', '', '')")
        return
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    columns = metadata.tables[table].columns
    row = {
        one.name: "2026-04-01 12:00:00" if "TIME" in str(one.type) or "DATE" in str(one.type) else 1 for one in columns
    }
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
    )
