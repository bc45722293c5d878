"""How old an edition is at the moment it is asked for."""

from __future__ import annotations

from datetime import datetime

from neuralbrain.domain.edition import EditionHeader


def age_seconds(header: EditionHeader, now: datetime) -> int:
    """Return how old an edition is, whole seconds; 0 where the clock was set back behind it."""
    return max(0, int((now - header.timestamp).total_seconds()))
