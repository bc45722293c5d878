"""The track record as plain values, for JSON: a number that cannot be given is null, and a reason says why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.claims import RISK_LEVELS, TRENDS
from neuralbrain.domain.forecast_table import number_or_none
from neuralbrain.domain.quantiles import LEVELS, MEDIAN
from neuralbrain.domain.record import RecordChoice, Waiting
from neuralbrain.domain.score import SETTLES_AFTER
from neuralbrain.evaluate.categories import CategoryScores
from neuralbrain.evaluate.events import EventScores
from neuralbrain.evaluate.track_record import By, Summary, TrackRecord

LEVEL_NAMES = {"trend": tuple(one.value for one in TRENDS), "risk": tuple(one.value for one in RISK_LEVELS)}


def head_as_json(
    record: TrackRecord, waiting: Sequence[Waiting], choice: RecordChoice, *, by: By | None, now: datetime
) -> dict[str, Any]:
    """Return what every answer about the record says: what was chosen, how much counts, and what has not come yet.

    Args:
        record: The record.
        waiting: What waits, of all regions and signals of its sources.
        choice: Which forecasts it is of.
        by: What it is split by.
        now: The time.
    """
    return {
        "provider": choice.provider,
        "source": choice.source,
        "signal": choice.signal,
        "region": choice.region,
        "by": None if by is None else by.value,
        "settles_after_days": SETTLES_AFTER.days,
        "scored": record.overall.scores.values,
        "reason": why_empty(record, waiting, choice, now=now),
        "apart": {
            status.value: {"values": count, "mean_wis": number_or_none(mean)}
            for status, (count, mean) in record.apart.items()
        },
        "waiting": [
            {
                "provider": one.provider,
                "source": one.source,
                "values": one.values,
                "next_at": None if one.next_at is None else utc_text(one.next_at),
                "unknown": one.unknown,
            }
            for one in waiting
        ],
    }


def why_empty(record: TrackRecord, waiting: Sequence[Waiting], choice: RecordChoice, *, now: datetime) -> str | None:
    """Return why nothing is scored, None where something is; the arguments are those of ``head_as_json``."""
    if record.overall.scores.values:
        return None
    total = sum(one.values for one in waiting)
    moments = [one.next_at for one in waiting if one.next_at is not None]
    if not total or not moments:
        return "Nothing that was forecast can be scored: no such forecast waits for its truth."
    if choice.region is not None or choice.signal is not None:  # what waits is not known of each
        return (
            f"Nothing is scored of that region or signal: it was not forecast, or its truth is not known or not yet "
            f"{SETTLES_AFTER.days} days old."
        )
    due = f"until {utc_text(min(moments))}" if min(moments) > now else "for the next cycle"
    return (
        f"Nothing is scored yet: {total:,} values wait until {SETTLES_AFTER.days} days after their target date, the "
        f"first {due}."
    )


def scores_as_json(summary: Summary) -> dict[str, Any]:
    """Return what the values of a summary were worth."""
    scores = summary.scores
    return {
        "key": summary.key,
        "values": scores.values,
        "means": {name: number_or_none(mean) for name, mean in scores.means.items()},
        "relative_wis": number_or_none(scores.relative_wis),
        "relative_log_wis": number_or_none(scores.relative_log_wis),
        "compared": scores.compared,
    }


def coverage_as_json(summary: Summary) -> dict[str, Any]:
    """Return how often values fell where they were said to fall: in each central interval, and under each quantile."""
    scores = summary.scores
    at_most, below = scores.at_most.tolist(), scores.below.tolist()
    last = len(LEVELS) - 1
    return {
        "key": summary.key,
        "values": scores.values,
        "intervals": [
            {
                "nominal": round(1.0 - 2.0 * float(LEVELS[low]), 6),
                "covered": number_or_none(at_most[last - low] - below[low]),
            }
            for low in reversed(range(MEDIAN))
        ],
        "quantiles": [
            {"level": float(level), "at_most": number_or_none(up_to), "below": number_or_none(under)}
            for level, up_to, under in zip(LEVELS, at_most, below, strict=True)
        ],
    }


def reliability_as_json(summary: Summary) -> dict[str, Any]:
    """Return the claims of a summary: probabilities against what came true."""
    return {
        "key": summary.key,
        "claims": {name: _event_as_json(scores) for name, scores in summary.claims().items()},
        "levels": {name: _levels_as_json(name, scores) for name, scores in summary.levels().items()},
    }


def _event_as_json(scores: EventScores) -> dict[str, Any]:
    curve = scores.curve
    return {
        "pairs": scores.pairs,
        "frequency": number_or_none(scores.frequency),
        "brier": {name: number_or_none(value) for name, value in scores.brier._asdict().items()},
        "calibration_error": number_or_none(scores.calibration_error),
        "roc_area": number_or_none(scores.roc.area),
        "reason": scores.roc.reason,
        "curve": [
            dict(zip(("probability", "frequency", "low", "high", "pairs"), point, strict=True))
            for point in zip(*(column.tolist() for column in curve), strict=True)
        ],
    }


def _levels_as_json(name: str, scores: CategoryScores) -> dict[str, Any]:
    return {
        "pairs": scores.pairs,
        "ranked_probability_score": number_or_none(scores.ranked_probability_score),
        "one_against_rest": {
            level: _event_as_json(one) for level, one in zip(LEVEL_NAMES[name], scores.one_against_rest, strict=True)
        },
    }
