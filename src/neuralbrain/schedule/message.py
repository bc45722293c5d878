"""What a cycle's process is told and what it says, as lines of JSON; both ends read and write them here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.cycle_end import CycleEnd
from neuralbrain.domain.journal import Outcome, StepRecord
from neuralbrain.domain.slot import SlotOutcome
from neuralbrain.schedule.order import WorkOrder


def said_order(order: WorkOrder) -> dict[str, Any]:
    """Return an order as plain values."""
    return {
        "trigger": order.trigger,
        "slot": None if order.slot is None else utc_text(order.slot),
        "resumed": order.resumed,
        "again": order.again,
    }


def heard_order(line: str) -> WorkOrder:
    """Return the order that a line holds.

    Raises:
        ValueError: If it holds none.
    """
    said = json.loads(line)
    slot = None if said["slot"] is None else datetime.fromisoformat(said["slot"])
    return WorkOrder(trigger=said["trigger"], slot=slot, resumed=said["resumed"], again=said["again"])


def said_step(record: StepRecord) -> dict[str, Any]:
    """Return how a step ended as an event."""
    return {
        "event": "step-ended",
        "name": record.name,
        "started_at": utc_text(record.started_at),
        "ended_at": utc_text(record.ended_at),
        "outcome": record.outcome.value,
        "message": record.message,
        "code": record.code,
        "remedy": record.remedy,
        "attempts": record.attempts,
    }


def said_end(end: CycleEnd) -> dict[str, Any]:
    """Return how a cycle ended as an event."""
    return {
        "event": "ended",
        "outcome": end.outcome.value,
        "code": end.code,
        "reason": end.reason,
        "cycle": end.cycle,
        "edition": end.edition,
    }


def heard(line: bytes) -> Mapping[str, Any]:
    """Return the event that a line holds, its records as values of the domain.

    Raises:
        ValueError: If it holds none.
        KeyError: If something is missing.
        TypeError: If something is of another kind.
    """
    said = json.loads(line)
    if not isinstance(said, dict) or not isinstance(said.get("event"), str):
        raise TypeError("an event is an object that names itself")
    match said.pop("event"):
        case "step-ended":
            record = StepRecord(
                **{
                    **said,
                    "started_at": datetime.fromisoformat(said["started_at"]),
                    "ended_at": datetime.fromisoformat(said["ended_at"]),
                    "outcome": Outcome(said["outcome"]),
                }
            )
            return {"event": "step-ended", "record": record}
        case "ended":
            return {"event": "ended", "end": CycleEnd(**{**said, "outcome": SlotOutcome(said["outcome"])})}
        case kind:
            return {"event": kind, **said}
