"""Times as people read them: a moment with its zone, and how long something lasted or is ago."""

from __future__ import annotations

from datetime import datetime

MINUTE, HOUR, DAY = 60, 3600, 86_400


def moment_text(moment: datetime) -> str:
    """Return a moment to the minute.

    >>> from datetime import UTC
    >>> moment_text(datetime(2026, 3, 22, 7, 5, 59, tzinfo=UTC))
    '2026-03-22 07:05 UTC'
    """
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def span_text(seconds: float) -> str:
    """Return a length of time in its largest fitting unit, cut to a whole number from a minute on.

    >>> span_text(4.26), span_text(61), span_text(7200), span_text(3 * 86_400), span_text(-5)
    ('4.3 s', '1 min', '2 h', '3 days', '0.0 s')
    """
    if seconds < MINUTE:
        return f"{max(seconds, 0.0):.1f} s"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < 2 * DAY:
        return f"{int(seconds // HOUR)} h"
    return f"{int(seconds // DAY):,} days"


def age_text(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was; one that is still to come is told from others, because a clock was set then.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 22, 12, tzinfo=UTC)
    >>> age_text(noon, noon.replace(hour=14)), age_text(noon.replace(hour=14), noon)
    ('2 h ago', '2 h in the future')
    """
    seconds = (now - moment).total_seconds()
    return f"{span_text(-seconds)} in the future" if seconds < 0 else f"{span_text(seconds)} ago"
