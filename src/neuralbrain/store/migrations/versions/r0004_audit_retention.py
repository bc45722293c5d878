"""Gives the lock's row the pruned head of the audit trail, and lets events up to there be deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from neuralbrain.store.append_only import let_audit_events_be_pruned

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add where the kept trail begins; nothing is pruned yet."""
    op.add_column("lock", sa.Column("audit_pruned_sequence", sa.Integer(), server_default="0", nullable=False))
    op.add_column("lock", sa.Column("audit_pruned_digest", sa.String(length=64), server_default="", nullable=False))
    let_audit_events_be_pruned(op)
