"""Triggers that keep history as it is: what a table holds may be added to, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import Connection

# A statement is refused as a whole, even one that would change no row; TRUNCATE knows no rows anyway. The SQLSTATE is
# one of broken rules (class 23): what went wrong is read from it, never from the sentence.
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only';
END
$$
"""

# The one exception: audit events up to the pruned head, which the lock's row names. This trigger is asked each row.
_IS_KEPT = "OLD.sequence > COALESCE((SELECT audit_pruned_sequence FROM lock WHERE id = 1), 0)"
_FUNCTION_OF_THE_TRAIL = f"""
CREATE OR REPLACE FUNCTION refuse_delete_of_kept_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {_IS_KEPT} THEN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only';
  END IF;
  RETURN OLD;
END
$$
"""
_REFUSE_ONLY_KEPT_EVENTS = {
    "sqlite": (
        "DROP TRIGGER audit_event_refuses_delete",
        f"CREATE TRIGGER audit_event_refuses_delete BEFORE DELETE ON audit_event WHEN {_IS_KEPT} "
        "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END",
    ),
    "postgresql": (
        _FUNCTION_OF_THE_TRAIL,
        "DROP TRIGGER audit_event_refuses_change ON audit_event",
        "CREATE TRIGGER audit_event_refuses_change BEFORE UPDATE OR TRUNCATE ON audit_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER audit_event_refuses_delete BEFORE DELETE ON audit_event "
        "FOR EACH ROW EXECUTE FUNCTION refuse_delete_of_kept_event()",
    ),
}


class Operations(Protocol):
    """What is needed of a migration's ``alembic.op``."""

    def get_bind(self) -> Connection:
        """Return the connection that the migration runs on."""
        ...


def refuse_changes(op: Operations, tables: Iterable[str]) -> None:
    """Make the triggers that refuse to change or delete rows of tables.

    Args:
        op: ``alembic.op``, in a migration that has made the tables.
        tables: Their names.

    Raises:
        NotImplementedError: On a database for which nobody has written the triggers.
    """
    connection = op.get_bind()
    make = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}.get(connection.dialect.name)
    if make is None:
        raise NotImplementedError(f"no triggers are written for {connection.dialect.name}")
    make(connection, tables)


def let_audit_events_be_pruned(op: Operations) -> None:
    """Let audit events up to the pruned head be deleted; every other change of them stays refused.

    Args:
        op: ``alembic.op``, in a migration in which the lock's row has its pruned head.
    """
    connection = op.get_bind()
    for statement in _REFUSE_ONLY_KEPT_EVENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _on_sqlite(connection: Connection, tables: Iterable[str]) -> None:
    for table in tables:
        for change in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _on_postgresql(connection: Connection, tables: Iterable[str]) -> None:
    connection.exec_driver_sql(_FUNCTION)
    for table in tables:
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
