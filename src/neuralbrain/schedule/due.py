"""Which slot is due, which were missed, and when the next one begins; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from neuralbrain.domain.slot import Schedule, slot_at

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done at a moment.

    Args:
        due: The slot that has begun last, where it has no state yet; None where it has.
        after: The newest slot that has a state; None where none has: then nothing was missed.
        current: The slot that has begun last.
        next_slot: When the next one begins.
        paused: Whether no cycle is to be run.
    """

    due: datetime | None
    after: datetime | None
    current: datetime
    next_slot: datetime
    paused: bool


def plan_of(schedules: Sequence[Schedule], *, newest: datetime | None, now: datetime) -> Plan:
    """Return what is to be done now.

    The slot that has begun last stays due until the next one begins; every slot between the newest that has a state
    and that one was missed. So an outage of any length is caught up by one cycle, and nothing is run twice.

    Args:
        schedules: Every schedule that ever held, oldest first; the last one holds now, whatever the clock says.
        newest: The newest slot not after now that has a state, None where none has.
        now: The time.
    """
    schedules = holding(schedules, now)
    holds = schedules[-1]
    current = _last_slot(schedules, now)
    return Plan(
        due=current if newest is None or newest < current else None,
        after=newest,
        current=current,
        next_slot=slot_at(now, holds.interval_seconds) + timedelta(seconds=holds.interval_seconds),
        paused=holds.paused,
    )


def missed_slots(schedules: Sequence[Schedule], plan: Plan, *, since: datetime | None = None) -> Iterator[datetime]:
    """Yield the slots between the newest that has a state and the current one, oldest first, both left out.

    Args:
        schedules: Every schedule that ever held, oldest first.
        plan: What is to be done now.
        since: An earlier slot to begin with: one that was left open, or the first there ever was. Slots after it that
            have a state are yielded too.
    """
    slot = plan.after
    if since is not None and since < plan.current and (slot is None or since < slot):
        yield since
        slot = since
    if slot is None:
        return
    while (slot := _following(schedules, slot)) < plan.current:
        yield slot


def holding(schedules: Sequence[Schedule], now: datetime) -> Sequence[Schedule]:
    """Return the schedules as they count now: the last one holds, also where the clock was set back over its change."""
    last = schedules[-1]
    if last.since <= now:
        return schedules
    since = slot_at(now, last.interval_seconds)
    return (*(one for one in schedules[:-1] if one.since < since), replace(last, since=since))


def schedule_at(schedules: Sequence[Schedule], moment: datetime) -> Schedule:
    """Return the schedule that held at a moment."""
    return next(one for one in reversed(schedules) if one.since <= moment)


def _last_slot(schedules: Sequence[Schedule], now: datetime) -> datetime:
    """Return the slot that has begun last: each schedule counts on its own grid, from when it held."""
    until = now
    for one in reversed(schedules):
        if one.since > until:  # the clock was set back over the change
            continue
        slot = slot_at(until, one.interval_seconds)
        if slot >= one.since:
            return slot
        until = one.since - INSTANT
    raise ValueError("the first schedule holds from the beginning of time")


def _following(schedules: Sequence[Schedule], slot: datetime) -> datetime:
    """Return the first slot after one, on the grid of whichever schedule held then."""
    position = next(index for index in reversed(range(len(schedules))) if schedules[index].since <= slot)
    moment = slot
    while True:
        step = timedelta(seconds=schedules[position].interval_seconds)
        found = slot_at(moment, schedules[position].interval_seconds)
        if found <= slot or found < schedules[position].since:
            found += step
        if position + 1 == len(schedules) or found < schedules[position + 1].since:
            return found
        position += 1
        moment = schedules[position].since
