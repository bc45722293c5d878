"""When a cycle is due, in words: how often, when next, and who paused it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from neuralbrain.domain.slot import Schedule, slot_at


def every_text(interval_seconds: int) -> str:
    """Return how often a cycle is due.

    >>> every_text(3600), every_text(900), every_text(21_600), every_text(5400)
    ('every hour', 'every 15 minutes', 'every 6 hours', 'every 90 minutes')
    """
    minutes = interval_seconds // 60
    if minutes % 60:
        return "every minute" if minutes == 1 else f"every {minutes} minutes"
    return "every hour" if minutes == 60 else f"every {minutes // 60} hours"


def next_slot(schedule: Schedule, now: datetime) -> datetime:
    """Return when the next slot begins, whether or not the schedule is paused."""
    interval = schedule.interval_seconds
    return slot_at(now, interval) + timedelta(seconds=interval)


def pausing(schedules: Sequence[Schedule]) -> Schedule | None:
    """Return the change that paused the schedule, None where it is not paused.

    Args:
        schedules: Every one that ever held, oldest first.
    """
    found = None
    for one in reversed(schedules):
        if not one.paused:
            break
        found = one
    return found
