"""When a message that did not arrive is tried again, and when nobody tries any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from neuralbrain.alert_ports import Delivered

FIRST_SECONDS = 30.0  # a receiver that restarts is back by then
LONGEST_SECONDS = 6 * 3600.0  # one that is away over night is found in the morning
MOST_ATTEMPTS = 16  # 30 s doubled up to six hours: three days in all, a weekend


def next_attempt(delivered: Delivered, *, attempts: int, now: datetime, jitter: float) -> datetime | None:
    """Return when a message is tried again, None where it arrived or is given up.

    Args:
        delivered: What came of the last attempt.
        attempts: How many there were, at least 1.
        now: The time.
        jitter: 0 to 1, another one each time: receivers that were away must not be asked by everybody at once.

    >>> from datetime import UTC
    >>> away = Delivered(well=False, said="")
    >>> noon = datetime(2026, 4, 1, 12, tzinfo=UTC)
    >>> [(next_attempt(away, attempts=n, now=noon, jitter=1.0) - noon).total_seconds() for n in (1, 2, 3, 11, 15)]
    [30.0, 60.0, 120.0, 21600.0, 21600.0]
    """
    if delivered.well or delivered.lasting or attempts >= MOST_ATTEMPTS:
        return None
    seconds = min(FIRST_SECONDS * 2.0 ** (attempts - 1), LONGEST_SECONDS) * (0.5 + jitter / 2)
    told = min(delivered.wait_seconds or 0.0, LONGEST_SECONDS)
    return now + timedelta(seconds=max(seconds, told))
