"""What a provider's own record was worth for one source, signal and region by the cutoff of an edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isnan
from typing import Any

import numpy as np

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.observation import Floats

Place = tuple[str, str, str]
"""Source, signal's name, region's code."""

NUMBERS = ("scored", "weeks", "relative_wis", "coverage_50", "coverage_95")
"""What is kept of each place, in this order; NaN in all where nothing is scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHere:
    """The record of one provider in one place, of what counts (``evaluate.track_record``).

    Args:
        scored: How many forecast values it is of: one each horizon of each forecast.
        weeks: How many weeks their last actuals lie in.
        relative_wis: Mean WIS over that of the hub baseline, below 1 is skill; None where no value has a baseline.
        coverage_50: Share of truths within the central 50 % interval.
        coverage_95: The same of the 95 % one.
        known_by: The cutoff of the edition: no truth that was known later is in it.
    """

    scored: int
    weeks: int
    relative_wis: float | None
    coverage_50: float
    coverage_95: float
    known_by: datetime

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON-ready values."""
        return {
            "scored": self.scored,
            "weeks": self.weeks,
            "relative_wis": self.relative_wis,
            "coverage_50": self.coverage_50,
            "coverage_95": self.coverage_95,
            "known_by": utc_text(self.known_by),
        }


def record_here(numbers: Floats, *, known_by: datetime) -> RecordHere | None:
    """Return the record that some numbers say, None where they say that nothing is scored.

    Args:
        numbers: Shape (5,): ``NUMBERS``.
        known_by: The cutoff of the edition.
    """
    scored, weeks, relative_wis, coverage_50, coverage_95 = numbers.tolist()
    if isnan(scored):
        return None
    return RecordHere(
        scored=int(scored),
        weeks=int(weeks),
        relative_wis=None if isnan(relative_wis) else relative_wis,
        coverage_50=coverage_50,
        coverage_95=coverage_95,
        known_by=known_by,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProviderRecord:
    """The record of one provider in each place, from truths that were known by some moment.

    Args:
        provider: Whose.
        known_by: The moment, UTC.
        numbers: Shape (5,), ``NUMBERS``, of each place in which anything is scored.
    """

    provider: str
    known_by: datetime
    numbers: Mapping[Place, Floats]

    def about(self, places: Iterable[Place]) -> Floats:
        """Return shape (N, 5): ``NUMBERS`` of N places, NaN where nothing is scored."""
        nothing = np.full(len(NUMBERS), np.nan)
        rows = [self.numbers.get(place, nothing) for place in places]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(NUMBERS))


def no_record(provider: str, known_by: datetime) -> ProviderRecord:
    """Return the record of a provider of whose forecasts nothing is scored.

    >>> no_record("local", datetime(2026, 2, 9)).about([("feed", "cases", "AGO")]).tolist()
    [[nan, nan, nan, nan, nan]]
    """
    return ProviderRecord(provider=provider, known_by=known_by, numbers={})
