"""Running totals that have fallen and not come back."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.quality.checks.evidence import Check, Evidence, Span

CHECK = Check(
    name="falling-totals",
    explain="A running total that ends below an earlier one has lost events for good: cases were taken back, the count"
    " was started again, or it means something else now.",
)


def falling_totals(evidence: Evidence) -> tuple[Mark, ...]:
    """Return an error for each running total whose last value is below its highest; the cells are those after that."""
    values = np.where(evidence.cumulative[:, None], evidence.panel.values, np.nan)
    known = np.isfinite(values)
    ranked = np.where(known, values, -np.inf)
    highest = ranked.max(axis=1, initial=-np.inf)
    last = np.where(evidence.panel.last_index >= 0, evidence.panel.last_index, 0)
    ending = ranked[np.arange(len(ranked)), last] if values.shape[1] else highest
    fallen = known.any(axis=1) & (ending < highest)
    position = np.arange(values.shape[1])[None, :]
    top = np.where(ranked == highest[:, None], position, -1).max(axis=1, initial=-1)
    cells = fallen[:, None] & known & (position > top[:, None])

    def says(span: Span) -> str:
        return (
            f"is a running total, and its last value of {ending[span.row]:g} on {evidence.day(span.last)} is below"
            f" {highest[span.row]:g} on {evidence.day(int(top[span.row]))}."
        )

    return evidence.marks(cells, check=CHECK, severity=MarkSeverity.ERROR, says=says)
