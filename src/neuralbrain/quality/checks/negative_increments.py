"""Periods whose new events come out below zero."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.checks.evidence import Check, Evidence, Span, several

CHECK = Check(
    name="negative-increments",
    explain="New events cannot be fewer than none: a value below zero, or a running total that falls from one period to"
    " the next, is a correction of earlier values. Such a period counts as not reported.",
)


def negative_increments(evidence: Evidence) -> tuple[Mark, ...]:
    """Return a warning for each series with values below zero, or with steps of a running total that are."""
    values = evidence.panel.values
    steps = np.where(evidence.cumulative[:, None], _steps(values), values)

    def says(span: Span) -> str:
        lowest = int(np.nanargmin(steps[span.row]))
        return (
            f"has {several(span.count, evidence.period)} with fewer than no new events; the lowest is"
            f" {steps[span.row, lowest]:g} on {evidence.day(lowest)}."
        )

    return evidence.marks(steps < 0, check=CHECK, severity=MarkSeverity.WARNING, says=says)


def _steps(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    steps = np.full(values.shape, np.nan)
    steps[:, 1:] = np.diff(values, axis=1)
    return steps
