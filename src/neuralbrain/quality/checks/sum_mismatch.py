"""Totals of a whole that are not the sum of its parts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from neuralbrain.domain.location import LOCATIONS, location
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.domain.us_states import TERRITORIES
from neuralbrain.quality.checks.evidence import Check, Evidence, Span, several
from neuralbrain.quality.runs import Flags

TOLERANCE = 0.02  # of the total; a whole and its parts may be counted some hours apart
LEAST_EVENTS = 10.0  # difference; less is rounding and late corrections

CHECK = Check(
    name="sum-mismatch",
    explain="The value of a whole (a country, the world) should be at least the sum of the parts that report, and equal"
    " it where all do, within 2 % and 10 events. US totals may or may not hold the territories. Only counts add up.",
)


def sum_mismatch(evidence: Evidence) -> tuple[Mark, ...]:
    """Return a warning for each whole whose counts are not those of its parts."""
    rows: dict[str, dict[str, int]] = {}
    for row, series in enumerate(evidence.panel.series):
        if evidence.counts[row]:
            rows.setdefault(series.signal.name, {})[series.location] = row
    values = evidence.panel.values
    cells = np.zeros(values.shape, dtype=bool)
    sums: dict[int, Floats] = {}
    for places in rows.values():
        parents = {found.parent or "" for code in places if (found := location(code)) is not None}
        for whole in sorted(one for one in parents if one in places):
            row = places[whole]
            wrong, sums[row] = _judged(values, places, whole=whole)
            cells[row] = wrong

    def says(span: Span) -> str:
        value, parts = values[span.row, span.last], sums[span.row][span.last]
        return (
            f"is not the sum of its parts in {several(span.count, evidence.period)}; on {evidence.day(span.last)} it is"
            f" {value:g}, and its parts together {parts:g}."
        )

    return evidence.marks(cells, check=CHECK, severity=MarkSeverity.WARNING, says=says)


def _judged(values: Floats, places: Mapping[str, int], *, whole: str) -> tuple[Flags, Floats]:
    """Return, for each date, whether a whole is not the sum of its parts, and that sum; both shape (T,)."""
    members = [code for code, one in LOCATIONS.items() if one.parent == whole]
    parts = values[[places[code] for code in members if code in places]]
    beside = values[[places[code] for code in TERRITORIES if code in places]] if whole == "USA" else values[:0]
    least = np.where(np.isfinite(parts), parts, 0.0).sum(axis=0)
    most = least + np.where(np.isfinite(beside), beside, 0.0).sum(axis=0)
    all_known = np.isfinite(parts).all(axis=0) & (
        len(parts) == sum(LOCATIONS[one].population is not None for one in members)
    )
    total = values[places[whole]]
    slack = np.maximum(TOLERANCE * np.abs(total), LEAST_EVENTS)
    with np.errstate(invalid="ignore"):
        wrong = (total < least - slack) | (all_known & (total > most + slack))
    return wrong & np.isfinite(parts).any(axis=0), least
