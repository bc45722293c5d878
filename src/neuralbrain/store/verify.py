"""Finds what was changed behind our back: the file's own structure, every edition, the audit trail."""

from __future__ import annotations

from sqlalchemy import text

from neuralbrain.errors import StoreDamagedError
from neuralbrain.store import audit
from neuralbrain.store.database import Database
from neuralbrain.store.editions import StoredEditions


def damages_of(database: Database, editions: StoredEditions) -> list[str]:
    """Return one sentence for each thing that is not as it was written; empty where all is."""
    found = []
    with database.read() as connection:
        structure = connection.execute(text("PRAGMA quick_check")).scalars().all()
        broken_keys = connection.execute(text("PRAGMA foreign_key_check")).all()
        broken_event = audit.broken_at(connection)
    if list(structure) != ["ok"]:
        found.append(f"The database file is damaged: {structure[0]}.")
    if broken_keys:
        found.append(f"{len(broken_keys)} rows refer to rows that are not there.")
    if broken_event is not None:
        found.append(f"The audit trail was changed at event {broken_event}.")
    previous = ""
    for number in editions.numbers():
        try:
            edition = editions.get(number)
        except (StoreDamagedError, ValueError) as error:
            found.append(error.happened if isinstance(error, StoreDamagedError) else f"Edition {number} is unreadable.")
            continue
        if edition is not None and previous and edition.header.previous_digest != previous:
            found.append(f"Edition {number} does not follow from the edition before it.")
        previous = "" if edition is None else edition.header.digest
    return found
