"""How things stand at one moment: what `neuralbrain status` shows, as values and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from neuralbrain.cli.due import next_slot, pausing
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.claims import RiskLevel
from neuralbrain.domain.edition import Edition
from neuralbrain.domain.health import HealthCheck, ServiceRecord
from neuralbrain.domain.slot import Schedule, SlotRecord, slot_at
from neuralbrain.publish.as_json import header_as_json, schedule_as_json, slot_as_json
from neuralbrain.publish.tally import current_rows
from neuralbrain.wiring import Application

SLOTS_SHOWN = 5  # with the other facts they fill half a usual screen; `cycles slots` has more


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """How things stand.

    Args:
        now: At which moment.
        edition: The one that is up, None where none is.
        all_withdrawn: Whether there are editions, and none is up because each was withdrawn.
        lock: The lock's status, as the lock tells it.
        schedules: Every schedule that ever held, oldest first.
        slots: The last slots that have a state, newest first.
        slot_is_due: Whether the slot of this moment has no state yet.
        services: Those that run now, newest first.
        health: The last health check, None where there was none.
    """

    now: datetime
    edition: Edition | None
    all_withdrawn: bool
    lock: Mapping[str, Any]
    schedules: Sequence[Schedule]
    slots: Sequence[SlotRecord]
    slot_is_due: bool
    services: Sequence[ServiceRecord]
    health: HealthCheck | None

    @property
    def schedule(self) -> Schedule:
        """Return the schedule that holds now."""
        return self.schedules[-1]

    @property
    def next_slot(self) -> datetime | None:
        """Return when the next cycle is due: the slot of this moment while it has no state; None while paused."""
        if self.schedule.paused:
            return None
        if self.slot_is_due:
            return slot_at(self.now, self.schedule.interval_seconds)
        return next_slot(self.schedule, self.now)


def picture_of(here: Application) -> Picture:
    """Return how things stand now.

    Raises:
        StoreError: If something of it cannot be read.
    """
    now = here.clock.now()
    edition = here.editions.get()
    schedules = here.slots.schedules()
    return Picture(
        now=now,
        edition=edition,
        all_withdrawn=edition is None and bool(here.editions.headers(1)),
        lock=here.lock.get_status(),
        schedules=schedules,
        slots=here.slots.last(SLOTS_SHOWN),
        slot_is_due=here.slots.find(slot_at(now, schedules[-1].interval_seconds)) is None,
        services=here.services.running(),
        health=next(iter(here.services.health(1)), None),
    )


def counts_by_risk(edition: Edition) -> dict[str, int]:
    """Return how many forecasts have which level, the highest first, and how many have none; an archive is left out."""
    found = Counter(row.risk_level for row in current_rows(tuple(edition.rows())))
    counts = {level.value: found[level] for level in (RiskLevel.RED, RiskLevel.YELLOW, RiskLevel.GREEN)}
    return counts | {"none": found[None]}


def newest_report(edition: Edition) -> date | None:
    """Return the day of the newest value that an edition starts from, None where it has no forecasts."""
    return max((row.context.last_date for row in edition.rows()), default=None)


def picture_as_json(picture: Picture) -> dict[str, Any]:
    """Return how things stand, as plain values."""
    next_due = picture.next_slot
    paused = pausing(picture.schedules)
    return {
        "now": utc_text(picture.now),
        "edition": None if picture.edition is None else _edition_as_json(picture.edition, picture.now),
        "lock": dict(picture.lock),
        "schedule": {
            **schedule_as_json(picture.schedule),
            "paused_by": None if paused is None else schedule_as_json(paused),
            "next_slot": None if next_due is None else utc_text(next_due),
            "due_now": next_due is not None and picture.slot_is_due,
            "last_slots": [slot_as_json(one) for one in picture.slots],
        },
        "services": [_service_as_json(one) for one in picture.services],
        "health": None if picture.health is None else _health_as_json(picture.health),
    }


def _edition_as_json(edition: Edition, now: datetime) -> dict[str, Any]:
    newest = newest_report(edition)
    return {
        **header_as_json(edition.header),
        "age_seconds": (now - edition.header.timestamp).total_seconds(),
        "newest_report": None if newest is None else newest.isoformat(),
        "data_age_days": None if newest is None else (now.date() - newest).days,
        "risk_levels": counts_by_risk(edition),
    }


def _service_as_json(service: ServiceRecord) -> dict[str, Any]:
    return {
        "number": service.number,
        "pid": service.pid,
        "address": service.address,
        "version": service.version,
        "started_at": utc_text(service.started_at),
    }


def _health_as_json(check: HealthCheck) -> dict[str, Any]:
    return {
        "at": utc_text(check.at),
        "verdict": check.verdict.value,
        "findings": [
            {"code": one.code, "verdict": one.verdict.value, "message": one.message, "remedy": one.remedy}
            for one in check.findings
        ],
    }
