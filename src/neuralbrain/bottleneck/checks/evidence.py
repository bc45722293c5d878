"""What a check may look at: the answer in arrays beside what was known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuralbrain.bottleneck.reading import Flags, Reading
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.observation import Floats, Series


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """An answer and what was known of its S series when it was asked for.

    Args:
        reading: The answer: H horizons, K levels.
        series: S series.
        fields: S names of the public field that each series is published in.
        horizons: H periods after the last actual.
        history: Shape (S, T): what was known, in the answer's measure; the last column is each series' last actual.
        incidence: Shape (S, T): the same as new events per period.
        actual: Shape (S,): the last actual in the series' own measure, NaN where there is none.
        last: Shape (S,): the last actual in the answer's measure, NaN where there is none.
        ceilings: Shape (S,): the most that a value can be.
        event_sizes: Shape (S,): what one event is in the series' unit, 0 where unknown.
        totals: Shape (S,): whether the answer speaks of running totals.
        as_given: Shape (S,): whether running totals are used as if they were incidence.
    """

    reading: Reading
    series: tuple[Series, ...]
    fields: list[str]
    horizons: tuple[int, ...]
    history: Floats
    incidence: Floats
    actual: Floats
    last: Floats
    ceilings: Floats
    event_sizes: Floats
    totals: Flags
    as_given: Flags

    @property
    def medians(self) -> Floats:
        """Return shape (S, H): the answered value at the level nearest to the middle that each series has."""
        levels, given = self.reading.levels, self.reading.given
        if len(levels) == 1:
            return self.reading.values[..., 0]
        distance = np.where(given, np.abs(levels - 0.5), np.inf)
        nearest = np.asarray(np.argmin(distance, axis=1))
        values = np.take_along_axis(self.reading.values, nearest[:, None, None], axis=2)[..., 0]
        return np.where(np.asarray(given.any(axis=1))[:, None], values, np.nan)

    def finding(self, position: int, *, code: str, severity: Severity, says: str) -> Finding:
        """Return a finding about one series; ``says`` continues the sentence after field and region."""
        series = self.series[position]
        message = f"{self.fields[position]} of {series.location} {says}"
        return Finding(code=code, severity=severity, message=message, region=series.location, signal=series.signal.name)

    def first_cells(self, wrong: Flags) -> list[tuple[int, int, int]]:
        """Return (series, horizon, level) positions of the first wrong value of each series that has one.

        Args:
            wrong: Shape (S, H, K).
        """
        flat = wrong.reshape(len(wrong), wrong.shape[1] * wrong.shape[2])
        rows = np.flatnonzero(flat.any(axis=1))
        cells = np.argmax(flat[rows], axis=1)
        width = wrong.shape[2]
        return [(int(row), int(cell // width), int(cell % width)) for row, cell in zip(rows, cells, strict=True)]


def whole_answer(code: str, message: str) -> Finding:
    """Return the finding that refuses an answer as a whole."""
    return Finding(code=code, severity=Severity.REFUSE, message=message)


def listed(names: tuple[str, ...]) -> str:
    """Return at most five names as text, and how many there are beyond them.

    >>> listed(("AGO", "BEN"))
    'AGO, BEN'
    """
    beyond = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + beyond
