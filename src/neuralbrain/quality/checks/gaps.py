"""Values that are missing between others."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.checks.evidence import Check, Evidence, Span, several
from neuralbrain.quality.runs import runs_of

CHECK = Check(
    name="gaps",
    explain="Between the first and the last value of a series some are missing. They are never filled: not reported is"
    " not zero.",
)


def gaps(evidence: Evidence) -> tuple[Mark, ...]:
    """Return a note for each series that lacks values between its first and its last one."""
    known = np.isfinite(evidence.panel.values)
    position = np.arange(known.shape[1])[None, :]
    first = np.where(known.any(axis=1), np.argmax(known, axis=1) if known.shape[1] else 0, known.shape[1])
    missing = ~known & (position > first[:, None]) & (position < evidence.panel.last_index[:, None])
    runs = runs_of(missing)
    longest = np.zeros(len(known), dtype=np.int64)
    np.maximum.at(longest, runs.rows, runs.lengths)
    number = np.bincount(runs.rows, minlength=len(known))

    def says(span: Span) -> str:
        pieces = int(number[span.row])
        where = f"in {pieces} gaps, the longest of {longest[span.row]}" if pieces > 1 else "in one gap"
        return (
            f"lacks {several(span.count, evidence.period)} between {evidence.day(span.first)} and"
            f" {evidence.day(span.last)}, {where}."
        )

    return evidence.marks(missing, check=CHECK, severity=MarkSeverity.NOTE, says=says)
