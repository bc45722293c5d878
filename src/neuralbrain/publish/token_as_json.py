"""A token as plain values, as the command line and the API show it: never itself, and never its digest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.token import TokenRecord


def token_as_json(record: TokenRecord, *, now: datetime) -> dict[str, Any]:
    """Return what may be shown of a token.

    Args:
        record: What is kept of it.
        now: Tells whether it has expired.
    """
    return {
        "name": record.name,
        "scope": record.scope.value,
        "state": record.state(now),
        "created_at": utc_text(record.created_at),
        "created_by": record.created_by,
        "expires_at": None if record.expires_at is None else utc_text(record.expires_at),
        "revoked_at": None if record.revoked_at is None else utc_text(record.revoked_at),
        "revoked_because": record.revoked_because or None,
    }
