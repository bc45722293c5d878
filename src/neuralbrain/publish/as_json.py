"""Editions and forecasts as plain values, for the command line's --json and for the API alike."""

from __future__ import annotations

import json
from typing import Any

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.journal import CycleRecord, CycleReport, StepRecord
from neuralbrain.domain.slot import Schedule, SlotRecord


def as_bytes(values: object) -> bytes:
    """Return compact JSON in UTF-8.

    Raises:
        ValueError: If a number is NaN or infinite: JSON has none.
    """
    return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def header_as_json(header: EditionHeader) -> dict[str, Any]:
    """Return an edition's header as plain values."""
    withdrawal = header.withdrawal
    return {
        "number": header.number,
        "provider": header.provider,
        "lock_number": header.lock_number,
        "timestamp": utc_text(header.timestamp),
        "cutoff": utc_text(header.cutoff),
        "forecasts": header.forecasts,
        "refused": header.refused,
        "inputs_digest": header.inputs_digest,
        "slot": None if header.slot is None else utc_text(header.slot),
        "digest": header.digest,
        "previous_digest": header.previous_digest,
        "withdrawn": None
        if withdrawal is None
        else {"at": utc_text(withdrawal.at), "reason": withdrawal.reason, "actor": withdrawal.actor},
    }


def forecast_as_json(row: ForecastData) -> dict[str, Any]:
    """Return the twelve fields, and everything else under ``context``."""
    return {**row.to_dict(), "context": row.context.to_dict()}


def edition_as_json(edition: Edition) -> dict[str, Any]:
    """Return an edition whole, as plain values."""
    return {
        **header_as_json(edition.header),
        "regions": [forecast_as_json(row) for row in edition.rows()],
        "refusals": [
            {"region": one.region, "signal": one.signal, "code": one.code, "message": one.message}
            for one in edition.refused
        ],
    }


def step_as_json(step: StepRecord) -> dict[str, Any]:
    """Return how a step ended, as plain values; null where there is nothing to say."""
    return {
        "name": step.name,
        "started_at": utc_text(step.started_at),
        "ended_at": utc_text(step.ended_at),
        "outcome": step.outcome.value,
        "message": step.message,
        "code": step.code or None,
        "remedy": step.remedy or None,
        "attempts": step.attempts,
    }


def report_as_json(report: CycleReport, edition: Edition | None) -> dict[str, Any]:
    """Return what a cycle came to, as plain values."""
    return {
        "cycle": report.number,
        "outcome": report.outcome.value,
        "steps": [step_as_json(step) for step in report.steps],
        "edition": None if edition is None else edition_as_json(edition),
    }


def cycle_as_json(record: CycleRecord) -> dict[str, Any]:
    """Return a remembered cycle, as plain values; one that still runs has no end and no outcome."""
    return {
        "number": record.number,
        "trigger": record.trigger,
        "slot": None if record.slot is None else utc_text(record.slot),
        "started_at": utc_text(record.started_at),
        "ended_at": None if record.ended_at is None else utc_text(record.ended_at),
        "outcome": None if record.outcome is None else record.outcome.value,
        "edition": record.edition,
        "steps": [step_as_json(step) for step in record.steps],
    }


def slot_as_json(record: SlotRecord) -> dict[str, Any]:
    """Return the one state of a slot, as plain values."""
    return {
        "slot": utc_text(record.slot),
        "outcome": record.outcome.value,
        "code": record.code or None,
        "reason": record.reason,
        "recorded_at": utc_text(record.recorded_at),
        "cycle": record.cycle,
        "edition": record.edition,
    }


def schedule_as_json(schedule: Schedule) -> dict[str, Any]:
    """Return a schedule, as plain values."""
    return {
        "number": schedule.number,
        "since": None if schedule.number == 0 else utc_text(schedule.since),
        "interval_seconds": schedule.interval_seconds,
        "paused": schedule.paused,
        "reason": schedule.reason,
        "actor": schedule.actor,
    }
