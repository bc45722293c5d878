"""What a backtest is asked to do, and on which days unless somebody names others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from neuralbrain.bottleneck import BOTTLENECK_VERSION
from neuralbrain.domain.calendar import utc_text

KNOWLEDGE = "knowledge"
WEDNESDAY = 2  # as date.weekday counts; hubs release and close on it


class Every(StrEnum):
    """How far apart cutoffs are."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One backtest; two of the same plan over the same releases have the same forecasts.

    Args:
        provider: Who is asked.
        version: Its prompt and model version.
        sources: The feeds, by name, in the order in which they are asked about.
        cutoffs: Moments, aware UTC, ascending, each once.
        calibrate: Whether each cutoff is corrected by what the earlier ones were worth.
        settings_digest: SHA-256 of the settings that decide what is asked.
        trained_until: Until when the provider's training data reach; None where that is not known.
        knowledge: Of each feed a digest of what was known of it up to the last cutoff, in the order of ``sources``.
        over_network: Whether it may have read the outcomes at all; the provider on this machine has read nothing.
    """

    provider: str
    version: str
    sources: tuple[str, ...]
    cutoffs: tuple[datetime, ...]
    calibrate: bool
    settings_digest: str
    trained_until: date | None = None
    knowledge: tuple[str, ...] = ()
    over_network: bool = False

    def as_plain(self) -> dict[str, Any]:
        """Return it JSON-ready, with the version of the bottleneck."""
        return {
            "provider": self.provider,
            "version": self.version,
            "bottleneck": BOTTLENECK_VERSION,
            "sources": list(self.sources),
            "cutoffs": [utc_text(one) for one in self.cutoffs],
            "calibrate": self.calibrate,
            "settings": self.settings_digest,
            "trained_until": None if self.trained_until is None else self.trained_until.isoformat(),
            KNOWLEDGE: dict(zip(self.sources, self.knowledge, strict=False)),
        }

    def is_contaminated(self, cutoff: datetime) -> bool:
        """Return whether the provider may have read the outcome in its training: then it proves nothing.

        Of a model of which nobody says until when it was trained, that holds for each cutoff.
        """
        if not self.over_network:
            return False
        return self.trained_until is None or cutoff.date() <= self.trained_until


def cutoffs_between(first: date, last: date, *, every: Every) -> tuple[datetime, ...]:
    """Return the end (UTC) of each day, or of each Wednesday, from one day to another, both included.

    A release that says only its day counts from the beginning of that day, so that the end of Wednesday knows what
    was published on it and nothing of Thursday.

    >>> [f"{one:%Y-%m-%d %H:%M}" for one in cutoffs_between(date(2025, 1, 1), date(2025, 1, 8), every=Every.WEEK)]
    ['2025-01-01 23:59', '2025-01-08 23:59']
    """
    days = (first + timedelta(days=one) for one in range((last - first).days + 1))
    chosen = (day for day in days if every is Every.DAY or day.weekday() == WEDNESDAY)
    return tuple(datetime.combine(day, time.max, tzinfo=UTC) for day in chosen)
