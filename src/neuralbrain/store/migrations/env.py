"""Alembic's door: runs the revisions on the connection, and in the transaction, that ``upgrade`` hands over."""

from __future__ import annotations

from alembic import context

from neuralbrain.store import schema

context.configure(connection=context.config.attributes["connection"], target_metadata=schema.lock.metadata)
context.run_migrations()
