"""When a question is asked again, and how long to wait before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

BUSY = frozenset({429, 502, 503, 504})  # statuses that may be over in a moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How patient a client is. Only what reads is asked again.

    Args:
        attempts: How often a question is asked at most, the first time included.
        first_seconds: The longest wait before the second attempt; it doubles with each one.
        longest_seconds: The longest wait of all. Where the service wants more, its problem is raised at once.
    """

    attempts: int = 3
    first_seconds: float = 0.5
    longest_seconds: float = 60.0

    def wait_seconds(self, attempt: int, *, luck: float, asked_for: float | None = None) -> float | None:
        """Return how long to wait before the next attempt; None where there is none.

        A random share of a bound that doubles: clients that failed together do not come back together.

        Args:
            attempt: Which attempt has failed, from 1.
            luck: 0 to 1.
            asked_for: Seconds that the service asked for; a little luck is added, so that not all come at that moment.

        Source: Brooker (2015), "Exponential Backoff And Jitter", full jitter.

        >>> Retries().wait_seconds(2, luck=0.5), Retries().wait_seconds(3, luck=0.5)
        (0.5, None)
        >>> Retries().wait_seconds(1, luck=0.5, asked_for=30.0), Retries().wait_seconds(1, luck=0.5, asked_for=90.0)
        (30.25, None)
        """
        if attempt >= self.attempts:
            return None
        if asked_for is not None:
            return None if asked_for > self.longest_seconds else asked_for + luck * self.first_seconds
        return luck * min(self.longest_seconds, self.first_seconds * 2.0 ** (attempt - 1))


def seconds_asked_for(headers: Mapping[str, str]) -> float | None:
    """Return what ``Retry-After`` asks for; a date counts from the service's own ``Date``.

    >>> seconds_asked_for({"retry-after": "30"}), seconds_asked_for({"retry-after": "soon"})
    (30.0, None)
    >>> seconds_asked_for({"retry-after": "Sun, 22 Nov 2026 12:01:00 GMT", "date": "Sun, 22 Nov 2026 12:00:00 GMT"})
    60.0
    """
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    until, now = _moment(said), _moment(headers.get("date", ""))
    return None if until is None or now is None else max(0.0, (until - now).total_seconds())


def _moment(said: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)  # -0000 is UTC of an unknown place
