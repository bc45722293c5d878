"""Which part of the record of forecasts is meant, and what of it has not come yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChoice:
    """Which forecasts are meant; None means all.

    Args:
        provider: Who made them.
        source: From which feed.
        signal: Of which signal, by name.
        region: Of which region, by code.
    """

    provider: str | None = None
    source: str | None = None
    signal: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What was forecast and cannot be scored yet.

    Args:
        provider: Who made the forecasts.
        source: From which feed.
        values: How many forecast values wait until five weeks after their target date.
        next_at: When the first of them may be scored, None where none waits; one in the past waits for the next cycle.
        unknown: How many have come to that and have no truth as yet.
    """

    provider: str
    source: str
    values: int
    next_at: datetime | None
    unknown: int


class RecordVersion(NamedTuple):
    """What tells one state of the record from another; nothing that it counts is ever changed or removed.

    Args:
        batch: The last thing that was kept of scores.
        withdrawals: How many editions were withdrawn.
        edition: The newest edition.
    """

    batch: int
    withdrawals: int
    edition: int
